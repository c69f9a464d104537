// What a matrix is to play: read from the command line and STORM_SEED, STORM_SECONDS. The same seed gives the same faults in
// the same order.
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { parseArgs } from "node:util";
import { allFaults, lanes } from "../faults/all.ts";
import { type Fault, groups, shuffled } from "../faults/fault.ts";
import { seeded } from "../seeded.ts";

export interface MatrixPlan {
  seed: number;
  /** All of it: start, faults, calm, judge. */
  seconds: number;
  orders: number;
  gateways: number;
  workers: number;
  settleSeconds: number;
  /** Lanes are played beside each other. */
  lanes: readonly (readonly Fault[])[];
  /** How often each lane is played. */
  rounds: number;
  /** Faults and orders are spread over the time; else they follow each other at once. */
  spreads: boolean;
  /** Left out, and why. */
  leftOut: readonly string[];
  /** Keeps logs, journal and books even when all is well. */
  keepFolder: boolean;
}

export const usage = `npm run storm [-- --only GROUP|FAULT,…] [--list] [--orders N] [--workers 2] [--gateways 2]
                   [--settle 10] [--seed N] [--seconds N] [--keep]
npm run storm -- --redis keep|kill|cut [--orders 200] [--workers 3]

A fleet of real processes takes orders over HTTP while faults hit it; then it is left alone, and a judge compares the
pretended eNom's books, the mailbox and the records with what was ordered. Exit 0: zeros everywhere.
STORM_SEED and STORM_SECONDS are --seed and --seconds; without them a random seed, and 300 seconds at most.
--list names the faults. --settle is T_settle in seconds.
--keep leaves the folder with logs, journal and books in any case.
--redis plays the older storm: workers alone, one killed each second, Redis kept, killed, or cut off.`;

const DEFAULT_SECONDS = 300;
const SHORTEST_SECONDS = 60;
const SECONDS_A_FAULT = 15;

/** Undefined: only the list is wanted. @throws Error saying what is wrong */
export function matrixPlanOf(args: readonly string[], env: NodeJS.ProcessEnv): MatrixPlan | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: "string" },
      list: { type: "boolean", default: false },
      orders: { type: "string" },
      workers: { type: "string", default: "2" },
      gateways: { type: "string", default: "2" },
      settle: { type: "string", default: "10" },
      seed: { type: "string", default: env.STORM_SEED ?? `${Math.floor(Math.random() * 1e6) + 1}` },
      seconds: { type: "string", default: env.STORM_SECONDS },
      keep: { type: "boolean", default: false },
    },
  });
  if (values.list) return undefined;
  const seed = positive("seed", values.seed);
  const { wanted, leftOut } = split(chosen(values.only), env.PATH ?? "");
  const planned = laid(wanted, seed);
  const seconds = positive("seconds", values.seconds ?? `${secondsFor(planned)}`);
  return {
    ...{ seed, seconds },
    orders: positive("orders", values.orders ?? `${Math.ceil(seconds / 2)}`),
    gateways: positive("gateways", values.gateways),
    workers: positive("workers", values.workers),
    settleSeconds: positive("settle", values.settle),
    lanes: planned,
    rounds: Math.max(1, Math.floor(seconds / DEFAULT_SECONDS)),
    spreads: true,
    leftOut,
    keepFolder: values.keep,
  };
}

/** A few faults need no five minutes. */
function secondsFor(planned: readonly (readonly Fault[])[]): number {
  const longest = Math.max(...planned.map(({ length }) => length));
  return Math.min(DEFAULT_SECONDS, SHORTEST_SECONDS + longest * SECONDS_A_FAULT);
}

/** In a random order of this seed. */
export function laid(faults: readonly Fault[], seed: number): Fault[][] {
  return lanes
    .map((inLane, i) =>
      shuffled(
        faults.filter(({ group }) => inLane.includes(group)),
        seeded(seed + i),
      ),
    )
    .filter((lane) => lane.length > 0);
}

/** @throws Error a word that is neither a group nor a fault */
export function chosen(only: string | undefined): Fault[] {
  if (only === undefined) return [...allFaults];
  const words = only.split(",").map((word) => word.trim());
  const unknown = words.filter((word) => !allFaults.some(({ name, group }) => name === word || group === word));
  if (unknown.length > 0)
    throw new Error(`--only takes groups (${groups.join(", ")}) and faults (--list), and not: ${unknown.join(", ")}`);
  return allFaults.filter(({ name, group }) => words.includes(name) || words.includes(group));
}

function split(faults: readonly Fault[], path: string): { wanted: Fault[]; leftOut: string[] } {
  const isHere = ({ needs }: Fault): boolean => needs === undefined || isOnPath(needs, path);
  const leftOut = faults.filter((fault) => !isHere(fault));
  return {
    wanted: faults.filter(isHere),
    leftOut: leftOut.map(({ name, needs }) => `${name}: there is no ${needs} here`),
  };
}

function isOnPath(program: string, path: string): boolean {
  return path.split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

function positive(name: string, text: string): number {
  const number = Number(text);
  if (number > 0) return number;
  throw new Error(`--${name} is a number above 0`);
}
