// A server that is stopped, demoted or replaced is left by every kind of connection, without a restart.
import { createServer, connect as open, type Socket } from "node:net";
import { Queue, Worker } from "bullmq";
import pino from "pino";
import { expect, onTestFinished, test, vi } from "vitest";
import type { RedisClient } from "../../../../src/shared/redis/client.ts";
import { redisNews } from "../../../../src/shared/redis/connection/news.ts";
import { isRedisTrouble } from "../../../../src/shared/redis/connection/trouble.ts";
import { connected, startServer } from "./server.ts";

const SOON = { timeout: 15_000, interval: 100 };

/** An address that leads to one server, and later to another: as a name in DNS, or a managed endpoint. */
async function endpoint(port: number): Promise<{ url: string; lead: (port: number) => void }> {
  let target = port;
  const lead = (next: number): void => {
    target = next;
  };
  const sockets = new Set<Socket>();
  const server = createServer((from) => {
    const to = open(target, "127.0.0.1");
    sockets.add(from).add(to);
    from.on("error", () => to.destroy()).pipe(to);
    to.on("error", () => from.destroy()).pipe(from);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  const own = typeof address === "object" && address ? address.port : 0;
  return { url: `redis://127.0.0.1:${own}`, lead };
}

function workerOn(redis: RedisClient): { done: string[] } {
  const done: string[] = [];
  const worker = new Worker("work", async ({ data }) => void done.push(data), {
    connection: redis,
    prefix: "{notice}",
  });
  worker.on("error", () => undefined);
  onTestFinished(() => worker.close(true));
  return { done };
}

function queueOn(redis: RedisClient): Queue {
  const queue = new Queue("work", { connection: redis, prefix: "{notice}", skipWaitingForReady: true });
  queue.on("error", () => undefined);
  return queue;
}

test("an endpoint that moves on while its connections stay open is followed by all of them: the old server takes no writes", async () => {
  const [old, next] = await Promise.all([startServer(), startServer()]);
  const { url, lead } = await endpoint(old.port);
  const said: unknown[] = [];
  const log = pino({ level: "info" }, { write: (line: string) => void said.push(JSON.parse(line).event) });
  const [fast, patient] = await Promise.all([
    connected(url, "fail-fast"),
    connected(url, "never-give-up", redisNews(log)),
  ]);
  const { done } = workerOn(patient);
  const queue = queueOn(fast);
  await queue.add("job", "before");
  await vi.waitFor(() => expect(done).toEqual(["before"]), SOON);

  const warned: string[] = [];
  const warn = ({ name, message }: Error): void => void warned.push(`${name}: ${message}`);
  process.on("warning", warn);
  onTestFinished(() => void process.off("warning", warn));
  lead(next.port);
  await old.client.call("REPLICAOF", "127.0.0.1", next.port);
  const many = Array.from({ length: 30 }, () => patient.eval("return redis.call('SET', KEYS[1], 1)", 1, "{notice}:b"));
  const inTransaction = await fast
    .multi()
    .set("{notice}:a", 1)
    .exec()
    .catch((error: Error) => error);
  await vi.waitFor(() => queue.add("job", "after"), SOON);
  await vi.waitFor(() => expect(done).toContain("after"), SOON);

  await Promise.all(many);
  expect(warned).toEqual([]);
  expect(String(inTransaction)).toMatch(/READONLY|EXECABORT|writeable/);
  await vi.waitFor(() => expect(said).toContain("redis.back"), SOON);
  expect(said.filter((event) => event === "redis.trouble").length).toBeLessThan(3);
  expect(await next.client.exists("{notice}:work:id")).toBe(1);
}, 60_000);

test("a server that is stopped, and says nothing, is left within seconds for the one that took its place; an idle one is not", async () => {
  const [old, next] = await Promise.all([startServer(), startServer()]);
  const { url, lead } = await endpoint(old.port);
  const [fast, patient] = await Promise.all([connected(url, "fail-fast"), connected(url, "never-give-up")]);
  const { done } = workerOn(patient);
  const queue = queueOn(fast);
  await queue.add("job", "before");
  await vi.waitFor(() => expect(done).toEqual(["before"]), SOON);
  let closed = 0;
  for (const client of [fast, patient]) client.on("close", () => void closed++);
  await new Promise((resolve) => setTimeout(resolve, 6_500)); // longer than every limit that a silent server has
  expect(closed).toBe(0);

  old.stop("SIGSTOP");
  onTestFinished(() => old.stop("SIGCONT"));
  lead(next.port);
  const began = performance.now();
  const failed = await fast.set("{notice}:a", 1).catch((error: Error) => error);
  expect(isRedisTrouble(failed)).toBe(true);
  expect(performance.now() - began).toBeLessThan(3_000);
  await vi.waitFor(() => queue.add("job", "after"), SOON);
  await vi.waitFor(() => expect(done).toContain("after"), SOON);
  expect(performance.now() - began).toBeLessThan(15_000);
}, 60_000);
