// The program behind bin/certfleet: reads the first words and starts a process or runs a verb. The one file that may import all rooms.
import { resolve } from "node:path";
import { Argument, Command, CommanderError } from "commander";
import packageJson from "../package.json" with { type: "json" };
import { registerAccountAdd } from "./producers/cli/account/commands.ts";
import { registerCertificateCommands } from "./producers/cli/certificate/commands.ts";
import { registerLedgerCommands } from "./producers/cli/ledger/commands.ts";
import { registerNotificationCommands } from "./producers/cli/notification/commands.ts";
import { registerPolicyCommands } from "./producers/cli/policy/commands.ts";
import { registerTemplateCommands } from "./producers/cli/template/commands.ts";
import { answerOn, failureOf } from "./producers/cli/terminal.ts";
import { resultVerb, verb, wholeNumber } from "./producers/cli/verbs.ts";
import type { Lifecycle } from "./shared/base/lifecycle.ts";
import { exitCodes } from "./shared/base/result.ts";
import type { JobName } from "./shared/queue/jobs.ts";

interface Json {
  json?: boolean;
}

/** As in src/shared/queue/jobs.ts, which loads too much for a help text; a test holds them together. */
const QUEUES: JobName[] = ["open", "reissue", "notify", "balance-poll"];

const { env, stdout, stderr } = process;
const place = { env, root: resolve(import.meta.dirname, "..") };
const debug = env.LOG_LEVEL === "debug" || env.LOG_LEVEL === "trace";
const exit = (code: number): void => {
  process.exitCode = code;
};
const answer = answerOn({ out: stdout, err: stderr, debug, exit });

const program = new Command("certfleet")
  .description("Opens and reissues SSL certificates at eNom, through Redis queues, never buying one twice.")
  .version(packageJson.version)
  .showHelpAfterError('("certfleet --help" and "certfleet <command> --help" show what there is)')
  .addHelpText(
    "after",
    "\nExit codes:\n  0 done, 1 failed, 2 wrong usage or settings, 3 not found, 4 conflict, 5 outcome unknown, 75 try later",
  )
  .exitOverride();

program
  .command("start", { hidden: true })
  .option("--once", "end when the sample certificates are issued")
  .option("--years <count>", "live through an order of so many years, by a clock that is turned on", wholeNumber)
  .option("--product <service>", "what that order is for")
  .action(async ({ once = false, years, product }: { once?: boolean; years?: number; product?: string }) => {
    if (years !== undefined) {
      const { startYears } = await import("./sandbox/years/start.ts");
      return exit(await startYears({ years, product, ...place }));
    }
    const { start } = await import("./sandbox/start.ts");
    exit(await start({ once, ...place }));
  });

verb(program, "up", { does: "gateway, schedules and all workers in one process", example: "up" }).action(() =>
  stayUp(async (life) => {
    await addWorkers(life, QUEUES);
    await addGateway(life);
    stdout.write(`workers  ${QUEUES.join(", ")}\n`);
  }),
);

verb(program, "gateway", { does: "HTTP API, Bull Board, schedules", example: "gateway" }).action(() =>
  stayUp(addGateway),
);

verb(program, "worker", { does: "workers of one queue or several", example: "worker open reissue --concurrency 16" })
  .addArgument(new Argument("<queue...>", "the queues to work on").choices(QUEUES))
  .option("--concurrency <count>", "jobs at once, of each queue", wholeNumber)
  .action((queues: JobName[], { concurrency }: { concurrency?: number }) =>
    stayUp((life) => addWorkers(life, queues, concurrency)),
  );

resultVerb(program, "health", {
  does: "whether a worker of the queue is alive, for health checks",
  example: "health open",
})
  .addArgument(new Argument("<queue>", "the queue").choices(QUEUES))
  .action((queue: JobName, options: Json) =>
    answer(options, async () => {
      const [{ health }, { withRedis }] = await Promise.all([
        import("./producers/cli/doctor/health.ts"),
        import("./producers/cli/connection.ts"),
      ]);
      const { systemClock } = await import("./shared/base/clock.ts");
      return withRedis(place, (connection) => health(queue, connection, systemClock));
    }),
  );

registerCertificateCommands(program, place, answer);
registerPolicyCommands(program, place, answer);
registerTemplateCommands(program, place, answer);
registerNotificationCommands(program, place, answer);

const account = program.command("account").description("the eNom accounts");

