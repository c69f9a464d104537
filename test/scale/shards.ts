// Several fleets over one Redis Cluster, each with a prefix and an eNom account of its own: one alone, and two beside each other.
import { join } from "node:path";
import type { RedisBinary } from "../../src/sandbox/redis/binary.ts";
import { type Arena, openArena, untilIssued, warmUp } from "./arena.ts";
import { startCluster } from "./cluster.ts";
import { type Ground, type Measured, measured, type Section, sectionOf } from "./section.ts";

const ORDERS = 50;
const MOST_MS = 60_000;
/** One of them lies on another master than the first: a prefix is one hash slot. */
const NAMES = ["b", "c", "d", "e", "f", "g"];

export async function measureShards({
  binary,
  folder,
  life,
}: Omit<Ground, "redisUrl"> & { binary: RedisBinary }): Promise<Section> {
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
    await warmUp(arena);
    fleets.push(arena);
  }
  const run = (together: readonly Arena[]): Promise<Measured> =>
    measured(pids, async () => {
      const counts = together.map(async (arena) => {
        const before = await arena.issued();
        await arena.place(ORDERS, "measured@example.net");
        return (await untilIssued(arena, before + ORDERS, MOST_MS)) - before;
      });
      return { orders: (await Promise.all(counts)).reduce((sum, each) => sum + each, 0) };
    });
  const alone = await run(fleets.slice(0, 1));
  return sectionOf(
    "Fleets over a Cluster of three masters, one open worker each: issued",
    ["1 fleet", "2 fleets, on two masters"],
    [alone, await run(fleets)],
  );
}
