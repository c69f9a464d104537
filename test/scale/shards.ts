// Several fleets over one Redis Cluster, each with a prefix of its own: one alone, and two beside each other.
import { join } from "node:path";
import { table } from "../../src/producers/cli/table.ts";
import type { RedisBinary } from "../../src/sandbox/redis/binary.ts";
import type { Lifecycle } from "../../src/shared/base/lifecycle.ts";
import { type Arena, openArena, untilIssued } from "./arena.ts";
import { startCluster } from "./cluster.ts";
import { watchMachine } from "./machine.ts";

const ORDERS = 50;
const WARM_UP = 16;
const MOST_MS = 60_000;
/** One of them lies on another master than the first: a prefix is one hash slot. */
const NAMES = ["b", "c", "d", "e", "f", "g"];

interface Measured {
  perSecond: number;
  ours: string;
  busy: string;
}

export async function measureShards({
  binary,
  folder,
  life,
}: {
  binary: RedisBinary;
  folder: string;
  life: Lifecycle;
}): Promise<string> {
  const cluster = await startCluster(binary, join(folder, "cluster"), life);
  const prefixes = ["{brand-a}"];
  const home = await cluster.masterOf("{brand-a}");
  for (const name of NAMES) {
    const prefix = `{brand-${name}}`;
    if (prefixes.length < 2 && (await cluster.masterOf(prefix)) !== home) prefixes.push(prefix);
  }
  const fleets: Arena[] = [];
  const pids: number[] = [];
  for (const prefix of prefixes) {
    const arena = await openArena({ redisUrl: cluster.url, prefix, folder: join(folder, prefix.slice(1, -1)) }, life);
    pids.push((await arena.start("worker", "open")).pid);
    await arena.place(WARM_UP, "warm@example.net");
    await untilIssued(arena, WARM_UP, MOST_MS);
    fleets.push(arena);
  }
  const run = async (together: readonly Arena[]): Promise<Measured> => {
    const look = watchMachine(pids);
    const began = performance.now();
    const counts = together.map(async (arena) => {
      const before = await arena.issued();
      await arena.place(ORDERS, "measured@example.net");
      return (await untilIssued(arena, before + ORDERS, MOST_MS)) - before;
    });
    const issued = (await Promise.all(counts)).reduce((sum, each) => sum + each, 0);
    return { perSecond: issued / ((performance.now() - began) / 1_000), ...look() };
  };
  const alone = await run(fleets.slice(0, 1));
  const both = await run(fleets);
  const row = (name: string, { perSecond, ours, busy }: Measured): string[] => [
    name,
    perSecond.toFixed(1),
    `× ${(perSecond / alone.perSecond).toFixed(2)}`,
    ours,
    busy,
  ];
  return table(
    [
      "fleets, one `open` worker each, on a Cluster of three masters",
      "orders a second",
      "ratio",
      "machine, ours",
      "machine busy",
    ],
    [row(prefixes[0] ?? "", alone), row(`${prefixes.join(" and ")}, on two masters`, both)],
  );
}
