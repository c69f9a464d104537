// Stories about what the queues themselves ask for: sweeps and balance polls, which stay whatever others do to them.
import { expect, onTestFinished, test, vi } from "vitest";
import { findFleetTroubles } from "../../src/shared/account/troubles.ts";
import { queueNames } from "../../src/shared/queue/jobs.ts";
import type { Keeper } from "../../src/shared/schedules/interval.ts";
import { keepSchedules } from "../../src/shared/schedules/keep.ts";
import { putSchedules } from "../../src/shared/schedules/put.ts";
import { findNote, noteKept, watchedQueues } from "../../src/shared/standing/kept.ts";
import { world } from "./http/world.ts";

async function schedules() {
  const { queues, accounts, addAccount, log, lines, redis, keys } = await world();
  const queue = queues.all["balance-poll"];
  const schedule = (balanceSeconds: number, keeper: Partial<Keeper> = {}): Promise<void> =>
    putSchedules({
      ...{ queues, accounts, redis, keys, sweepSeconds: 3_600, balanceSeconds, log },
      ...{ by: "gateway", isStart: true, ...keeper },
    });
  const there = async () =>
    (await queue.getJobSchedulers(0, -1, true))
      .map(({ key, every }) => [key, Number(every)])
      .sort(([a], [b]) => `${a}`.localeCompare(`${b}`));
  const remove = (id: string): Promise<number> => redis.zrem(keys.accounts, id);
  const restored = () => lines.map((line) => JSON.parse(line)).filter(({ event }) => event === "schedule.restored");
  const troubles = async () =>
    (await findFleetTroubles({ redis, keys })).map(({ code, about, message }) => ({ code, about, message }));
  const differs = () => lines.map((line) => JSON.parse(line)).filter(({ event }) => event === "schedule.differs");
  return {
    log,
    differs,
    queue,
    queues,
    accounts,
    schedule,
    there,
    addAccount,
    remove,
    restored,
    troubles,
    redis,
    keys,
  };
}

test("Every account gets one schedule, whose first poll comes at once and also checks the login.", async () => {
  const { queue, schedule, there, addAccount } = await schedules();
  await addAccount("main");
  await addAccount("second");

  await schedule(43_200);

  expect(await there()).toEqual([
    ["balance-main", 43_200_000],
    ["balance-second", 43_200_000],
  ]);
  const jobs = await queue.getJobs(["waiting", "delayed"]);
  expect(jobs.map(({ data, delay }) => [data, delay])).toEqual(
    expect.arrayContaining([
      [{ v: 1, account: "main", check: true }, 0],
      [{ v: 1, account: "second", check: true }, 0],
    ]),
  );
});

test("Looking again changes nothing, so that a poll never moves away; another interval is taken over.", async () => {
  const { queue, schedule, there, addAccount } = await schedules();
  await addAccount("main");
  await schedule(100);
  const before = await queue.getJobSchedulers(0, -1, true);

  await schedule(100);
  expect(await queue.getJobSchedulers(0, -1, true)).toEqual(before);

  await schedule(200);
  expect(await there()).toEqual([["balance-main", 200_000]]);
});

test("The schedule of an account that is gone goes with its waiting poll; other schedules stay.", async () => {
  const { queue, schedule, there, addAccount, remove } = await schedules();
  await addAccount("main");
  await addAccount("second");
  await schedule(100);
  await queue.upsertJobScheduler(
    "yearly",
    { every: 5_000_000 },
    { name: "balance-poll", data: { v: 1, account: "main" } },
  );

  await remove("second");
  await schedule(100);

  expect((await there()).map(([key]) => key)).toEqual(["balance-main", "yearly"]);
});

