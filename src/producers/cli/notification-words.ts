// The words behind `certfleet notification`. Verbs are loaded when they are said, so that the help is quick.
import type { Command } from "commander";
import type { BounceList } from "../../shared/bounces.ts";
import type { Result } from "../../shared/verb.ts";
import type { Place } from "./own-redis.ts";
import type { Answer } from "./terminal.ts";
import { resultVerb } from "./words.ts";

interface Json {
  json?: boolean;
}

export function notificationWords(program: Command, place: Place, answer: Answer): void {
  const notification = program.command("notification").description("mails, and the addresses that refuse them");

  resultVerb(notification, "send", {
    does: "have a mail sent: the body of POST /v1/notifications",
    example: "notification send --file n.json",
  })
    .requiredOption("--file <n.json>", 'the notification, "-" for standard input')
    .action((options: Json & { file: string }) => answer(options, () => send(options.file)));

  resultVerb(notification, "bounces", {
    does: "the addresses that a mail server has refused for good; no mail goes there",
    example: "notification bounces",
  }).action((options: Json) =>
    answer(options, async () => {
      const { listBounces } = await import("./notification-bounces.ts");
      return withBounces(listBounces);
    }),
  );

  resultVerb(notification, "unbounce <address>", {
    does: "send to an address again",
    example: "notification unbounce ada@example.com",
  }).action((address: string, options: Json) =>
    answer(options, async () => {
      const { unbounce } = await import("./notification-bounces.ts");
      return withBounces((bounces) => unbounce(address, bounces));
    }),
  );

  async function send(file: string): Promise<Result> {
    const [{ readInput }, { sendNotification }, { withFleet }] = await Promise.all([
      import("./input.ts"),
      import("./notification-send.ts"),
      import("./fleet.ts"),
    ]);
    const read = await readInput(file, process.stdin);
    return "ending" in read ? read : withFleet(place, ({ ring }) => sendNotification(read.input, ring));
  }

  async function withBounces(ask: (bounces: BounceList) => Promise<Result>): Promise<Result> {
    const [{ withRedis }, { bounceList }] = await Promise.all([
      import("./connection.ts"),
      import("../../shared/bounces.ts"),
    ]);
    return withRedis(place, ({ redis, keys }) => ask(bounceList(redis, keys)));
  }
}
