// npm run bench -- --intake: orders a second that a gateway accepts over HTTP, against a bare loop of fastify, the same CSR
// check and Queue.add, in one run.
import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { Pool } from "undici";
import { table } from "../../src/producers/cli/table.ts";
import { startRedis } from "../../src/sandbox/redis/redis.ts";
import { cpuSeconds, median } from "../scale/machine.ts";
import { orderBody } from "../support/order.ts";

/** At least so much of the bare loop. */
export const INTAKE_RATIO = 0.7;

const ROUNDS = 5;
const ORDERS = 300;
const CONNECTIONS = 48;
const KEY = "bench-key-of-the-intake-0123456789";
const binaryDir = resolve(import.meta.dirname, "../../.data/redis-server");

type Kind = "bare" | "gateway";

export interface Intake {
  /** Medians of orders a second. */
  bare: number;
  gateway: number;
  ratio: number;
  /** Milliseconds of processor time an order, of the server alone: what a busy machine does not change. */
  cpuMs: { bare: number; gateway: number };
}

interface Server {
  pool: Pool;
  child: ChildProcess;
}

/** Rounds are interleaved, so that a machine that gets slower meanwhile slows both. */
export async function measureIntake(): Promise<Intake> {
  const redis = await startRedis({ ephemeral: true, binaryDir, say: console.error });
  const servers = new Map<Kind, Server>();
  try {
    for (const kind of ["bare", "gateway"] as const) servers.set(kind, await startServer(kind, redis.url));
    const order = await orderBody();
    for (const { pool } of servers.values()) await send(pool, order, 5, 1); // loads what is loaded late
    const measured: Record<Kind, number[]> = { bare: [], gateway: [] };
    const cpu = { bare: 0, gateway: 0 };
    for (let round = -1; round < ROUNDS; round++) {
      for (const [kind, { pool, child }] of servers) {
        const before = cpuSeconds([child.pid ?? 0]);
        const rate = await send(pool, order, round < 0 ? ORDERS / 3 : ORDERS);
        if (round < 0) continue; // the first one is for the compiler
        measured[kind].push(rate);
        cpu[kind] += cpuSeconds([child.pid ?? 0]) - before;
      }
    }
    const [bare, gateway] = [median(measured.bare), median(measured.gateway)];
    const ratios = measured.gateway.map((rate, i) => rate / (measured.bare[i] ?? 1));
    const cpuMs = { bare: anOrder(cpu.bare), gateway: anOrder(cpu.gateway) };
    return { bare, gateway, ratio: median(ratios), cpuMs };
  } finally {
    for (const { pool, child } of servers.values()) {
      await pool.destroy();
      child.kill();
    }
    await redis.stop();
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

async function send(pool: Pool, order: object, count: number, callers = CONNECTIONS): Promise<number> {
  let left = count;
  const began = performance.now();
  const one = async (): Promise<void> => {
    while (left-- > 0) {
      const body = JSON.stringify({ ...order, reference: randomUUID() });
      const headers = { "content-type": "application/json", authorization: `Bearer ${KEY}` };
      const answer = await pool.request({ method: "POST", path: "/v1/certificates", body, headers });
      const text = await answer.body.text();
      if (answer.statusCode === 503)
        left++; // a machine with other work; the order is made up for
      else if (answer.statusCode !== 202) throw new Error(`${answer.statusCode}: ${text}`);
    }
  };
  await Promise.all(Array.from({ length: callers }, one));
  return count / ((performance.now() - began) / 1_000);
}

function anOrder(seconds: number): number {
  return (seconds * 1_000) / (ROUNDS * ORDERS);
}

export function intakeWords({ bare, gateway, ratio, cpuMs }: Intake): string {
  return table(
    ["", "orders a second", "ratio", "CPU an order"],
    [
      ["fastify, CSR check, Queue.add", bare.toFixed(0), "", `${cpuMs.bare.toFixed(2)} ms`],
      [
        "the gateway",
        gateway.toFixed(0),
        `× ${ratio.toFixed(2)} (at least ${INTAKE_RATIO})`,
        `${cpuMs.gateway.toFixed(2)} ms`,
      ],
    ],
  );
}