test("An account that the workers no longer have keeps its records and loses its schedule, and both come back with it.", async () => {
  const { accounts, schedule, there, addAccount } = await schedules();
  await addAccount("main");
  await schedule(100);

  await accounts.publishAll([]);
  await schedule(100);

  expect(await there()).toEqual([]);
  expect(await accounts.all()).toMatchObject([{ id: "main", enabled: false }]);
  await addAccount("main");
  await schedule(100);
  expect(await there()).toEqual([["balance-main", 100_000]]);
});

test("The sweep that asks for what is due is put once, and stays the same one; a first start tells of nothing missing.", async () => {
  const { queues, schedule, restored, troubles } = await schedules();
  await schedule(100);
  const before = await queues.all.reissue.getJobSchedulers(0, -1, true);

  await schedule(100);

  expect(before).toMatchObject([{ key: "due", template: { data: { v: 1, sweep: true } } }]);
  expect(await queues.all.reissue.getJobSchedulers(0, -1, true)).toEqual(before);
  expect(restored()).toEqual([]);
  expect(await troubles()).toEqual([]);
});

test.each([
  ["removed", "gone", ({ queues }) => queues.all.reissue.removeJobScheduler("due")],
  [
    "set to once in ten years",
    "changed",
    ({ queues }) =>
      queues.all.reissue.upsertJobScheduler(
        "due",
        { every: 315_360_000_000 },
        { name: "x", data: { v: 1, sweep: true } },
      ),
  ],
  [
    "given other data",
    "changed",
    ({ queues }) =>
      queues.all.reissue.upsertJobScheduler("due", { every: 3_600_000 }, { name: "x", data: { v: 1, reference: "a" } }),
  ],
  [
    "given an end",
    "changed",
    ({ queues }) =>
      queues.all.reissue.upsertJobScheduler(
        "due",
        { every: 3_600_000, limit: 1 },
        { name: "x", data: { v: 1, sweep: true } },
      ),
  ],
  [
    "left without its next run",
    "idle",
    async ({ redis, keys }) => {
      const next = await redis.zscore(keys.ofQueue("reissue", "repeat"), "due");
      await redis.zrem(keys.ofQueue("reissue", "delayed"), `repeat:due:${next}`);
      await redis.lrem(keys.ofQueue("reissue", "wait"), 0, `repeat:due:${next}`);
      await redis.del(keys.ofQueue("reissue", "repeat", "due", next ?? ""));
    },
  ],
] as [string, string, (s: Awaited<ReturnType<typeof schedules>>) => Promise<unknown>][])(
  "A sweep that somebody %s is told as long as it lasts and ten minutes longer, and put back by the next look.",
  async (_how, loss, harm) => {
    const all = await schedules();
    const { schedule, troubles, restored, queues, redis, keys } = all;
    await schedule(100);

    await harm(all);
    const meanwhile = await troubles();
    await schedule(100);

    expect(meanwhile).toMatchObject([{ code: "schedule-missing", about: "reissue/due" }]);
    expect(meanwhile[0]?.message).toContain("no policy acts");
    expect(restored()).toMatchObject([{ name: "reissue/due", loss }]);
    const [due] = await queues.all.reissue.getJobSchedulers(0, -1, true);
    expect(due).toMatchObject({ key: "due", every: 3_600_000, template: { data: { v: 1, sweep: true } } });
    expect(await queues.all.reissue.getJob(`repeat:due:${due?.next}`)).toBeDefined();
    expect((await troubles())[0]?.message).toMatch(/was removed or changed\. Certfleet put it back at 20/);
    const kept = { queue: "reissue", scheduler: "due" } as const;
    const noted = await findNote(kept, { redis, keys });
    await noteKept(
      kept,
      { put: noted?.put ?? null, restoredAt: new Date(Date.now() - 11 * 60_000).toISOString() },
      { redis, keys },
    );
    expect(await troubles()).toEqual([]);
  },
);

