// npm run storm: the whole fleet under fire, with eNom's books as the judge. Says what was promised, and whether it was kept.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { lifecycle } from "../../src/shared/base/lifecycle.ts";
import type { Ending } from "./ending.ts";
import { type Plan, plansOf, usage } from "./plan.ts";
import { promisesOf } from "./promises.ts";
import { promiseLines, summary } from "./report.ts";
import { playStorm } from "./run.ts";

const EXIT = { kept: 0, broken: 1, usage: 2, interrupted: 130 };

interface Played {
  ending: Ending;
  isKept: boolean;
}

/** Plays one storm in a folder of its own, which stays when a promise was broken. Whatever it starts ends with it. */
async function storm(plan: Plan): Promise<Played> {
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
  let plans: Plan[];
  try {
    plans = plansOf(args);
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n\n${usage}`);
    return EXIT.usage;
  }
  const played: Played[] = [];
  for (const plan of plans) played.push(await storm(plan));
  console.log(`\n${summary(played.map(({ ending }) => ending))}`);
  return played.every(({ isKept }) => isKept) ? EXIT.kept : EXIT.broken;
}

process.exitCode = await main(process.argv.slice(2));
