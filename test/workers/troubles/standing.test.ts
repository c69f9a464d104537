// Stories about queues that somebody paused, limited or emptied, with whatever: told once by log and mail, shown wherever
// people look, and over when they are over.
import { Queue } from "bullmq";
import { pino } from "pino";
import { expect, onTestFinished, test } from "vitest";
import { resumeQueue } from "../../../src/producers/cli/queue/queue.ts";
import { accountRecords } from "../../../src/shared/account/records.ts";
import { findFleetTroubles } from "../../../src/shared/account/troubles.ts";
import { accountEntry } from "../../../src/shared/config/fleet-file.ts";
import type { JobName } from "../../../src/shared/queue/jobs.ts";
import { putSchedules } from "../../../src/shared/schedules/put.ts";
import { findNote, noteKept } from "../../../src/shared/standing/kept.ts";
import { sweepDue } from "../../../src/workers/due/sweep.ts";
import { tellTroubles } from "../../../src/workers/troubles/watch.ts";
import { world } from "../../support/world.ts";
import { DEPARTMENT, worker } from "../due/stories.ts";

async function fleet() {
  const w = await world();
  const lines: Record<string, unknown>[] = [];
  const log = pino({ level: "trace" }, { write: (line: string) => void lines.push(JSON.parse(line)) });
  const { redis, keys, queues, time: clock } = w;
  const accounts = accountRecords(redis, keys);
  await accounts.publish(accountEntry.parse({ id: "main", username: "u", password: "p", department: DEPARTMENT }));
  const put = () =>
    putSchedules({
      ...{ queues, accounts, redis, keys, log, sweepSeconds: 3_600, balanceSeconds: 3_600 },
      ...{ by: "gateway", isStart: true },
    });
  await put();
  const bare = (name: JobName): Queue => {
    const queue = new Queue(name, { connection: redis, prefix: keys.prefix });
    onTestFinished(() => queue.close());
    return queue;
  };
  const look = () => tellTroubles({ redis, keys, clock, log, enqueue: queues.enqueue });
  const mails = async () => {
    const jobs = await queues.all.notify.getJobs(["waiting", "delayed"], 0, -1, true);
    return jobs.map(({ data }) => `${data.values.code}${data.values.until === null ? "" : " over"}`);
  };
  const told = () =>
    lines.filter(({ event }) => event === "trouble.began").map(({ code, about }) => `${code} ${about}`);
  const found = async () => (await findFleetTroubles({ redis, keys })).map(({ code, about }) => `${code} ${about}`);
  const words = async () =>
    (await findFleetTroubles({ redis, keys })).map(({ message, next }) => `${message} ${next}`).join("\n");
  return { ...w, bare, look, mails, told, found, words, put };
}

const HARMS: [how: string, code: string, words: RegExp, harm: (queue: Queue) => Promise<unknown>][] = [
  ["pauses", "queue-paused", /is paused/, (queue) => queue.pause()],
  ["lets only one job run of", "queue-limited", /at most 1 job at a time/, (queue) => queue.setGlobalConcurrency(1)],
  [
    "allows one job a day of",
    "queue-limited",
    /at most 1 job in 1 day/,
    (queue) => queue.setGlobalRateLimit(1, 86_400_000),
  ],
  ["holds back for an hour", "queue-limited", /no job before 20/, (queue) => queue.rateLimit(3_600_000)],
];

test.each(
  HARMS.flatMap((harm) =>
    (["open", "reissue", "notify", "balance-poll"] as const).map((name) => [name, ...harm] as const),
  ),
)(
  "Somebody treats the queue %s so that he %s it: told once an episode, shown with its remedy, and over when it is resumed.",
  async (name, _how, code, words, harm) => {
    const f = await fleet();

    await harm(f.bare(name));
    await f.look();
    await f.look();
    const seen = await f.words();
    await resumeQueue(name, f.queues.all, { redis: f.redis, keys: f.keys } as never);
    await f.look();

    expect(seen).toMatch(words);
    expect(seen).toContain(`certfleet queue resume ${name}`);
    if (name === "notify") expect(seen).toMatch(/the (mail|one) about this(, too| waits there, too)/);
    expect(f.told()).toEqual([`${code} ${name}`]);
    expect(await f.mails()).toEqual([code, `${code} over`]);
    expect(await f.found()).toEqual([]);
  },
);

