// npm run storm: the fault matrix; with --redis the older storm, in which workers alone are killed with Redis.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { lifecycle } from "../../src/shared/base/lifecycle.ts";
import type { Ending } from "./ending.ts";
import { listOfFaults, storm } from "./matrix/matrix.ts";
import { matrixPlanOf, usage } from "./matrix/plan.ts";
import { type Plan, plansOf } from "./plan.ts";
import { promisesOf } from "./promises.ts";
import { promiseLines, summary } from "./report.ts";
import { playStorm } from "./run.ts";

const EXIT = { kept: 0, broken: 1, usage: 2, interrupted: 130 };

interface Played {
  ending: Ending;
  isKept: boolean;
}

/** Plays one storm in a folder of its own, which stays when a promise was broken. Whatever it starts ends with it. */
async function olderStorm(plan: Plan): Promise<Played> {
  const { fate, orders, workers, settleSeconds, seed, keepFolder } = plan;
  console.log(`\nredis ${fate}: ${orders} orders, ${workers} workers, T_settle ${settleSeconds} s, seed ${seed}`);
  const folder = mkdtempSync(join(tmpdir(), `certfleet-storm-${fate}-`));
  const life = lifecycle(pino({ level: "silent" }));
  const interrupt = async (): Promise<never> => {
    await life.stop();
    rmSync(folder, { recursive: true, force: true });
    process.exit(EXIT.interrupted);
  };
  process.once("SIGINT", interrupt).once("SIGTERM", interrupt);
  let mayGo = false;
  try {
    const ending = await playStorm(plan, folder, life, console.log);
    const promises = promisesOf(ending);
    console.log(promiseLines(promises));
    writeFileSync(join(folder, "ending.json"), JSON.stringify({ promises, ending }, null, 1));
    const isKept = promises.every(({ faults }) => faults.length === 0);
    mayGo = isKept && !keepFolder;
    return { ending, isKept };
  } finally {
    await life.stop();
    process.off("SIGINT", interrupt).off("SIGTERM", interrupt);
    if (mayGo) rmSync(folder, { recursive: true, force: true });
    else
      console.log(
        `  Logs, journal and books are kept in ${folder}. The seed loses the same calls again, at other times.`,
      );
  }
}

async function main(args: readonly string[]): Promise<number> {
  try {
    if (args.some((arg) => arg.startsWith("--redis"))) return await playOlder(plansOf(args));
    const plan = matrixPlanOf(args, process.env);
    if (plan) return (await storm(plan, console.log)) ? EXIT.kept : EXIT.broken;
    console.log(listOfFaults());
    return EXIT.kept;
  } catch (error) {
    if (!isUsage(error)) throw error;
    console.error(`${error.message}\n\n${usage}`);
    return EXIT.usage;
  }
}

/** Thrown while the words of the command line were read. */
function isUsage(error: unknown): error is Error {
  return (
    error instanceof Error &&
    (error.message.startsWith("--") || ("code" in error && `${error.code}`.startsWith("ERR_PARSE_ARGS")))
  );
}

async function playOlder(plans: readonly Plan[]): Promise<number> {
  const played: Played[] = [];
  for (const plan of plans) played.push(await olderStorm(plan));
  console.log(`\n${summary(played.map(({ ending }) => ending))}`);
  return played.every(({ isKept }) => isKept) ? EXIT.kept : EXIT.broken;
}

process.exitCode = await main(process.argv.slice(2));
