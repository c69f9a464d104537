// The examples work: the order is one that Certfleet accepts, and the program puts it where the worker finds it.
import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { Redis } from "ioredis";
import { expect, inject, onTestFinished, test } from "vitest";
import { parseOrder } from "../../src/shared/certificate/order.ts";
import { jobs } from "../../src/shared/queue/jobs.ts";
import { openQueues } from "../../src/shared/queue/queues.ts";
import { bareEnv } from "../support/process.ts";

const root = resolve(import.meta.dirname, "../..");
const read = (file: string): string => readFileSync(join(root, file), "utf8");
const run = promisify(execFile);
const TODAY = new Date("2026-11-22T12:00:00Z");

test("the example order is one that the fleet accepts", async () => {
  expect(await parseOrder(JSON.parse(read("examples/order.json")), TODAY)).toMatchObject({
    order: { reference: "bill-1001", domain: "shop.example.com" },
  });
});

test("the example program needs only bullmq and ioredis, and puts an order into the queue that the open worker takes", async () => {
  const imported = matches(read("examples/place-order.mjs"), /from "([^"]+)"/g).map(([, name]) => name);
  const prefix = `{docs-${randomUUID().slice(0, 8)}}`;
  const url = inject("redisUrl").replace(/^unix:\/\//, "");

  await run(process.execPath, ["examples/place-order.mjs", "bill-7"], {
    cwd: root,
    env: { ...bareEnv(), REDIS_URL: url, CERTFLEET_PREFIX: prefix },
  });

  const redis = new Redis(url, { maxRetriesPerRequest: null });
  const queues = openQueues(redis, prefix, () => undefined);
  onTestFinished(async () => {
    await queues.all.open.obliterate({ force: true });
    await queues.close();
    redis.disconnect();
  });
  const [job] = await queues.all.open.getWaiting();
  const { v: _version, ...order } = jobs.open.data.parse(job?.data);
  expect(imported.filter((name) => !name.startsWith("node:"))).toEqual(["bullmq", "ioredis"]);
  expect(job?.name).toBe("open");
  expect(await parseOrder(order, TODAY)).toMatchObject({ order: { reference: "bill-7" } });
});

/** Matches with their groups; a group that did not take part is an empty string. */
function matches(text: string, pattern: RegExp): [string, string, string, string][] {
  return [...text.matchAll(pattern)].map(([all, a = "", b = "", c = ""]) => [all, a, b, c]);
}
