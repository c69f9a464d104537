// npm run bench -- --batch: ten thousand orders in one request to a gateway: orders a second, and what the process holds then.
import { resolve } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { pino } from "pino";
import { table } from "../../src/producers/cli/table.ts";
import { buildGateway } from "../../src/producers/gateway.ts";
import { startRedis } from "../../src/sandbox/redis/redis.ts";
import { accountRecords } from "../../src/shared/account/records.ts";
import { openHide } from "../../src/shared/authority/audit/hide.ts";
import { auditTrail } from "../../src/shared/authority/audit/trail.ts";
import { systemClock } from "../../src/shared/base/clock.ts";
import { readLines } from "../../src/shared/bulk/lines.ts";
import { certificateStore } from "../../src/shared/certificate/store.ts";
import { openQueues } from "../../src/shared/queue/queues.ts";
import { connectRedis, untilReady } from "../../src/shared/redis/client.ts";
import { keysUnder } from "../../src/shared/redis/keys.ts";
import { makeOrders } from "../storm/orders.ts";
import { defaultPolicy } from "../support/policy.ts";
import { redisSeconds } from "./redis-seconds.ts";

export const BATCH_SECONDS = 20;
/** Between row 1,000 and the last one. */
export const HEAP_MB = 16;
/** CSRs that are made; each is checked as often as it is sent. */
const CSRS = 250;

export interface BatchMeasured {
  orders: number;
  seconds: number;
  ordersPerSecond: number;
  /** Of processor time: gateway and client together (one process), and Redis. */
  cpuSeconds: { here: number; redis: number };
  /** After a collection, at row 1,000 and at the last one. */
  heapMb: [number, number];
}

export async function measureBatch(orders = 10_000): Promise<BatchMeasured> {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const heap = (): number => {
    collect();
    return process.memoryUsage().heapUsed / 1_048_576;
  };
  const bodies = (await makeOrders(CSRS)).map(({ body }) => body);
  const server = await startRedis({
    ephemeral: true,
    binaryDir: resolve(import.meta.dirname, "../../.data/redis-server"),
    say: console.error,
  });
  const redis = connectRedis(server.url, "fail-fast", () => undefined);
  await untilReady(redis, 10_000);
  const keys = keysUnder("{bench-batch}");
  const queues = openQueues(redis, keys.prefix, () => undefined);
  const app = await buildGateway({
    ...{ redis, keys, queues, log: pino({ level: "silent" }), clock: systemClock, policyFor: defaultPolicy },
    certificates: certificateStore(redis, keys, defaultPolicy),
    accounts: accountRecords(redis, keys),
    audit: auditTrail({ redis, keys, clock: systemClock }),
    hide: await openHide({ redis, keys }),
    ...{ apiKeys: [], board: null, env: "sandbox" },
  });
  try {
    const url = await app.listen({ host: "127.0.0.1", port: 0 });
    const lines = async function* (): AsyncGenerator<Uint8Array> {
      for (let i = 0; i < orders; i++)
        yield Buffer.from(`${JSON.stringify({ ...bodies[i % CSRS], reference: `row-${i + 1}` })}\n`);
    };
    const [usedBefore, redisBefore] = [process.cpuUsage(), await redisSeconds(redis)];
    const began = performance.now();
    const answer = await fetch(`${url}/v1/certificates:batch`, {
      ...{ method: "POST", headers: { "content-type": "application/x-ndjson" }, duplex: "half" },
      body: ReadableStream.from(lines()),
    } as RequestInit);
    if (!answer.ok || !answer.body) throw new Error(`the batch answers ${answer.status}: ${await answer.text()}`);
    let early = 0;
    let seen = 0;
    for await (const line of readLines(answer.body as unknown as AsyncIterable<Buffer>)) {
      const text = "text" in line ? line.text : line.fault;
      if (!text.includes('"status":202')) throw new Error(`line ${line.number}: ${text}`);
      if (++seen === 1_000) early = heap();
    }
    const seconds = (performance.now() - began) / 1_000;
    if (seen !== orders) throw new Error(`${seen} of ${orders} lines were answered`);
    const { user, system } = process.cpuUsage(usedBefore);
    const cpuSeconds = { here: (user + system) / 1e6, redis: (await redisSeconds(redis)) - redisBefore };
    return { orders, seconds, ordersPerSecond: orders / seconds, cpuSeconds, heapMb: [early, heap()] };
  } finally {
    await app.close();
    await queues.close();
    redis.disconnect();
    await server.stop();
  }
}

export function isBatchTooSlow({ orders, seconds, heapMb: [early, late] }: BatchMeasured): boolean {
  return seconds > BATCH_SECONDS * (orders / 10_000) || late - early > HEAP_MB;
}

export function batchWords(measured: BatchMeasured): string {
  const { orders, seconds, ordersPerSecond, cpuSeconds, heapMb } = measured;
  const [early, late] = heapMb;
  return table(
    [],
    [
      ["orders", `${orders}`],
      ["seconds", `${seconds.toFixed(1)} (at most ${BATCH_SECONDS} for 10,000)`],
      ["orders a second", ordersPerSecond.toFixed(0)],
      ["CPU of gateway and client", `${cpuSeconds.here.toFixed(1)} s`],
      ["CPU of Redis", `${cpuSeconds.redis.toFixed(1)} s`],
      ["heap at row 1,000", `${early.toFixed(1)} MB`],
      ["heap at the end", `${late.toFixed(1)} MB (at most ${HEAP_MB} more)`],
    ],
  );
}
