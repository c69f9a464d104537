// Registers `certfleet webhook`. A verb is loaded when it is called, so that the help is quick.
import type { Command } from "commander";
import type { Facts } from "../../../shared/authority/audit/entry.ts";
import type { Result } from "../../../shared/base/result.ts";
import { actorOf, type ProgramContext } from "../own-redis.ts";
import type { PrintResult } from "../terminal.ts";
import { fromAfar, type Json, listVerb, resultVerb, watchable, wholeNumber } from "../verbs.ts";
import type { WebhooksAfar } from "./afar.ts";
import type { Room } from "./verbs.ts";

interface Added extends Json {
  events?: string[];
  allowPrivate?: boolean;
}

export function registerWebhookCommands(program: Command, context: ProgramContext, answer: PrintResult): void {
  const webhook = program
    .command("webhook")
    .description("who is called when something happens, and what arrived there");
  const verbOf = (usage: string, about: Parameters<typeof resultVerb>[2]) =>
    fromAfar(resultVerb(webhook, usage, about));
  const lister = (usage: string, about: Parameters<typeof listVerb>[2]) =>
    fromAfar(watchable(listVerb(webhook, usage, about)));

  lister("list", {
    does: "list the webhook endpoints, how each fares, and what waits for it",
    example: "webhook list\nwebhook list --watch",
  }).action((given: Json) => asking(given, { near: (verbs, room) => verbs.list(room), afar: (hooks) => hooks.list() }));

  verbOf("add <url>", {
    does: "add an endpoint; its secret is shown once",
    example:
      "webhook add https://billing.example/hook --events certificate.issued,certificate.attention\nwebhook add http://10.0.0.5:8080/hook --allow-private",
  })
    .option("--events <types>", "types of events, with commas; without it all", types)
    .option("--allow-private", "http, and addresses that are not public, are allowed")
    .action((url: string, { events = ["*"], allowPrivate = false, ...given }: Added) => {
      const host = URL.canParse(url) ? new URL(url).host : null;
      const after = { host, events, allowPrivate };
      return changing(
        given,
        { action: "add", id: null, after },
        {
          near: (verbs, room) => verbs.add({ url, events, allowPrivate }, room),
          afar: (hooks) => hooks.add({ url, events, allowPrivate }),
        },
      );
    });

  verbOf("remove <id>", {
    does: "remove an endpoint, with its log and all that waits for it",
    example: "webhook remove wh_5c0a8c9f2e4b7d6a1f3e9b20",
  }).action((id: string, given: Json) =>
    changing(
      given,
      { action: "remove", id },
      { near: (verbs, room) => verbs.remove(id, room), afar: (hooks) => hooks.remove(id) },
    ),
  );

  verbOf("enable <id>", {
    does: "switch an endpoint on: it gets what it has not got, as long as that is kept",
    example: "webhook enable billing",
  })
    .option("--from-now", "forget what it has not got, and begin with what happens next")
    .action((id: string, given: Json & { fromNow?: boolean }) =>
      changing(
        given,
        { action: "enable", id },
        {
          near: (verbs, room) => verbs.enable(id, given.fromNow ?? false, room),
          afar: (hooks) => hooks.enable(id, given.fromNow ?? false),
        },
      ),
    );

  verbOf("disable <id>", {
    does: "switch an endpoint off: it gets nothing until it is switched on",
    example: "webhook disable billing",
  }).action((id: string, given: Json) =>
    changing(
      given,
      { action: "disable", id },
      { near: (verbs, room) => verbs.disable(id, room), afar: (hooks) => hooks.disable(id) },
    ),
  );

  verbOf("rotate <id>", {
    does: "give an endpoint another secret, which is shown once; for a while both sign",
    example: "webhook rotate wh_5c0a8c9f2e4b7d6a1f3e9b20 --keep-old 48",
  })
    .option("--keep-old <hours>", "how many hours the old secret signs, too; 0: not any more", hours, 24)
    .action((id: string, given: Json & { keepOld: number }) =>
      changing(
        given,
        { action: "rotate-secret", id, after: { keepOldHours: given.keepOld } },
        {
          near: (verbs, room) => verbs.rotate(id, given.keepOld, room),
          afar: (hooks) => hooks.rotate(id, given.keepOld),
        },
      ),
    );

  lister("deliveries <id>", {
    does: "list what was delivered to an endpoint, and what was not and why",
    example: "webhook deliveries billing --state gave-up",
  })
    .option("--state <state>", "only those that are delivered, retrying, or gave-up")
    .option("--limit <count>", "at most so many", wholeNumber, 50)
    .action((id: string, given: Json & { state?: string; limit: number }) =>
      asking(given, {
        near: (verbs, room) => verbs.deliveries(id, given, room),
        afar: (hooks) => hooks.deliveries(id, given),
      }),
    );

  verbOf("replay <id> <event>", {
    does: "deliver an event once more",
    example: "webhook replay billing 1793000000000-0",
  }).action((id: string, event: string, given: Json) =>
    changing(
      given,
      { action: "replay", id, after: { event } },
      {
        near: (verbs, room) => verbs.replay(id, event, room),
        afar: (hooks) => hooks.replay(id, event),
      },
    ),
  );

  verbOf("test <id>", {
    does: "send a test event to an endpoint, and say what came of it",
    example: "webhook test billing",
  }).action((id: string, given: Json) =>
    changing(
      given,
      { action: "test", id },
      { near: (verbs, room) => verbs.tryOut(id, room), afar: (hooks) => hooks.tryOut(id) },
    ),
  );

  type Verbs = typeof import("./verbs.ts");
  interface Ask {
    near: (verbs: Verbs, room: Room) => Promise<Result>;
    afar: (hooks: WebhooksAfar) => Promise<Result> | Result;
  }

  function asking(given: Json, { near, afar }: Ask): Promise<void> {
    return answer(given, async () => {
      const { findGateway } = await import("../target.ts");
      const gateway = await findGateway(context);
      if (gateway) {
        const [{ callTo }, { webhooksAfar }] = await Promise.all([import("../port/http-call.ts"), import("./afar.ts")]);
        return afar(webhooksAfar(callTo(gateway)));
      }
      const verbs = await import("./verbs.ts");
      return verbs.withWebhooks(context, (room) => near(verbs, room));
    });
  }

  /** Written to the audit trail before it is done. */
  function changing(
    given: Json,
    { action, id, after }: { action: string; id: string | null; after?: Facts },
    { near, afar }: Ask,
  ) {
    return asking(given, {
      afar,
      near: async (verbs, room) => {
        const { audited } = await import("../port/audited.ts");
        const { redis, keys } = room;
        const about = { action: `webhook.${action}`, subject: id, ...(after && { after }) };
        return audited({ redis, keys, actor: actorOf(context) }, about, () => near(verbs, room));
      },
    });
  }
}

function types(text: string): string[] {
  return text.split(",").map((each) => each.trim());
}

function hours(text: string): number {
  return text === "0" ? 0 : wholeNumber(text);
}