test.each(["open", "reissue", "notify", "balance-poll"] as const)(
  "A queue %s that somebody obliterated is told, and it has all that it had: its schedules, too.",
  async (name) => {
    const { queues, schedule, addAccount, troubles, restored, there } = await schedules();
    await addAccount("main");
    await schedule(100);

    await queues.all[name].pause();
    await queues.all[name].obliterate({ force: true });
    const found = await troubles();
    await schedule(100);

    expect(found).toContainEqual(expect.objectContaining({ code: "queue-emptied", about: name }));
    expect(found.map(({ message }) => message).join(" ")).toContain("its jobs are gone");
    expect(restored().map((line) => line.name)).toContain(name);
    expect(await there()).toEqual([["balance-main", 100_000]]);
    expect(await queues.all.reissue.getJobSchedulersCount()).toBe(1);
    expect((await troubles()).every(({ message }) => message.includes("Certfleet put it back at"))).toBe(true);
  },
);

test("An account's schedule that is removed comes back, while that of an account which is gone is missed by nobody.", async () => {
  const { queue, schedule, addAccount, remove, there, troubles } = await schedules();
  await addAccount("main");
  await addAccount("second");
  await schedule(100);

  await queue.removeJobScheduler("balance-main");
  await remove("second");
  const found = await troubles();
  await schedule(100);

  expect(found.map(({ about }) => about)).toEqual(["balance-poll/balance-main"]);
  expect(await there()).toEqual([["balance-main", 100_000]]);
  expect((await troubles()).map(({ about }) => about)).toEqual(["balance-poll/balance-main"]);
});

test("Where processes are given different intervals the gateway's counts, whoever puts the schedule back, and nobody fights.", async () => {
  const { schedule, there, addAccount, redis, keys, queue, differs } = await schedules();
  await addAccount("main");
  const worker = { by: "worker", isStart: false } as const;
  const every = async () => (await there())[0]?.[1];
  const flush = async (): Promise<void> => {
    await queue.removeJobScheduler("balance-main");
    await redis.del(keys.kept);
  };

  await schedule(100);
  await schedule(200, { ...worker, isStart: true });
  const told = differs();
  await queue.removeJobScheduler("balance-main");
  await schedule(200, worker);
  const restored = await every();
  await flush();
  await schedule(200, worker);
  const alone = await every();
  await schedule(100, { isStart: false });
  const withGateway = await every();
  await schedule(200, worker);
  const after = await every();
  await schedule(300, { isStart: true });
  await schedule(100, { isStart: false });

  expect(told).toMatchObject([{ scheduler: "balance-main", everySeconds: 100, own: 200 }]);
  expect([restored, alone, withGateway, after]).toEqual([100_000, 200_000, 100_000, 100_000]);
  expect(await every()).toBe(300_000);
});

test("Workers alone bring everything back that Redis lost, and what lies in the queue then is nobody's old mail.", async () => {
  const { log, queues, accounts, addAccount, there, redis, keys } = await schedules();
  await addAccount("main");
  await queues.adoptOldMails(new Date());
  const needs = { queues, accounts, redis, keys, log, clock: { now: () => new Date() } };
  const kept = await keepSchedules({ ...needs, by: "worker", sweepSeconds: 60, balanceSeconds: 100 }, 50);
  onTestFinished(() => kept.stop());

  for (const name of queueNames) await queues.all[name].obliterate({ force: true });
  await redis.del(keys.kept, keys.seal);
  const foreign = { v: 1, key: "x", template: "digest", to: { address: "a@b.example" }, values: {} };
  await queues.all.notify.add("notify", foreign);

  await vi.waitFor(
    async () => {
      expect(await there()).toEqual([["balance-main", 100_000]]);
      expect(await queues.all.reissue.getJobSchedulersCount()).toBe(1);
      expect(await redis.hexists(keys.seal, "since")).toBe(1);
    },
    { timeout: 10_000, interval: 20 },
  );
  expect(await queues.seal.isOurs({ ...foreign, seal: undefined })).toBe(false);
});

test("The queues that are watched are all that there are.", () => {
  expect(watchedQueues).toEqual(queueNames);
});
