// The verbs that start processes. Apart from all others, so that a worker starts without the rest of the command line.
import { type Command, Option } from "commander";
import type { JobName } from "../../../shared/queue/jobs.ts";
import type { Drill } from "../backup/commands.ts";
import { queueArgument, verb, wholeNumber } from "../verbs.ts";

export interface StartOptions {
  once?: boolean;
  fresh?: boolean;
  years?: number;
  product?: string;
}

/** How each process is started. */
export interface Processes {
  start: (options: StartOptions) => Promise<void>;
  up: () => Promise<void>;
  gateway: () => Promise<void>;
  worker: (queues: JobName[], options: { concurrency?: number }) => Promise<void>;
  drill: Drill;
}

export function registerProcesses(program: Command, { start, up, gateway, worker }: Processes): void {
  program
    .command("start", { hidden: true })
    .option("--once", "stop when the sample certificates are issued")
    .addOption(new Option("--fresh", "throw away what the sandbox has kept, then start").conflicts("years"))
    .option("--years <count>", "show an order of so many years, on a clock that runs fast", wholeNumber)
    .option("--product <service>", "the product of that order")
    .action((options: StartOptions) => start(options));

  verb(program, "up", { does: "run gateway, schedules and all workers in one process", example: "up" }).action(() =>
    up(),
  );

  verb(program, "gateway", {
    does: "run the HTTP API, the dashboard, Bull Board and the schedules",
    example: "gateway",
  }).action(() => gateway());

  verb(program, "worker", {
    does: "run the workers of one or more queues",
    example: "worker open reissue --concurrency 16",
  })
    .addArgument(queueArgument("<queue...>", "the queues to work on"))
    .option("--concurrency <count>", "how many jobs of each queue run at once", wholeNumber)
    .action((queues: JobName[], options: { concurrency?: number }) => worker(queues, options));
}
