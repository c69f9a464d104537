// The program behind bin/certfleet: starts the processes and hands the command line what it may not import. The one file that may import all rooms.
import { resolve } from "node:path";
import { type Command, CommanderError } from "commander";
import packageJson from "../package.json" with { type: "json" };
import type { Processes } from "./producers/cli/process/commands.ts";
import { answerOn, failureOf } from "./producers/cli/terminal.ts";
import { QUEUES } from "./producers/cli/verbs.ts";
import type { Outside, WorkerCommands } from "./producers/command-line.ts";
import { quickProgram } from "./producers/quick-program.ts";
import { Refused } from "./shared/base/errors.ts";
import type { Lifecycle } from "./shared/base/lifecycle.ts";
import { exitCodes, type Result } from "./shared/base/result.ts";
import type { OwnProcess } from "./shared/process/own-process.ts";
import { isPackage, SANDBOX_LACKS } from "./shared/process/program.ts";
import type { JobName } from "./shared/queue/jobs.ts";

const { env, stdin, stdout, stderr } = process;
/** Data lies in the checkout; of a package in the folder in which it is called, since npm throws away what lies beside it. */
const context = { env, root: isPackage ? process.cwd() : resolve(import.meta.dirname, "..") };
const debug = env.LOG_LEVEL === "debug" || env.LOG_LEVEL === "trace";
/** By then the parts of a fleet on one machine have started, and the samples of the sandbox are issued. */
const STARTED_MS = 15_000;
const exit = (code: number): void => {
  process.exitCode = code;
};
const answer = answerOn({ out: stdout, err: stderr, debug, exit });

const processes: Processes = {
  start: ({ once = false, fresh = false, years, product }) =>
    inSandbox(async () => {
      if (years !== undefined) {
        const { startYears } = await import("./sandbox/years/start.ts");
        return exit(await startYears({ years, product, ...context }));
      }
      const [{ start }, memory] = await Promise.all([
        import("./sandbox/start.ts"),
        import("./shared/process/memory.ts"),
      ]);
      memory.settleMemory(env, STARTED_MS);
      exit(await start({ once, fresh, settingProblems, examine: examineAll, ...context }));
    }),
  up: () =>
    stayUp(["gateway", ...QUEUES], async (running) => {
      const [problems, { badSettings }] = [await settingProblems(env), await import("./shared/base/read-settings.ts")];
      if (problems.length > 0) throw badSettings(problems);
      // Where the gateway may not start, such as without any key, nothing buys meanwhile.
      await addGateway(running);
      await addWorkers(running, QUEUES);
      stdout.write(`workers  ${QUEUES.join(", ")}\n`);
    }),
  gateway: () => stayUp(["gateway"], addGateway),
  worker: (queues, { concurrency }) => stayUp(queues, (running) => addWorkers(running, queues, concurrency)),
  drill: (options) =>
    inSandbox(async () => {
      const { drill } = await import("./sandbox/drill/drill.ts");
      const stop = new AbortController();
      for (const signal of ["SIGINT", "SIGTERM"] as const)
        process.once(signal, () => stop.abort(new Refused("The drill was ended; its data is deleted.")));
      return drill({ ...options, ...context, signal: stop.signal });
    }),
};

const workers: WorkerCommands = {
  account: () => import("./workers/commands/account.ts"),
  ledger: () => import("./workers/commands/ledger.ts"),
  doctor: async () => {
    const [{ examineRemotes }, { examineMoney }] = await Promise.all([
      import("./workers/commands/doctor.ts"),
      import("./workers/commands/examine/money.ts"),
    ]);
    return { examineRemotes, examineMoney, settingProblems };
  },
  audit: () => import("./workers/commands/audit/verify.ts"),
  backup: () => import("./workers/backup/verbs.ts"),
  moving: () => import("./workers/moving/verbs.ts"),
};

// A reader that has seen enough (`certfleet certificate list | head`) is no failure.
stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
});

try {
  const outside = { version: packageJson.version, context, answer, stdin };
  const quick = await quickProgram(process.argv.slice(2), outside, processes, workers);
  await (quick ?? (await wholeProgram(outside))).parseAsync();
} catch (error) {
  if (error instanceof CommanderError)
    exit(error.exitCode === 0 ? exitCodes.done : exitCodes.usage); // commander has said what is wrong
  else await answer({}, () => failureOf(error, debug));
}

async function wholeProgram(outside: Outside): Promise<Command> {
  const { buildProgram } = await import("./producers/command-line.ts");
  return buildProgram(outside, { processes, workers });
}

/** What is wrong with what gateway and workers are set to, each of them and all at once. */
async function settingProblems(given: NodeJS.ProcessEnv): Promise<string[]> {
  const [{ checkWorkers }, { checkGateway }, { problemsOfAll }] = await Promise.all([
    import("./workers/main.ts"),
    import("./producers/main.ts"),
    import("./shared/base/read-settings.ts"),
  ]);
  return problemsOfAll([checkWorkers(QUEUES, given), (async () => checkGateway(given))()]);
}

/** What `doctor` finds, for the end of a start. */
async function examineAll(): Promise<Result> {
  const [{ examine }, commands, { systemClock }] = await Promise.all([
    import("./producers/cli/doctor/doctor.ts"),
    workers.doctor(),
    import("./shared/base/clock.ts"),
  ]);
  return examine(context, { nodeVersion: process.versions.node, clock: systemClock, ...commands });
}

interface Running {
  life: Lifecycle;
  own: OwnProcess;
}

/** Starts parts that run until a signal stops them in order: work first, then what it needed, last started first. */
async function stayUp(parts: readonly string[], begin: (running: Running) => Promise<void>): Promise<void> {
  const [{ openProcess }, { createLog }] = await Promise.all([
    import("./shared/process/open.ts"),
    import("./shared/base/log.ts"),
  ]);
  const running = openProcess(parts, { env, log: createLog(debug ? "debug" : "info", "process") });
  try {
    await running.answerHealth();
    await begin(running);
    (await import("./shared/process/memory.ts")).settleMemory(env);
  } catch (error) {
    await running.life.stop();
    await answer({}, () => failureOf(error, debug));
    process.exit(); // a part that half started must not keep the process
  }
}

async function addWorkers(running: Running, queues: JobName[], concurrency?: number): Promise<void> {
  const { startWorkers } = await import("./workers/main.ts");
  await startWorkers(queues, env, { concurrency, process: running });
}

async function addGateway(running: Running): Promise<void> {
  const { startGateway } = await import("./producers/main.ts");
  const gateway = await startGateway(env, running);
  stdout.write(`gateway  ${gateway.url}\n`);
}

/** @throws Refused where the sandbox's packages are not installed, as in production */
async function inSandbox<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw isMissingPackage(error) ? new Refused(SANDBOX_LACKS) : error;
  }
}

function isMissingPackage(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ERR_MODULE_NOT_FOUND";
}
