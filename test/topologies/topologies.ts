// npm run topologies: the fleet on every form of Redis, and what happens to Redis under load, with eNom's books as the judge.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { pino } from "pino";
import { type Lifecycle, lifecycle } from "../../src/shared/base/lifecycle.ts";
import { quickFolder } from "../support/quick-folder.ts";
import { cases } from "./cases/all.ts";
import type { Case } from "./cases/case.ts";
import type { Verdict } from "./judge.ts";
import { playCase } from "./play.ts";
import { endLine, faultLines, type Skipped, seconds, summary } from "./report.ts";
import { missing, serverProgram } from "./servers/program.ts";

const EXIT = { kept: 0, broken: 1, usage: 2, interrupted: 130 };

const usage = `npm run topologies [-- --only WORDS] [--list] [--seed N] [--keep]

Starts each topology of Redis for real on this machine, a gateway and the workers before it, and a pretended eNom and a mailbox
behind them; sends orders, lets something go wrong, and compares the end with eNom's books.
--only plays the cases whose names begin with one of the words, with commas between: --only sentinel,cluster-killed
--list names the cases and plays none. --keep leaves the folders with logs and data in any case.`;

interface Plan {
  chosen: readonly Case[];
  seed: number;
  keepFolder: boolean;
  isList: boolean;
}

function planOf(args: readonly string[]): Plan {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: "string" },
      list: { type: "boolean", default: false },
      seed: { type: "string", default: `${Math.floor(Math.random() * 1e6)}` },
      keep: { type: "boolean", default: false },
    },
  });
  const words = values.only?.split(",").map((word) => word.trim());
  const chosen = cases.filter(({ name }) => !words || words.some((word) => name.startsWith(word)));
  if (chosen.length === 0) throw new Error(`no case begins with ${values.only}; --list names them`);
  const seed = Number(values.seed);
  if (!Number.isInteger(seed)) throw new Error("--seed is a whole number");
  return { chosen, seed, keepFolder: values.keep, isList: values.list };
}

/** The cases that are played now, by their folders. */
const running = new Map<string, Lifecycle>();

async function interrupt(): Promise<never> {
  await Promise.all([...running.values()].map((life) => life.stop()));
  for (const folder of running.keys()) rmSync(folder, { recursive: true, force: true });
  process.exit(EXIT.interrupted);
}

/** In a folder of its own, which stays when a promise was broken. Whatever it starts ends with it. */
async function played(
  each: Case,
  { seed, keepFolder }: Plan,
): Promise<{ verdict: Verdict; folder: string | undefined }> {
  const folder = mkdtempSync(join(quickFolder(), `certfleet-topology-${each.name}-`));
  const life = lifecycle(pino({ level: "silent" }));
  running.set(folder, life);
  const began = performance.now();
  const verdict = await playCase(each, { folder, life, seed }).catch((error: Error) => unplayed(each, error, began));
  await life.stop();
  running.delete(folder);
  const isKept = verdict.faults.length === 0;
  writeFileSync(join(folder, "verdict.json"), JSON.stringify(verdict, null, 1));
  if (!isKept || keepFolder) return { verdict, folder };
  rmSync(folder, { recursive: true, force: true });
  return { verdict, folder: undefined };
}

function unplayed({ name, story }: Case, error: Error, began: number): Verdict {
  const none = { recoveredMs: null, count503: 0, count500: 0, slowestMs: 0, orders: 0, issued: 0, purchases: 0 };
  const faults = [`It could not be played: ${error.message}`];
  return { name, story, ...none, lost: 0, doubled: 0, tookMs: performance.now() - began, faults };
}

/** One after the other; main roads, in which nothing is timed, two at once. Answers in the order of the cases. */
async function inTurn<T>(chosen: readonly Case[], play: (each: Case) => Promise<T>): Promise<T[]> {
  const found = new Map<Case, T>();
  const rest = chosen.filter(({ isRoad }) => isRoad);
  const hand = async (): Promise<void> => {
    for (let each = rest.shift(); each; each = rest.shift()) found.set(each, await play(each));
  };
  await Promise.all([hand(), hand()]);
  for (const each of chosen) if (!each.isRoad) found.set(each, await play(each));
  return chosen.flatMap((each) => found.get(each) ?? []);
}

async function playOrSkip(each: Case, plan: Plan): Promise<Verdict | Skipped> {
  const { name, story } = each;
  const why = missing(each.needs ?? []);
  if (why) {
    console.log(`\n  ${name}: ${story}\n    – skipped: ${why}`);
    return { name, story, why };
  }
  const { verdict, folder } = await played(each, plan);
  const { orders, purchases, recoveredMs, faults, tookMs } = verdict;
  const recovered = recoveredMs === null ? "" : `, recovered in ${seconds(recoveredMs)}`;
  const sign = faults.length === 0 ? "✓" : "✗";
  console.log(
    `\n  ${name}: ${story}\n    ${sign} ${orders} orders, ${purchases} purchases${recovered} (${seconds(tookMs)})`,
  );
  if (folder) console.log(`      logs and data: ${folder}`);
  if (faults.length > 0) console.log(faultLines(verdict));
  return verdict;
}

async function main(args: readonly string[]): Promise<number> {
  let plan: Plan;
  try {
    plan = planOf(args);
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n\n${usage}`);
    return EXIT.usage;
  }
  if (plan.isList) {
    for (const { name, story } of plan.chosen) console.log(`${name.padEnd(24)}${story}`);
    return EXIT.kept;
  }
  const valkey = missing(["valkey-server"]) ?? (await serverProgram("valkey")).version;
  const versions = [`Node ${process.versions.node}`, (await serverProgram("redis")).version, valkey].join(", ");
  console.log(`${plan.chosen.length} cases, seed ${plan.seed}, ${versions}`);
  process.once("SIGINT", interrupt).once("SIGTERM", interrupt);
  const began = performance.now();
  const all = await inTurn(plan.chosen, (each) => playOrSkip(each, plan));
  console.log(`\nseed ${plan.seed}, ${versions}\n\n${summary(all)}\n\n${endLine(all, performance.now() - began)}`);
  process.off("SIGINT", interrupt).off("SIGTERM", interrupt);
  return all.every((each) => "why" in each || each.faults.length === 0) ? EXIT.kept : EXIT.broken;
}

process.exitCode = await main(process.argv.slice(2));
