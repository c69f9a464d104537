// Gateways beside each other on one Redis: orders a second that they accept over HTTP.
import { join } from "node:path";
import { table } from "../../src/producers/cli/table.ts";
import type { Lifecycle } from "../../src/shared/base/lifecycle.ts";
import { makeOrders } from "../storm/orders.ts";
import { send } from "./answers.ts";
import { openArena } from "./arena.ts";
import { quantile, watchMachine } from "./machine.ts";

const COUNTS = [1, 2];
const CALLERS = 32;
const SECONDS = 8;
const WARM_UP = 64;

export async function measureGateways({
  redisUrl,
  folder,
  life,
}: {
  redisUrl: string;
  folder: string;
  life: Lifecycle;
}): Promise<string> {
  const bodies = (await makeOrders(64)).map(({ body }) => body);
  const rows: string[][] = [];
  let first = 0;
  for (const count of COUNTS) {
    const arena = await openArena({ redisUrl, prefix: `{scale-g${count}}`, folder: join(folder, `g${count}`) }, life);
    const gateways = await Promise.all(Array.from({ length: count }, () => arena.startGateway()));
    let number = 0;
    const order = async (): Promise<void> => {
      const i = number++;
      const body = { ...bodies[i % bodies.length], reference: `gate-${count}-${i}` };
      const { status, text } = await send(gateways[i % count]?.url ?? "", "/v1/certificates", body);
      if (status !== 202) throw new Error(`an order was answered with ${status}: ${text}`);
    };
    for (let i = 0; i < WARM_UP; i++) await order();
    const pids = gateways.map(({ pid }) => pid);
    const look = watchMachine(pids);
    const ms: number[] = [];
    const began = performance.now();
    const until = began + SECONDS * 1_000;
    const caller = async (): Promise<void> => {
      while (performance.now() < until) {
        const at = performance.now();
        await order();
        ms.push(performance.now() - at);
      }
    };
    await Promise.all(Array.from({ length: CALLERS }, caller));
    const perSecond = ms.length / ((performance.now() - began) / 1_000);
    const used = look();
    first ||= perSecond;
    rows.push([
      `${count}`,
      perSecond.toFixed(0),
      `× ${(perSecond / first).toFixed(2)}`,
      `${quantile(ms, 0.5).toFixed(0)} / ${quantile(ms, 0.95).toFixed(0)} ms`,
      ((used.cpuSeconds / ms.length) * 1_000).toFixed(1),
      used.ours,
      used.busy,
    ]);
    await Promise.all(gateways.map(({ stop }) => stop()));
  }
  return table(
    [
      "gateways",
      "orders accepted a second",
      "ratio",
      "answer p50 / p95",
      "CPU ms an order",
      "machine, ours",
      "machine busy",
    ],
    rows,
  );
}
