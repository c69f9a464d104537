// The command line whole: every noun registers its verbs, the starts of processes are handed in. Nothing runs before it is parsed.
import { resolve } from "node:path";
import { Command } from "commander";
import type { JobName } from "../shared/queue/jobs.ts";
import type { Stdin } from "./cli/account/add-terminal.ts";
import { type AccountCommands, type PurchaseSwitch, registerAccountCommands } from "./cli/account/commands.ts";
import { registerCertificateCommands } from "./cli/certificate/commands.ts";
import { type DoctorCommands, registerDoctorCommands } from "./cli/doctor/commands.ts";
import { type LedgerCommands, registerLedgerCommands } from "./cli/ledger/commands.ts";
import { registerNotificationCommands } from "./cli/notification/commands.ts";
import type { ProgramContext } from "./cli/own-redis.ts";
import { registerPolicyCommands } from "./cli/policy/commands.ts";
import { registerSchemaCommands } from "./cli/schema/commands.ts";
import { registerTemplateCommands } from "./cli/template/commands.ts";
import type { Answer } from "./cli/terminal.ts";
import { queueArgument, verb, wholeNumber } from "./cli/verbs.ts";

export interface StartOptions {
  once?: boolean;
  years?: number;
  product?: string;
}

/** How each process is started. */
export interface Processes {
  start: (options: StartOptions) => Promise<void>;
  up: () => Promise<void>;
  gateway: () => Promise<void>;
  worker: (queues: JobName[], options: { concurrency?: number }) => Promise<void>;
}

/** What workers do for verbs: producers may not import them. Each is loaded when a verb needs it. */
export interface WorkerCommands {
  account: () => Promise<AccountCommands>;
  ledger: () => Promise<LedgerCommands & PurchaseSwitch>;
  doctor: () => Promise<DoctorCommands>;
}

export interface Outside {
  version: string;
  place: ProgramContext;
  answer: Answer;
  stdin: Stdin;
}

/** The program with all its verbs. */
export function buildProgram(
  { version, place, answer, stdin }: Outside,
  { processes, workers }: { processes: Processes; workers: WorkerCommands },
): Command {
  const program = new Command("certfleet")
    .description("Opens and reissues SSL certificates at eNom, through Redis queues, never buying one twice.")
    .version(version)
    .showHelpAfterError('("certfleet --help" and "certfleet <command> --help" show what there is)')
    .addHelpText(
      "after",
      "\nExit codes:\n  0 done, 1 failed, 2 wrong usage or settings, 3 not found, 4 conflict, 5 outcome unknown, 75 try later",
    )
    .exitOverride();

  registerProcesses(program, processes);
  registerDoctorCommands(program, { place, answer }, workers.doctor);
  registerCertificateCommands(program, place, answer);
  registerPolicyCommands(program, place, answer);
  registerTemplateCommands(program, place, answer);
  registerNotificationCommands(program, place, answer);
  const schema = resolve(place.root, "certfleet.schema.json");
  registerAccountCommands(program, { place, answer, stdin, schema }, workers);
  registerLedgerCommands(program, { place, answer }, workers.ledger);
  registerSchemaCommands(program, answer);
  return program;
}

function registerProcesses(program: Command, { start, up, gateway, worker }: Processes): void {
  program
    .command("start", { hidden: true })
    .option("--once", "end when the sample certificates are issued")
    .option("--years <count>", "live through an order of so many years, by a clock that is turned on", wholeNumber)
    .option("--product <service>", "what that order is for")
    .action((options: StartOptions) => start(options));

  verb(program, "up", { does: "gateway, schedules and all workers in one process", example: "up" }).action(() => up());

  verb(program, "gateway", { does: "HTTP API, Bull Board, schedules", example: "gateway" }).action(() => gateway());

  verb(program, "worker", { does: "workers of one queue or several", example: "worker open reissue --concurrency 16" })
    .addArgument(queueArgument("<queue...>", "the queues to work on"))
    .option("--concurrency <count>", "jobs at once, of each queue", wholeNumber)
    .action((queues: JobName[], options: { concurrency?: number }) => worker(queues, options));
}
