// Registers `certfleet notification`. A verb is loaded when it is called, so that the help is quick.
import type { Command } from "commander";
import type { Scope } from "../../../shared/authority/scopes.ts";
import type { Result } from "../../../shared/base/result.ts";
import type { BounceList } from "../../../shared/mail/bounces.ts";
import type { Connection } from "../connection.ts";
import { actorOf, type ProgramContext } from "../own-redis.ts";
import type { PrintResult } from "../terminal.ts";
import { fromAfar, type Json, listVerb, resultVerb } from "../verbs.ts";

export function registerNotificationCommands(program: Command, context: ProgramContext, answer: PrintResult): void {
  const notification = program.command("notification").description("send mails, and see which addresses refuse them");

  const afar = async () => (await import("../port/http-operations.ts")).findOperations(context);

  fromAfar(
    resultVerb(notification, "send", {
      does: "send a mail; the file holds the body of POST /v1/notifications",
      example: "notification send --file n.json",
    }),
  )
    .requiredOption("--file <n.json>", 'the notification, "-" for standard input')
    .option("--any-recipient", "write to whomever the file names, about no order or account if it names none")
    .action((options: Json & { file: string; anyRecipient?: true }) =>
      answer(options, () => send(options.file, options.anyRecipient ? ["notifications:any"] : [])),
    );

  fromAfar(
    listVerb(notification, "bounces", {
      does: "list the addresses that bounce permanently; no mail is sent to them",
      example: "notification bounces",
    }),
  ).action((options: Json) =>
    answer(options, async () => {
      const [{ listBounces }, far] = await Promise.all([import("./notification.ts"), afar()]);
      if (far) return listBounces(far.bounces);
      return withBounces(listBounces);
    }),
  );

  fromAfar(
    resultVerb(notification, "unbounce <address>", {
      does: "remove an address from the list, so that it gets mails again",
      example: "notification unbounce ada@example.com",
    }),
  ).action((address: string, options: Json) =>
    answer(options, async () => {
      const [{ unbounce }, far] = await Promise.all([import("./notification.ts"), afar()]);
      if (far) return unbounce(address, far.bounces);
      const { audited } = await import("../port/audited.ts");
      return withBounces((bounces, place) =>
        audited({ ...place, actor: actorOf(context) }, { action: "bounce.clear", subject: address }, () =>
          unbounce(address, bounces),
        ),
      );
    }),
  );

  async function send(file: string, scopes: readonly Scope[]): Promise<Result> {
    const [{ readInput }, { notifyFromAfar, sendNotification, subjectIn }, far] = await Promise.all([
      import("../input.ts"),
      import("./notification.ts"),
      afar(),
    ]);
    const read = await readInput(file, process.stdin);
    if ("ending" in read) return read;
    // Whom it may write to, the scopes of the key say there.
    if (far) return notifyFromAfar(read.input, far.notify);
    const [{ withFleet }, { audited }] = await Promise.all([import("../fleet.ts"), import("../port/audited.ts")]);
    const asked = { action: "notification.send", subject: subjectIn(read.input) };
    return withFleet(context, (fleet) =>
      audited(fleet, asked, () => sendNotification(read.input, { ...fleet, by: { actor: fleet.actor, scopes } })),
    );
  }

  async function withBounces(
    ask: (bounces: BounceList, place: Pick<Connection, "redis" | "keys">) => Promise<Result>,
  ): Promise<Result> {
    const [{ withRedis }, { bounceList }] = await Promise.all([
      import("../connection.ts"),
      import("../../../shared/mail/bounces.ts"),
    ]);
    return withRedis(context, ({ redis, keys }) => ask(bounceList(redis, keys), { redis, keys }));
  }
}
