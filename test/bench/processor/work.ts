// The fleet at work: every kind in a process of its own, idle and over so many orders, and the bare loop behind it.
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as pause } from "node:timers/promises";
import { pino } from "pino";
import { Pool } from "undici";
import { startRedis } from "../../../src/sandbox/redis/redis.ts";
import { lifecycle } from "../../../src/shared/base/lifecycle.ts";
import { queueNames } from "../../../src/shared/queue/jobs.ts";
import { API_KEY, type Arena, openArena, untilIssued } from "../../scale/arena.ts";
import { cpuSeconds } from "../../scale/machine.ts";
import { makeOrders } from "../../storm/orders.ts";
import { quickFolder } from "../../support/quick-folder.ts";
import { type Memory, memoryOf } from "./memory.ts";

const WARM_UP = 50;
/** By then a process has given back what its start used. */
const SETTLED_MS = 9_000;
const MOST_MS = 3_600_000;
const CONNECTIONS = 24;

export interface Kind {
  kind: string;
  idle: Memory;
  /** After all orders. */
  worked: Memory;
  /** Processor milliseconds an order, over those that the workers issued; of the gateway, over those that it accepted. */
  cpuMs: number;
}

export interface Worked {
  kinds: Kind[];
  /** Milliseconds of the workers `open` and `notify` an order, with its three mails. */
  workerMs: number;
  bareMs: number;
  callsPerOrder: number;
}

export async function measureWork(count: number): Promise<Worked> {
  const folder = mkdtempSync(join(quickFolder(), "certfleet-processor-"));
  const life = lifecycle(pino({ level: "silent" }));
  const server = await startRedis({
    ephemeral: true,
    binaryDir: resolve(import.meta.dirname, "../../../.data/redis-server"),
  });
  life.add("redis server", () => server.stop());
  try {
    const arena = await openArena({ redisUrl: server.url, prefix: "{processor}", folder, latency: 0 }, life);
    const gateway = await arena.startGateway();
    const running = new Map([["gateway", gateway.pid]]);
    for (const kind of queueNames) running.set(kind, (await arena.start("worker", kind)).pid);
    await pause(SETTLED_MS);
    const idle = new Map([...running].map(([kind, pid]) => [kind, memoryOf(pid)]));

    await issue(arena, WARM_UP);
    const before = new Map([...running].map(([kind, pid]) => [kind, cpuSeconds([pid])]));
    const asked = arena.enom.asked().length;
    await issue(arena, count);
    const callsPerOrder = (arena.enom.asked().length - asked) / count;
    const used = (kind: string): number =>
      ((cpuSeconds([running.get(kind) ?? 0]) - (before.get(kind) ?? 0)) * 1_000) / count;
    const spent = new Map([...running.keys()].map((kind) => [kind, used(kind)]));
    spent.set("gateway", await acceptMs(gateway, Math.min(count, 1_000)));
    const kinds = [...running].map(([kind, pid]) => {
      const nothing = { now: 0, peak: 0 };
      return { kind, idle: idle.get(kind) ?? nothing, worked: memoryOf(pid), cpuMs: spent.get(kind) ?? 0 };
    });
    const workerMs = (spent.get("open") ?? 0) + (spent.get("notify") ?? 0);
    const bareMs = await bareLoop(arena, { count, calls: Math.round(callsPerOrder) });
    return { kinds, workerMs, bareMs, callsPerOrder };
  } finally {
    await life.stop();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Until they are issued and no mail waits any more. @throws Error it took an hour */
async function issue(arena: Arena, count: number): Promise<void> {
  const wanted = (await arena.issued()) + count;
  await arena.place(count, "client@example.net");
  if ((await untilIssued(arena, wanted, MOST_MS)) < wanted) throw new Error("not all orders were issued");
  const waiting = async (): Promise<number> => {
    const counts = await arena.queues.all.notify.getJobCounts("waiting", "active", "delayed", "prioritized");
    return Object.values(counts).reduce((sum, each) => sum + each, 0);
  };
  while ((await waiting()) > 0) await pause(100);
}

/** Milliseconds of the gateway an order that it accepts; behind the workers' figures, since they go on to work at them. */
async function acceptMs({ url, pid }: { url: string; pid: number }, count: number): Promise<number> {
  const bodies = (await makeOrders(100)).map(({ body }) => body);
  const pool = new Pool(url, { connections: CONNECTIONS });
  const send = async (orders: number): Promise<void> => {
    let left = orders;
    const lane = async (): Promise<void> => {
      while (left-- > 0) {
        const body = JSON.stringify({ ...bodies[left % bodies.length], reference: randomUUID() });
        const headers = { "content-type": "application/json", authorization: `Bearer ${API_KEY}` };
        const answer = await pool.request({ method: "POST", path: "/v1/certificates", body, headers });
        const said = await answer.body.text();
        if (answer.statusCode !== 202) throw new Error(`${answer.statusCode}: ${said}`);
      }
    };
    await Promise.all(Array.from({ length: CONNECTIONS }, lane));
  };
  try {
    await send(200);
    const before = cpuSeconds([pid]);
    await send(count);
    return ((cpuSeconds([pid]) - before) * 1_000) / count;
  } finally {
    await pool.destroy();
  }
}

/** On the same eNom and mailbox, when the fleet is idle but for what the gateway took in. */
async function bareLoop(
  { env }: Pick<Arena, "env">,
  { count, calls }: { count: number; calls: number },
): Promise<number> {
  const child = spawn(process.execPath, [join(import.meta.dirname, "bare-loop.ts")], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...env, BENCH_ORDERS: `${count}`, BENCH_CALLS: `${calls}` },
  });
  const [said, [code]] = await Promise.all([text(child.stdout), once(child, "exit")]);
  if (code !== 0) throw new Error(`the bare loop ended with ${code}`);
  return Number(said);
}
