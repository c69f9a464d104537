// What is to be played: read from the command line.
import { parseArgs } from "node:util";

/** `keep`: nothing happens to Redis. `kill`: it is killed. `cut`: the end of its file is cut off, too. */
export const fates = ["keep", "kill", "cut"] as const;
export type Fate = (typeof fates)[number];

export interface Plan {
  fate: Fate;
  orders: number;
  workers: number;
  settleSeconds: number;
  seed: number;
  /** Keeps logs, journal and books even when every promise was kept. */
  keepFolder: boolean;
}

/** One plan a storm. @throws Error saying what is wrong */
export function plansOf(args: readonly string[]): Plan[] {
  const { values } = parseArgs({
    args: [...args],
    options: {
      redis: { type: "string" },
      orders: { type: "string", default: "200" },
      workers: { type: "string", default: "3" },
      settle: { type: "string", default: "10" },
      seed: { type: "string", default: `${Math.floor(Math.random() * 1e6)}` },
      keep: { type: "boolean", default: false },
    },
  });
  const plan = {
    orders: positive("orders", values.orders),
    workers: positive("workers", values.workers),
    settleSeconds: positive("settle", values.settle),
    seed: positive("seed", values.seed),
    keepFolder: values.keep,
  };
  const wanted = fates.filter((fate) => values.redis === undefined || values.redis === fate);
  if (wanted.length === 0) throw new Error(`--redis is one of ${fates.join(", ")}`);
  return wanted.map((fate) => ({ fate, ...plan }));
}

function positive(name: string, text: string): number {
  const number = Number(text);
  if (number > 0) return number;
  throw new Error(`--${name} is a number above 0`);
}
