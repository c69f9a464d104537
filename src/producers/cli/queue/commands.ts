// Registers `certfleet queue`. A verb is loaded when it is called, so that the help is quick.
import type { Command } from "commander";
import type { Result } from "../../../shared/base/result.ts";
import type { JobName } from "../../../shared/queue/jobs.ts";
import type { Queues } from "../../../shared/queue/queues.ts";
import type { Connection } from "../connection.ts";
import { actorOf, type ProgramContext } from "../own-redis.ts";
import type { PrintResult } from "../terminal.ts";
import { type Json, queueArgument, resultVerb } from "../verbs.ts";

type Ask = (queues: Queues["all"], connection: Connection) => Promise<Result>;

export function registerQueueCommands(program: Command, context: ProgramContext, answer: PrintResult): void {
  const queue = program.command("queue").description("see, pause and resume the queues of the workers");

  resultVerb(queue, "list", {
    does: "list the queues, their jobs, and what holds them up",
    example: "queue list",
  }).action((options: Json) =>
    answer(options, async () => {
      const { listQueues } = await import("./queue.ts");
      return withQueues(listQueues);
    }),
  );

  resultVerb(queue, "pause", {
    does: "let the workers of a queue take no more jobs; running ones end",
    example: "queue pause open",
  })
    .addArgument(queueArgument("<queue>", "the queue"))
    .action((name: JobName, options: Json) =>
      answer(options, async () => {
        const { pauseQueue } = await import("./queue.ts");
        return changing("pause", name, (queues) => pauseQueue(name, queues));
      }),
    );

  resultVerb(queue, "resume", {
    does: "let a queue go on: ends its pause and every limit that somebody set",
    example: "queue resume open",
  })
    .addArgument(queueArgument("<queue>", "the queue"))
    .action((name: JobName, options: Json) =>
      answer(options, async () => {
        const { resumeQueue } = await import("./queue.ts");
        return changing("resume", name, (queues, connection) => resumeQueue(name, queues, connection));
      }),
    );

  /** Written to the audit trail before it is done. */
  async function changing(action: string, name: JobName, work: Ask): Promise<Result> {
    const { audited } = await import("../audit/audited.ts");
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