test("Two queues are two cases: the second is told while the first one lasts, and each ends by itself.", async () => {
  const f = await fleet();
  await f.queues.all.open.pause();
  await f.look();
  await f.queues.all.notify.pause();
  await f.look();
  await f.queues.all.open.resume();
  await f.look();

  expect(f.told()).toEqual(["queue-paused open", "queue-paused notify"]);
  expect(await f.mails()).toEqual(["queue-paused", "queue-paused", "queue-paused over"]);
  expect(await f.found()).toEqual(["queue-paused notify"]);
});

test("The fleet's own pace of mails is no limit that anybody set.", async () => {
  const f = await fleet();
  await f.redis.set(f.keys.ofQueue("notify", "limiter"), 10, "PX", 1_000);

  expect(await f.found()).toEqual([]);
});

test("A queue that is emptied and a schedule that is removed are told by one mail each, though the fleet puts them back at once.", async () => {
  const f = await fleet();
  await f.bare("balance-poll").pause();
  await f.bare("balance-poll").obliterate({ force: true });
  await f.bare("reissue").removeJobScheduler("due");
  await f.look();
  await f.put();
  await f.look();

  expect(f.told().sort()).toEqual([
    "queue-emptied balance-poll",
    "schedule-missing balance-poll/balance-main",
    "schedule-missing reissue/due",
  ]);
  expect((await f.mails()).sort()).toEqual(["queue-emptied", "schedule-missing", "schedule-missing"]);
});

test("What the gateway put back before any worker looked is told as well.", async () => {
  const f = await fleet();
  await f.bare("reissue").removeJobScheduler("due");
  await f.put();
  await f.look();

  expect(f.told()).toEqual(["schedule-missing reissue/due"]);
});

test("A policy that has not looked for three periods is told by a mail, names when it last did, and is over with the next look.", async () => {
  const f = await fleet();
  const fresh = await f.found();
  const lastAt = Date.now() - 3 * 3_600_000 - 5_000;
  await f.redis.set(f.keys.lastSweep, lastAt + 10_000);
  const inTime = await f.found();
  await f.redis.set(f.keys.lastSweep, lastAt);
  await f.look();
  const atFirst = await f.mails();
  f.time.jump(31_000);
  await f.look();
  await f.look();
  const seen = await f.words();
  const told = await f.mails();
  expect(await sweepDue(worker(f))).toBe("done");
  await f.look();

  expect([fresh, inTime, atFirst]).toEqual([[], [], []]);
  expect(seen).toContain("has not looked at what is due for more than 3 times 1 hour");
  expect(seen).toContain(`ended at ${new Date(lastAt).toISOString().slice(0, 19)}Z`);
  expect(told).toEqual(["sweep-late"]);
  expect(f.told()).toEqual(["sweep-late reissue/due"]);
  expect(await f.mails()).toEqual(["sweep-late", "sweep-late over"]);
  expect(await f.found()).toEqual([]);
});

test("A fleet whose first look never ends is late, too.", async () => {
  const f = await fleet();
  const kept = { queue: "reissue", scheduler: "due" } as const;
  const note = await findNote(kept, f);
  const since = new Date(Date.now() - 4 * 3_600_000).toISOString();
  await noteKept(kept, { ...note, put: note?.put ?? "", restoredAt: null, since }, f);

  expect(await f.found()).toEqual(["sweep-late reissue/due"]);
  expect(await f.words()).toContain("No look has ended yet");
});
