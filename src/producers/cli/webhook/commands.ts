// Registers `certfleet webhook`. A verb is loaded when it is called, so that the help is quick.
import type { Command } from "commander";
import type { Facts } from "../../../shared/authority/audit/entry.ts";
import type { Result } from "../../../shared/base/result.ts";
import { actorOf, type ProgramContext } from "../own-redis.ts";
import type { PrintResult } from "../terminal.ts";
import { type Json, resultVerb, wholeNumber } from "../verbs.ts";
import type { Room } from "./verbs.ts";

interface Added extends Json {
  events?: string[];
  allowPrivate?: boolean;
}

export function registerWebhookCommands(program: Command, context: ProgramContext, answer: PrintResult): void {
  const webhook = program
    .command("webhook")
    .description("who is called when something happens, and what arrived there");

  resultVerb(webhook, "list", {
    does: "list the webhook endpoints, how each fares, and what waits for it",
    example: "webhook list",
  }).action((given: Json) => asking(given, (verbs, room) => verbs.list(room)));

  resultVerb(webhook, "add <url>", {
    does: "add an endpoint; its secret is shown once",
    example:
      "webhook add https://billing.example/hook --events certificate.issued,certificate.attention\nwebhook add http://10.0.0.5:8080/hook --allow-private",
  })
    .option("--events <types>", "types of events, with commas; without it all", types)
    .option("--allow-private", "http, and addresses that are not public, are allowed")
    .action((url: string, { events = ["*"], allowPrivate = false, ...given }: Added) => {
      const host = URL.canParse(url) ? new URL(url).host : null;
      const after = { host, events, allowPrivate };
      return changing(given, { action: "add", id: null, after }, (verbs, room) =>
        verbs.add({ url, events, allowPrivate }, room),
      );
    });

  resultVerb(webhook, "remove <id>", {
    does: "remove an endpoint, with its log and all that waits for it",
    example: "webhook remove wh_5c0a8c9f2e4b7d6a1f3e9b20",
  }).action((id: string, given: Json) =>
    changing(given, { action: "remove", id }, (verbs, room) => verbs.remove(id, room)),
  );

  resultVerb(webhook, "enable <id>", {
    does: "switch an endpoint on: it gets what it has not got, as long as that is kept",
    example: "webhook enable billing",
  })
    .option("--from-now", "forget what it has not got, and begin with what happens next")
    .action((id: string, given: Json & { fromNow?: boolean }) =>
      changing(given, { action: "enable", id }, (verbs, room) => verbs.enable(id, given.fromNow ?? false, room)),
    );

  resultVerb(webhook, "disable <id>", {
    does: "switch an endpoint off: it gets nothing until it is switched on",
    example: "webhook disable billing",
  }).action((id: string, given: Json) =>
    changing(given, { action: "disable", id }, (verbs, room) => verbs.disable(id, room)),
  );

  resultVerb(webhook, "rotate <id>", {
    does: "give an endpoint another secret, which is shown once; for a while both sign",
    example: "webhook rotate wh_5c0a8c9f2e4b7d6a1f3e9b20 --keep-old 48",
  })
    .option("--keep-old <hours>", "how many hours the old secret signs, too; 0: not any more", hours, 24)
    .action((id: string, given: Json & { keepOld: number }) =>
      changing(given, { action: "rotate-secret", id, after: { keepOldHours: given.keepOld } }, (verbs, room) =>
        verbs.rotate(id, given.keepOld, room),
      ),
    );

  resultVerb(webhook, "deliveries <id>", {
    does: "list what was delivered to an endpoint, and what was not and why",
    example: "webhook deliveries billing --state gave-up",
  })
    .option("--state <state>", "only those that are delivered, retrying, or gave-up")
    .option("--limit <count>", "at most so many", wholeNumber, 50)
    .action((id: string, given: Json & { state?: string; limit: number }) =>
      asking(given, (verbs, room) => verbs.deliveries(id, given, room)),
    );

  resultVerb(webhook, "replay <id> <event>", {
    does: "deliver an event once more",
    example: "webhook replay billing 1793000000000-0",
  }).action((id: string, event: string, given: Json) =>
    changing(given, { action: "replay", id, after: { event } }, (verbs, room) => verbs.replay(id, event, room)),
  );

  resultVerb(webhook, "test <id>", {
    does: "send a test event to an endpoint, and say what came of it",
    example: "webhook test billing",
  }).action((id: string, given: Json) =>
    changing(given, { action: "test", id }, (verbs, room) => verbs.tryOut(id, room)),
  );

  type Verbs = typeof import("./verbs.ts");
  type Ask = (verbs: Verbs, room: Room) => Promise<Result>;

  function asking(given: Json, ask: Ask): Promise<void> {
    return answer(given, async () => {
      const verbs = await import("./verbs.ts");
      return verbs.withWebhooks(context, (room) => ask(verbs, room));
    });
  }

  /** Written to the audit trail before it is done. */
  function changing(
    given: Json,
    { action, id, after }: { action: string; id: string | null; after?: Facts },
    ask: Ask,
  ) {
    return asking(given, async (verbs, room) => {
      const { audited } = await import("../port/audited.ts");
      const { redis, keys } = room;
      const about = { action: `webhook.${action}`, subject: id, ...(after && { after }) };
      return audited({ redis, keys, actor: actorOf(context) }, about, () => ask(verbs, room));
    });
  }
}

function types(text: string): string[] {
  return text.split(",").map((each) => each.trim());
}

function hours(text: string): number {
  return text === "0" ? 0 : wholeNumber(text);
}
