// One, two and four processes a kind: orders a second, from accepted to the certificate, with an eNom that takes 200 ms a call.
import { join } from "node:path";
import { table } from "../../src/producers/cli/table.ts";
import type { Lifecycle } from "../../src/shared/base/lifecycle.ts";
import { openArena, untilIssued } from "./arena.ts";
import { watchMachine } from "./machine.ts";

const COUNTS = [1, 2, 4];
/** For each process: some fifteen seconds' worth. */
const ORDERS = 50;
/** They bind the account, read the catalogue and warm the code. */
const WARM_UP = 16;
const MOST_MS = 60_000;

export async function measureProcesses({
  redisUrl,
  folder,
  life,
}: {
  redisUrl: string;
  folder: string;
  life: Lifecycle;
}): Promise<string> {
  const rows: string[][] = [];
  let first = 0;
  for (const count of COUNTS) {
    const arena = await openArena({ redisUrl, prefix: `{scale-p${count}}`, folder: join(folder, `p${count}`) }, life);
    const kinds = Array.from({ length: count }, () => ["open", "notify"]).flat();
    const running = await Promise.all(kinds.map((kind) => arena.start("worker", kind)));
    await arena.place(WARM_UP, "warm@example.net");
    await untilIssued(arena, WARM_UP, MOST_MS);
    const pids = running.map(({ pid }) => pid);
    const look = watchMachine(pids);
    const calls = arena.enom.asked().length;
    const began = performance.now();
    const placing = arena.place(ORDERS * count, "measured@example.net");
    const issued = (await untilIssued(arena, WARM_UP + ORDERS * count, MOST_MS)) - WARM_UP;
    const seconds = (performance.now() - began) / 1_000;
    const used = look();
    await placing;
    const perSecond = issued / seconds;
    first ||= perSecond;
    rows.push([
      `${count}`,
      `${issued}`,
      seconds.toFixed(1),
      perSecond.toFixed(1),
      `× ${(perSecond / first).toFixed(2)}`,
      ((arena.enom.asked().length - calls) / issued).toFixed(1),
      ((used.cpuSeconds / issued) * 1_000).toFixed(0),
      used.ours,
      used.busy,
    ]);
    await Promise.all(running.map(({ stop }) => stop()));
  }
  return table(
    [
      "processes a kind",
      "orders",
      "seconds",
      "orders a second",
      "ratio",
      "calls an order",
      "CPU ms an order",
      "machine, ours",
      "machine busy",
    ],
    rows,
  );
}
