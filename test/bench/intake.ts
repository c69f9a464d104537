// npm run bench -- --intake: orders a second that a gateway accepts over HTTP, against a bare loop of fastify, the same CSR check
// and Queue.add, in one run. The loop reads CSRs by the library alone, as anybody would write it; and, for comparison, by
// Certfleet's own reader, which is a part of what makes the gateway quick.
import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { Pool } from "undici";
import { table } from "../../src/producers/cli/table.ts";
import { startRedis } from "../../src/sandbox/redis/redis.ts";
import { connectRedis, untilReady } from "../../src/shared/redis/client.ts";
import { cpuSeconds, median } from "../scale/machine.ts";
import { makeOrders } from "../storm/orders.ts";
import { redisSeconds } from "./redis-seconds.ts";

/** At least so much of the bare loop with the library. */
export const INTAKE_RATIO = 0.7;

const ROUNDS = 5;
const ORDERS = 1_000;
/** CSRs that are made, each with a key of its own. */
const CSRS = 250;
const CONNECTIONS = 48;
const KEY = "bench-key-of-the-intake-0123456789";
const binaryDir = resolve(import.meta.dirname, "../../.data/redis-server");

const kinds = ["library", "own", "gateway"] as const;
type Kind = (typeof kinds)[number];

interface Rates {
  /** Median of the rounds. */
  ordersPerSecond: number;
  /** Milliseconds of processor time an order, of the server alone: what a busy machine changes least. */
  cpuMs: number;
  /** The same of Redis. */
  redisMs: number;
}

export interface Intake {
  rates: Record<Kind, Rates>;
  /** Of the gateway's orders a second, by the loop with the library and with our own reader: medians of the rounds. */
  ratio: { library: number; own: number };
}

interface Server {
  pool: Pool;
  child: ChildProcess;
}

/** Rounds are interleaved, so that a machine that gets slower meanwhile slows all. */
export async function measureIntake(): Promise<Intake> {
  const server = await startRedis({ ephemeral: true, binaryDir, say: console.error });
  const redis = connectRedis(server.url, "once", () => undefined);
  const servers = new Map<Kind, Server>();
  try {
    await untilReady(redis, 10_000);
    for (const kind of kinds) servers.set(kind, await startServer(kind, server.url));
    const orders = (await makeOrders(CSRS)).map(({ body }) => body);
    const measured: Record<Kind, Rates[]> = { library: [], own: [], gateway: [] };
    for (let round = -1; round < ROUNDS; round++) {
      for (const [kind, { pool, child }] of servers) {
        const [before, redisBefore] = [cpuSeconds([child.pid ?? 0]), await redisSeconds(redis)];
        const ordersPerSecond = await send(pool, orders, ORDERS);
        if (round < 0) continue; // the first one is for the compiler, and loads what is loaded late
        const cpuMs = anOrder(cpuSeconds([child.pid ?? 0]) - before);
        measured[kind].push({ ordersPerSecond, cpuMs, redisMs: anOrder((await redisSeconds(redis)) - redisBefore) });
      }
    }
    const ratioTo = (kind: Kind): number =>
      median(measured.gateway.map((rate, i) => rate.ordersPerSecond / (measured[kind][i]?.ordersPerSecond ?? 1)));
    const rates = Object.fromEntries(kinds.map((kind) => [kind, medians(measured[kind])])) as Record<Kind, Rates>;
    return { rates, ratio: { library: ratioTo("library"), own: ratioTo("own") } };
  } finally {
    for (const { pool, child } of servers.values()) {
      await pool.destroy();
      child.kill();
    }
    redis.disconnect();
    await server.stop();
  }
}

async function startServer(kind: Kind, redisUrl: string): Promise<Server> {
  const child = spawn(process.execPath, [join(import.meta.dirname, "intake-server.ts")], {
    stdio: ["ignore", "pipe", "inherit"],
    env: {
      ...process.env,
      BENCH_SERVER: kind,
      REDIS_URL: redisUrl,
      CERTFLEET_PREFIX: `{sandbox-${kind}-${randomUUID().slice(0, 8)}}`,
      CERTFLEET_CONFIG: "",
      CERTFLEET_API_KEY: KEY,
      CERTFLEET_LIMITS: "off",
      CERTFLEET_CONNECTIONS: "1000",
      PORT: "0",
      LOG_LEVEL: "silent",
    },
  });
  const [url] = (await once(createInterface({ input: child.stdout }), "line")) as [string];
  return { child, pool: new Pool(url.replace("0.0.0.0", "127.0.0.1"), { connections: CONNECTIONS }) };
}

async function send(pool: Pool, orders: readonly object[], count: number): Promise<number> {
  let left = count;
  const began = performance.now();
  const one = async (): Promise<void> => {
    while (left-- > 0) {
      const body = JSON.stringify({ ...orders[left % orders.length], reference: randomUUID() });
      const headers = { "content-type": "application/json", authorization: `Bearer ${KEY}` };
      const answer = await pool.request({ method: "POST", path: "/v1/certificates", body, headers });
      const text = await answer.body.text();
      if (answer.statusCode === 503)
        left++; // a machine with other work; the order is made up for
      else if (answer.statusCode !== 202) throw new Error(`${answer.statusCode}: ${text}`);
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, one));
  return count / ((performance.now() - began) / 1_000);
}

function anOrder(seconds: number): number {
  return (seconds * 1_000) / ORDERS;
}

function medians(rates: readonly Rates[]): Rates {
  const of = (name: keyof Rates): number => median(rates.map((each) => each[name]));
  return { ordersPerSecond: of("ordersPerSecond"), cpuMs: of("cpuMs"), redisMs: of("redisMs") };
}

export function intakeWords({ rates, ratio }: Intake): string {
  const row = (name: string, kind: Kind, more: string): string[] => {
    const { ordersPerSecond, cpuMs, redisMs } = rates[kind];
    return [name, ordersPerSecond.toFixed(0), `${cpuMs.toFixed(2)} ms`, `${redisMs.toFixed(2)} ms`, more];
  };
  return table(
    ["", "orders a second", "CPU an order", "Redis an order", "the gateway by it"],
    [
      row(
        "fastify, CSR check by the library, Queue.add",
        "library",
        `× ${ratio.library.toFixed(2)} (at least ${INTAKE_RATIO})`,
      ),
      row("fastify, CSR check by our own reader, Queue.add", "own", `× ${ratio.own.toFixed(2)}`),
      row("the gateway", "gateway", ""),
    ],
  );
}
