// The queues go by the fleet's time, on a machine whose clock is wrong, too.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { DelayedError } from "bullmq";
import { expect, onTestFinished, test, vi } from "vitest";
import type { Clock } from "../../../src/shared/base/clock.ts";
import { byClock, TIME_AT } from "../../../src/shared/queue/fleet-time.ts";
import { ReadableQueue, ReadableWorker } from "../../../src/shared/queue/readable-job.ts";
import { world } from "../../support/world.ts";

const patiently = { timeout: 20_000, interval: 10 };

test("BullMQ's scripts take the time where Certfleet puts it", () => {
  const folder = join(dirname(fileURLToPath(import.meta.resolve("bullmq"))), "scripts");
  const found: Record<string, number> = {};
  for (const file of readdirSync(folder)) {
    const [, name = "", keys] = /^(\w+)-(\d+)\.js$/.exec(file) ?? [];
    const [, argument] = /ARGV\[(\d+)\]\s+timestamp\b/.exec(readFileSync(join(folder, file), "utf8")) ?? [];
    if (name in TIME_AT) found[name] = Number(keys) + Number(argument) - 1;
  }

  expect(found).toEqual(TIME_AT);
});

test.each([
  ["ahead", -900_000],
  ["behind", 900_000],
])(
  "on a machine that is 15 minutes %s a job waits as long as it was told to, by the fleet's time",
  async (_way, ms) => {
    const w = await world();
    const clock: Clock = { now: () => new Date(Date.now() + ms) }; // the fleet, as this machine sees it
    const place = { connection: w.redis, prefix: w.keys.prefix };
    const queue = new ReadableQueue("open", { ...place, skipWaitingForReady: true }, byClock(clock));
    const due: number[] = [];
    const runs: number[] = [];
    const worker = new ReadableWorker(
      "open",
      async (job, token) => {
        runs.push(clock.now().getTime());
        if (runs.length > 1) return;
        await job.moveToDelayed(Date.now() + 700, token);
        const [, score] = await w.redis.zrange(w.keys.ofQueue("open", "delayed"), "0", "-1", "WITHSCORES");
        due.push(Number(score) / 4096);
        throw new DelayedError();
      },
      place,
      byClock(clock),
    );
    onTestFinished(async () => {
      await Promise.all([worker.close(), queue.close()]);
    });

    await queue.add("open", {}, { timestamp: clock.now().getTime() });

    await vi.waitFor(() => expect(runs).toHaveLength(2), patiently);
    const [dueAt = 0] = due;
    const [begun = 0, again = 0] = runs;
    expect(dueAt).toBeGreaterThanOrEqual(begun + 700);
    expect(dueAt).toBeLessThan(begun + 60_000); // and not a quarter of an hour off
    expect(again).toBeGreaterThanOrEqual(Math.floor(dueAt));
  },
);

test("the next run of a schedule is planned by the fleet's time", async () => {
  const w = await world();
  const clock: Clock = { now: () => new Date(Date.now() - 900_000) };
  const queue = new ReadableQueue("reissue", { connection: w.redis, prefix: w.keys.prefix }, byClock(clock));
  onTestFinished(() => queue.close());

  await queue.upsertJobScheduler("due", { every: 60_000 }, { name: "reissue", data: {} });

  const next = Number(await w.redis.zscore(w.keys.ofQueue("reissue", "repeat"), "due"));
  expect(next).toBeLessThan(clock.now().getTime() + 120_000);
});
