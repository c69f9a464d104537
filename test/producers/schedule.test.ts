// Stories about the balance polls that the queue itself asks for.
import { expect, test } from "vitest";
import { scheduleBalancePolls } from "../../src/producers/schedule.ts";
import { world } from "./http/world.ts";

async function schedules() {
  const { queues, accounts, addAccount, log, redis, keys } = await world();
  const queue = queues.all["balance-poll"];
  const schedule = (everySeconds: number): Promise<void> =>
    scheduleBalancePolls({ queue, accounts, everySeconds, log });
  const there = async () =>
    (await queue.getJobSchedulers(0, -1, true))
      .map(({ key, every }) => [key, Number(every)])
      .sort(([a], [b]) => `${a}`.localeCompare(`${b}`));
  const remove = (id: string): Promise<number> => redis.zrem(keys.accounts, id);
  return { queue, accounts, schedule, there, addAccount, remove };
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
