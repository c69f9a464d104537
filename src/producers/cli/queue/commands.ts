// Registers `certfleet queue`. A verb is loaded when it is called, so that the help is quick.
import type { Command } from "commander";
import type { Result } from "../../../shared/base/result.ts";
import type { JobName } from "../../../shared/queue/jobs.ts";
import type { Queues } from "../../../shared/queue/queues.ts";
import type { Connection } from "../connection.ts";
import { actorOf, type ProgramContext } from "../own-redis.ts";
import type { PrintResult } from "../terminal.ts";
import { fromAfar, type Json, listVerb, queueArgument, resultVerb, watchable } from "../verbs.ts";

type Ask = (queues: Queues["all"], connection: Connection) => Promise<Result>;

export function registerQueueCommands(program: Command, context: ProgramContext, answer: PrintResult): void {
  const queue = program.command("queue").description("see, pause and resume the queues of the workers");

  fromAfar(
    watchable(
      listVerb(queue, "list", {
        does: "list the queues, their jobs, and what holds them up",
        example: "queue list\nqueue list --watch",
      }),
    ),
  ).action((options: Json) =>
    answer(options, async () => {
      const [{ findQueues, queuesResult }, far] = await Promise.all([import("./queue.ts"), afar()]);
      if (far) return queuesResult(await far.queues());
      return withQueues(async (queues, connection) => queuesResult(await findQueues(queues, connection)));
    }),
  );

  fromAfar(
    resultVerb(queue, "pause", {
      does: "let the workers of a queue take no more jobs; running ones end",
      example: "queue pause open",
    }),
  )
    .addArgument(queueArgument("<queue>", "the queue"))
    .action((name: JobName, options: Json) =>
      answer(options, async () => {
        const [{ pausedResult, pauseQueue }, far] = await Promise.all([import("./queue.ts"), afar()]);
        if (far) return pausedResult(name, (await far.switchQueue(name, "pause")).active ?? 0);
        return changing("pause", name, (queues) => pauseQueue(name, queues));
      }),
    );

  fromAfar(
    resultVerb(queue, "resume", {
      does: "let a queue go on: ends its pause and every limit that somebody set",
      example: "queue resume open",
    }),
  )
    .addArgument(queueArgument("<queue>", "the queue"))
    .action((name: JobName, options: Json) =>
      answer(options, async () => {
        const [{ resumedResult, resumeQueue }, far] = await Promise.all([import("./queue.ts"), afar()]);
        if (far) return far.switchQueue(name, "resume").then(() => resumedResult(name));
        return changing("resume", name, (queues, connection) => resumeQueue(name, queues, connection));
      }),
    );

  const afar = async () => (await import("../port/http-operations.ts")).findOperations(context);

  /** Written to the audit trail before it is done. */
  async function changing(action: string, name: JobName, work: Ask): Promise<Result> {
    const { audited } = await import("../port/audited.ts");
    return withQueues((queues, connection) => {
      const { redis, keys } = connection;
      const spoken = { redis, keys, actor: actorOf(context) };
      return audited(spoken, { action: `queue.${action}`, subject: name }, () => work(queues, connection));
    });
  }

  async function withQueues(ask: Ask): Promise<Result> {
    const [{ withRedis }, { openQueues }] = await Promise.all([
      import("../connection.ts"),
      import("../../../shared/queue/queues.ts"),
    ]);
    return withRedis(context, async (connection) => {
      const queues = openQueues(connection.redis, connection.keys.prefix, () => undefined);
      try {
        return await ask(queues.all, connection);
      } finally {
        await queues.close();
      }
    });
  }
}
