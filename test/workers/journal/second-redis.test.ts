// The journal in a second Redis: what happens when it may lose data, hangs, or comes back empty.
import { kill } from "node:process";
import { expect, onTestFinished, test, vi } from "vitest";
import { Unavailable } from "../../../src/shared/base/errors.ts";
import { openSecondRedis } from "../../../src/workers/journal/second-redis.ts";
import { line, lines } from "./line.ts";
import { newPrefix, opened, ownRedis } from "./support.ts";

test("a Redis that may lose what it acknowledges is refused, with the settings it needs", async () => {
  const { redis, client } = await ownRedis();
  await client.call("CONFIG", "SET", "appendfsync", "everysec");

  await expect(opened(redis.url, newPrefix())).rejects.toThrow(/everysec.*CERTFLEET_JOURNAL.*appendfsync always/s);
});

test("a Redis whose settings are weakened later takes no further step, and goes on when they are mended", async () => {
  const { redis, client } = await ownRedis();
  const journal = await openSecondRedis(redis.url, newPrefix(), { recheckMs: 0 });
  onTestFinished(() => journal.close());
  await journal.append(line(1));

  await client.call("CONFIG", "SET", "appendfsync", "no");
  await expect(journal.append(line(2))).rejects.toThrow(Unavailable);

  await client.call("CONFIG", "SET", "appendfsync", "always");
  await journal.append(line(3));
  expect(await journal.read("main")).toEqual(lines(1, 3));
});

test("a Redis that hangs fails a step within seconds, and has it before the next one when it wakes", async () => {
  const { redis } = await ownRedis();
  const journal = await opened(redis.url, newPrefix());
  await journal.append(line(1));

  kill(redis.pid, "SIGSTOP");
  onTestFinished(() => void kill(redis.pid, "SIGCONT"));
  const began = performance.now();
  await expect(journal.append(line(2))).rejects.toThrow(Unavailable);
  expect(performance.now() - began).toBeLessThan(4_000);

  kill(redis.pid, "SIGCONT");
  await vi.waitFor(() => journal.append(line(3)), { timeout: 5_000 }); // its silent connection was left
  expect(await journal.read("main")).toEqual(lines(1, 3));
});

test("a Redis that came back empty takes no step, and is not taken for an empty journal", async () => {
  const { redis, client } = await ownRedis();
  const prefix = newPrefix();
  const journal = await opened(redis.url, prefix);
  await journal.append(line(1));

  await client.call("FLUSHALL");
  await expect(journal.append(line(2))).rejects.toThrow(/its data is gone/);
  await expect(journal.highest("main")).rejects.toThrow(Unavailable);
  await expect(journal.read("main")).rejects.toThrow(Unavailable);

  expect((await opened(redis.url, prefix)).id).not.toBe(journal.id);
});

test("a Redis that is full says so, and nothing is acted upon", async () => {
  const { redis, client } = await ownRedis();
  const journal = await opened(redis.url, newPrefix());

  await client.call("CONFIG", "SET", "maxmemory", "1");
  await expect(journal.append(line(1))).rejects.toThrow(/CERTFLEET_JOURNAL/);

  await client.call("CONFIG", "SET", "maxmemory", "0");
  await journal.append(line(2));
  expect(await journal.read("main")).toEqual(lines(1, 2));
});

test("a Redis that does not respond is reported, without its password in the words", async () => {
  const url = "redis://certfleet:canary-password@127.0.0.1:1/0?password=canary-password";

  const failure = await openSecondRedis(url, newPrefix(), { connectMs: 50 }).catch((error: unknown) => error);

  expect(failure).toBeInstanceOf(Unavailable);
  expect(String(failure)).toMatch(/redis:\/\/127\.0\.0\.1:1\/0 failed: it does not respond.*CERTFLEET_JOURNAL/);
  expect(String(failure)).not.toContain("canary-password");
});

test("more lines than one answer holds are read to the last", async () => {
  const { redis } = await ownRedis();
  const journal = await opened(redis.url, newPrefix());
  await Promise.all(lines(1, 1_201).map((each) => journal.append(each)));

  expect((await journal.read("main")).length).toBe(1_201);
  expect(await journal.read("main", { epoch: 1, seq: 200 })).toEqual(lines(201, 1_201));
});
