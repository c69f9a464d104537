// Gateways beside each other on one Redis: orders a second that they accept over HTTP.
import { join } from "node:path";
import { makeOrders } from "../storm/orders.ts";
import { send } from "./answers.ts";
import { openArena } from "./arena.ts";
import { quantile } from "./machine.ts";
import { type Ground, type Measured, measured, type Section, sectionOf, thenStop } from "./section.ts";

const COUNTS = [1, 2];
const CALLERS = 32;
const SECONDS = 8;
const WARM_UP = 64;

export async function measureGateways({ redisUrl, folder, life }: Ground): Promise<Section> {
  const bodies = (await makeOrders(64)).map(({ body }) => body);
  const all: Measured[] = [];
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
    const orderForSeconds = async () => {
      const ms: number[] = [];
      const until = performance.now() + SECONDS * 1_000;
      const caller = async (): Promise<void> => {
        for (let at = performance.now(); at < until; at = performance.now()) {
          await order();
          ms.push(performance.now() - at);
        }
      };
      await Promise.all(Array.from({ length: CALLERS }, caller));
      const answer = `${quantile(ms, 0.5).toFixed(0)} / ${quantile(ms, 0.95).toFixed(0)} ms`;
      return { orders: ms.length, more: { "answer p50 / p95": answer } };
    };
    all.push(
      await thenStop(gateways, async () => {
        for (let i = 0; i < WARM_UP; i++) await order();
        return measured(
          gateways.map(({ pid }) => pid),
          orderForSeconds,
        );
      }),
    );
  }
  const steps = COUNTS.map((count) => `${count} gateway${count === 1 ? "" : "s"}`);
  return sectionOf(`Gateways on one Redis, ${CALLERS} callers: accepted`, steps, all);
}