resultVerb(account, "list", { does: "the accounts as the workers last saw them", example: "account list" }).action(
  (options: Json) =>
    answer(options, async () => {
      const [{ listAccounts }, { withFleet }] = await Promise.all([
        import("./producers/cli/account/list.ts"),
        import("./producers/cli/fleet.ts"),
      ]);
      return withFleet(place, listAccounts);
    }),
);

resultVerb(account, "check [id]", {
  does: "prove connection, login and address at eNom, now",
  example: "account check main",
}).action((id: string | undefined, options: Json) =>
  answer(options, async () => {
    const { askFleetToCheck, checkAccounts } = await import("./workers/commands/account.ts");
    const { checkResult } = await import("./producers/cli/account/check-text.ts");
    const { withOwnFleetIfAny } = await import("./producers/cli/own-redis.ts");
    const { fleetFilePath } = await import("./shared/config/fleet-file.ts");
    const own = withOwnFleetIfAny(place);
    const checks = await checkAccounts(own, id);
    const looked = checks.map((each) => each.account);
    return checkResult(checks, { id, file: fleetFilePath(own) }, await askFleetToCheck(own, looked));
  }),
);

resultVerb(account, "balance [id]", { does: "ask eNom what can be spent, now", example: "account balance" }).action(
  (id: string | undefined, options: Json) =>
    answer(options, async () => {
      const { readBalances } = await import("./workers/commands/account.ts");
      const { balanceResult } = await import("./producers/cli/account/check-text.ts");
      const { withOwnFleetIfAny } = await import("./producers/cli/own-redis.ts");
      const { fleetFilePath } = await import("./shared/config/fleet-file.ts");
      const own = withOwnFleetIfAny(place);
      return balanceResult(await readBalances(own, id), { id, file: fleetFilePath(own) });
    }),
);

const schema = resolve(place.root, "certfleet.schema.json");
registerAccountAdd(
  account,
  { place, schema, stdin: process.stdin, answer },
  async () => (await import("./workers/commands/account.ts")).checkAccounts,
);

registerLedgerCommands({ program, account }, { place, answer }, () => import("./workers/commands/ledger.ts"));

resultVerb(program, "schema", {
  does: "JSON Schema of a job's payload, or of certfleet.yaml",
  example: "schema open\nschema config",
})
  .addArgument(new Argument("<what>", "a job's name, which is its queue's, or config").choices([...QUEUES, "config"]))
  .action((what: JobName | "config", options: Json) =>
    answer(options, async () => {
      const { fileSchema, jobSchema } = await import("./producers/cli/schema.ts");
      return what === "config" ? fileSchema() : jobSchema(what);
    }),
  );

resultVerb(program, "doctor", { does: "look at everything the fleet stands on", example: "doctor" }).action(
  (options: Json) =>
    answer(options, async () => {
      const [{ examine }, { examineRemotes }] = await Promise.all([
        import("./producers/cli/doctor/doctor.ts"),
        import("./workers/commands/doctor.ts"),
      ]);
      const { systemClock } = await import("./shared/base/clock.ts");
      return examine(place, {
        nodeVersion: process.versions.node,
        clock: systemClock,
        examineRemotes: () => examineRemotes(env),
      });
    }),
);

// A reader that has seen enough (`certfleet certificate list | head`) is no failure.
stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
});

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError)
    exit(error.exitCode === 0 ? exitCodes.done : exitCodes.usage); // commander has said what is wrong
  else await answer({}, () => failureOf(error, debug));
}

/** Starts parts that run until a signal stops them in order, last started first. */
async function stayUp(begin: (life: Lifecycle) => Promise<void>): Promise<void> {
  const [{ lifecycle, stopOnSignal, stopWithParent }, { createLog }] = await Promise.all([
    import("./shared/base/lifecycle.ts"),
    import("./shared/base/log.ts"),
  ]);
  const log = createLog(debug ? "debug" : "info", "process");
  const life = lifecycle(log);
  stopOnSignal(life, log);
  if (env.CERTFLEET_SUPERVISED) stopWithParent(life);
  try {
    await begin(life);
  } catch (error) {
    await life.stop();
    await answer({}, () => failureOf(error, debug));
    process.exit(); // a part that half started must not keep the process
  }
}

async function addWorkers(life: Lifecycle, queues: JobName[], concurrency?: number): Promise<void> {
  const { startWorkers } = await import("./workers/main.ts");
  const workers = await startWorkers(queues, env, { concurrency });
  life.add("workers", workers.stop);
}

async function addGateway(life: Lifecycle): Promise<void> {
  const { startGateway } = await import("./producers/main.ts");
  const gateway = await startGateway(env);
  life.add("gateway", gateway.stop);
  stdout.write(`gateway  ${gateway.url}\n`);
}
