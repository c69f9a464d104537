// 100,000 jobs that wait: what they cost in Redis, what a fleet does that leaves them alone and one that works on them, and
// how long a gateway takes to answer meanwhile.
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { makeOrders } from "../storm/orders.ts";
import { answerWords, timeAnswers } from "./answers.ts";
import { type Arena, openArena, untilIssued, WARM_UP, warmUp } from "./arena.ts";
import { cpuSeconds, median } from "./machine.ts";
import type { Ground, Section } from "./section.ts";

const IDLE_MS = 8_000;
const BUSY_MS = 15_000;
const OTHERS = 5;
const MOST_MS = 60_000;
const ARRANGED_MS = 120_000;

interface Column {
  name: string;
  cells: Record<string, string>;
}

export async function measureWaiting({ redisUrl, folder, life, jobs }: Ground & { jobs: number }): Promise<Section> {
  const arena = await openArena({ redisUrl, prefix: "{scale-w}", folder: join(folder, "w") }, life);
  const gateway = await arena.startGateway();
  const workers = [await arena.start("worker", "open"), await arena.start("worker", "open")];
  const pids = workers.map(({ pid }) => pid);
  await warmUp(arena);

  const columns: Column[] = [];
  const measure = async (name: string, isWaiting: boolean): Promise<void> => {
    await arena.queues.all.open.pause();
    if (isWaiting) await arena.place(jobs, "bulk@example.net");
    else await arena.place(120, "bulk@example.net");
    const cells: Column["cells"] = {
      "Redis, MB": await memory(arena),
      "in fair order after, s": await arranged(arena),
    };
    const cpu = cpuSeconds(pids);
    await pause(IDLE_MS);
    cells["workers' CPU, queue paused"] = percentOf(cpuSeconds(pids) - cpu, IDLE_MS);
    Object.assign(cells, await gatewayCells("queue paused", gateway.url, name));
    await arena.queues.all.open.resume();
    await pause(1_000);
    const before = await arena.issued();
    const began = performance.now();
    const other = timeOthers(arena);
    Object.assign(cells, await gatewayCells("at work", gateway.url, `${name}-busy`));
    await pause(Math.max(0, BUSY_MS - (performance.now() - began)));
    const seconds = (performance.now() - began) / 1_000;
    cells["orders a second"] = (((await arena.issued()) - before) / seconds).toFixed(1);
    cells["another customer's order, s"] = await other;
    columns.push({ name, cells });
  };
  await measure("120 waiting", false);
  await untilIssued(arena, WARM_UP + 120, 30_000);
  await measure(`${jobs.toLocaleString("en")} waiting`, true);
  await Promise.all([...workers, gateway].map(({ stop }) => stop()));
  const names = Object.keys(columns[0]?.cells ?? {});
  return {
    title: "Jobs that wait; two open workers, one gateway",
    steps: columns.map(({ name }) => name),
    figures: names.map((name) => [name, ...columns.map(({ cells }) => cells[name] ?? "")]),
  };
}

/** Until each job has a place in the fair order: before that a worker gives back what it is handed. */
async function arranged({ redis, queues }: Arena): Promise<string> {
  const began = performance.now();
  while ((await redis.llen(queues.all.open.toKey("wait"))) > 1) {
    if (performance.now() - began > ARRANGED_MS) return `more than ${ARRANGED_MS / 1_000}`;
    await pause(200);
  }
  return ((performance.now() - began) / 1_000).toFixed(0);
}

async function memory({ redis }: Arena): Promise<string> {
  const info = await redis.call("INFO", "memory");
  return (Number(/^used_memory:(\d+)/m.exec(String(info))?.[1]) / 1e6).toFixed(0);
}

function percentOf(cpu: number, ms: number): string {
  return `${((cpu / (ms / 1_000)) * 100).toFixed(0)} % of a core`;
}

async function gatewayCells(when: string, url: string, name: string): Promise<Column["cells"]> {
  const [sample] = await makeOrders(1);
  const slug = name.replace(/[^a-z0-9]/g, "");
  const body = (i: number) => ({
    ...sample?.body,
    reference: `answer-${slug}-${i}`,
    customer: { email: "asks@example.net" },
  });
  const read = await timeAnswers(url, () => "/v1/certificates/scale-1");
  const list = await timeAnswers(url, () => "/v1/certificates?limit=50");
  const order = await timeAnswers(url, () => "/v1/certificates", body);
  return {
    [`GET one, ${when}`]: answerWords(read),
    [`GET list, ${when}`]: answerWords(list),
    [`POST order, ${when}`]: answerWords(order),
  };
}

/** Median seconds until somebody else's order has its certificate. */
async function timeOthers(arena: Arena): Promise<string> {
  const seconds: number[] = [];
  for (let i = 0; i < OTHERS; i++) {
    const began = performance.now();
    const [reference = ""] = await arena.place(1, `other-${i}@example.net`);
    while ((await arena.redis.hget(arena.keys.certificate(reference), "status")) !== "issued") {
      if (performance.now() - began > MOST_MS) return `more than ${MOST_MS / 1_000}`;
      await pause(50);
    }
    seconds.push((performance.now() - began) / 1_000);
  }
  return median(seconds).toFixed(1);
}
