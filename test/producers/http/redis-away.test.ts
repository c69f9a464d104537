// Stories about a Redis that is gone, hangs, or comes back: the caller hears of it soon, and nothing is lost silently.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Redis } from "ioredis";
import { expect, onTestFinished, test, vi } from "vitest";
import { startRedis } from "../../../src/sandbox/redis/redis.ts";
import { anOrder, world } from "./world.ts";

/** A Redis of the test's own, on a folder that it can be started on again. */
async function ownRedis() {
  const dataDir = await mkdtemp(join(tmpdir(), "certfleet-away-"));
  const binaryDir = resolve(import.meta.dirname, "../../../.data/redis-server");
  let running = await startRedis({ dataDir, binaryDir });
  onTestFinished(async () => {
    await running.stop();
    await rm(dataDir, { recursive: true, force: true });
  });
  return {
    url: running.url,
    stop: () => running.stop(),
    start: async () => {
      running = await startRedis({ dataDir, binaryDir });
    },
  };
}

test("While Redis is away every call is a 503 within two seconds; when it is back the same order is taken, once.", async () => {
  const redis = await ownRedis();
  const { call, lines, keys, redis: client } = await world({ redisUrl: redis.url });
  const before = await anOrder();
  await call("POST", "/v1/certificates", before);
  const order = await anOrder();
  await redis.stop();
  await vi.waitFor(() => expect(client.status).not.toBe("ready"));

  const values = { reference: "b", domain: "example.com", product: "RapidSSL", reason: null };
  const mail = { key: "k", template: "certificate-failed", to: { address: "a@example.net" }, values };
  const started = performance.now();
  const answers = await Promise.all([
    call("POST", "/v1/certificates", order),
    call("GET", `/v1/certificates/${before.reference}`),
    call("GET", "/v1/certificates"),
    call("PATCH", `/v1/certificates/${before.reference}`, { policy: { mode: "none", beforeDays: 1 } }),
    call("POST", "/v1/notifications", mail),
    call("GET", "/v1/accounts"),
    call("GET", "/v1/jobs/open/1"),
    call("GET", "/readyz"),
    call("GET", "/metrics"),
  ]);

  expect(performance.now() - started).toBeLessThan(2_000);
  expect(answers.map(({ status }) => status)).toEqual(Array(9).fill(503));
  for (const { body, headers } of answers) {
    expect(body.type).toBe("urn:certfleet:problem:unavailable");
    expect(Number(headers["retry-after"])).toBeGreaterThan(0);
  }
  expect((await call("GET", "/healthz")).status).toBe(200);
  expect(lines.some((line) => line.includes('"http.failed"'))).toBe(true);

  await redis.start();
  await vi.waitFor(async () => expect((await call("GET", "/readyz")).status).toBe(200), { timeout: 10_000 });
  expect((await call("POST", "/v1/certificates", order)).status).toBe(202);
  expect((await call("POST", "/v1/notifications", mail)).status).toBe(202);
  expect(await client.zcard(keys.byAcceptance)).toBe(2);
});

test("A Redis that hangs is a 503 within two seconds too, and the order can be sent again.", async () => {
  const redis = await ownRedis();
  const { call } = await world({ redisUrl: redis.url });
  const operator = new Redis(redis.url.replace(/^unix:(\/\/)?/, ""));
  onTestFinished(() => operator.disconnect());
  const order = await anOrder();
  await operator.call("CLIENT", "PAUSE", "3000", "ALL");

  const started = performance.now();
  const answers = await Promise.all([call("POST", "/v1/certificates", order), call("GET", "/readyz")]);

  expect(performance.now() - started).toBeLessThan(2_200);
  expect(answers.map(({ status }) => status)).toEqual([503, 503]);
  await vi.waitFor(async () => expect((await call("GET", "/readyz")).status).toBe(200), { timeout: 10_000 });
  expect([200, 202]).toContain((await call("POST", "/v1/certificates", order)).status);
});
