// Stories about jobs that are over: they hold people's data, and leave when their time is up, whoever put them there.
import { Queue } from "bullmq";
import { pino } from "pino";
import { expect, onTestFinished, test, vi } from "vitest";
import { readSettings } from "../../../src/shared/base/read-settings.ts";
import { workerSettings } from "../../../src/shared/config/settings.ts";
import { removeOldJobs, startJobRetention } from "../../../src/workers/runtime/job-retention.ts";
import { world } from "../../producers/http/world.ts";

const DAY_MS = 86_400_000;

/** Jobs of another system, without a limit of their own, that ended so many days ago. */
async function jobsThatEnded(...all: ["completed" | "failed", number][]) {
  const w = await world();
  const queue = new Queue("notify", { connection: w.redis, prefix: w.keys.prefix });
  onTestFinished(() => queue.close());
  for (const [state, days] of all) {
    const job = await queue.add("notify", { v: 1, to: "ada@example.com" }, { delay: 1_000_000 });
    const id = job.id ?? "";
    await w.redis.zrem(queue.toKey("delayed"), id);
    const endedAt = Date.now() - days * DAY_MS;
    await w.redis.hset(queue.toKey(id), "finishedOn", endedAt, "timestamp", endedAt);
    await w.redis.zadd(queue.toKey(state), endedAt, id);
  }
  const left = async () =>
    (await queue.getJobs(["failed", "completed"])).map(({ finishedOn = 0 }) =>
      Math.round((Date.now() - finishedOn) / DAY_MS),
    );
  return { queue, left };
}

test("Failed jobs stay for 30 days and completed ones for 7, unless it is set otherwise.", async () => {
  const { queue, left } = await jobsThatEnded(["failed", 31], ["failed", 29], ["completed", 8], ["completed", 6]);

  expect(await removeOldJobs(queue, 30)).toBe(2);

  expect((await left()).sort()).toEqual([29, 6]);
});

test("A shorter time counts for completed ones, too; a longer one for failed ones alone.", async () => {
  const short = await jobsThatEnded(["failed", 4], ["failed", 2], ["completed", 4], ["completed", 2]);
  await removeOldJobs(short.queue, 3);
  expect(await short.left()).toEqual([2, 2]);
  const long = await jobsThatEnded(["failed", 89], ["completed", 8]);
  await removeOldJobs(long.queue, 90);
  expect(await long.left()).toEqual([89]);
});

test("A worker looks when it starts.", async () => {
  const { queue, left } = await jobsThatEnded(["failed", 31]);

  const retention = startJobRetention(queue, { keepDays: 30, log: pino({ enabled: false }) });
  onTestFinished(() => retention.stop());

  await vi.waitFor(async () => expect(await left()).toEqual([]));
});

test("CERTFLEET_KEEP_JOBS_DAYS is a whole number of days from 1, and 30 where it is not set.", () => {
  const read = (text?: string) =>
    readSettings(
      { CERTFLEET_KEEP_JOBS_DAYS: workerSettings.CERTFLEET_KEEP_JOBS_DAYS },
      { CERTFLEET_KEEP_JOBS_DAYS: text },
    ).CERTFLEET_KEEP_JOBS_DAYS;
  expect([read(), read("3")]).toEqual([30, 3]);
  for (const wrong of ["0", "-1", "1.5", "soon"]) expect(() => read(wrong)).toThrow("CERTFLEET_KEEP_JOBS_DAYS");
});
