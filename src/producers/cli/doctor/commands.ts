// Registers `certfleet doctor` and `health`. eNom and the mail server are asked by the workers' part, which is handed in.
import type { Command } from "commander";
import { type Finding, failure } from "../../../shared/base/result.ts";
import type { JobName } from "../../../shared/queue/jobs.ts";
import type { Connection } from "../connection.ts";
import type { ProgramContext } from "../own-redis.ts";
import type { PrintResult } from "../terminal.ts";
import { fromAfar, type Json, queueArgument, resultVerb } from "../verbs.ts";

/** What the workers do for `doctor`. */
export interface DoctorCommands {
  examineRemotes: (env: NodeJS.ProcessEnv) => Promise<Finding[]>;
  examineMoney: (env: NodeJS.ProcessEnv, place: Pick<Connection, "redis" | "keys">) => Promise<Finding[]>;
  /** What is wrong with the settings of gateway and workers, all at once. */
  settingProblems: (env: NodeJS.ProcessEnv) => Promise<string[]>;
}

export function registerDoctorCommands(
  program: Command,
  { context, answer }: { context: ProgramContext; answer: PrintResult },
  load: () => Promise<DoctorCommands>,
): void {
  fromAfar(
    resultVerb(program, "health", {
      does: "say whether a worker of the queue is alive, or with --process the process beside it, for health checks",
      example: "health open\nhealth --process",
    }),
  )
    .addArgument(queueArgument("[queue]", "the queue: asks the whole fleet, in Redis"))
    .option("--process", "ask the process that listens on CERTFLEET_HEALTH_PORT; needs no Redis")
    .action((queue: JobName | undefined, options: Json & { process?: boolean }) =>
      answer(options, async () => {
        if ((queue === undefined) !== (options.process === true))
          return failure("usage", "Name a queue, or say --process.");
        if (queue === undefined) return (await import("../health/health.ts")).processHealth(context.env);
        const far = await (await import("../port/http-operations.ts")).findOperations(context);
        if (far) {
          const { healthResult } = await import("../health/health.ts");
          return healthResult(queue, (await far.queues()).find(({ name }) => name === queue)?.workers ?? 0);
        }
        const [{ health }, { withRedis }, { systemClock }] = await Promise.all([
          import("../health/health.ts"),
          import("../connection.ts"),
          import("../../../shared/base/clock.ts"),
        ]);
        return withRedis(context, (connection) => health(queue, connection, systemClock));
      }),
    );

  resultVerb(program, "doctor", {
    does: "check everything that Certfleet needs, and say how to fix what is wrong",
    example: "doctor\ndoctor --strict --json",
  })
    .option("--strict", "fail with a warning, too")
    .action(({ json, strict = false }: Json & { strict?: boolean }) =>
      answer({ ...(json && { json }) }, async () => {
        const [{ examine }, commands, { systemClock }] = await Promise.all([
          import("./doctor.ts"),
          load(),
          import("../../../shared/base/clock.ts"),
        ]);
        const needs = { nodeVersion: process.versions.node, clock: systemClock, ...commands };
        return examine(context, needs, { strict });
      }),
    );
}
