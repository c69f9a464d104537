// Stories about settings of Redis that somebody weakens while the fleet runs: told before an order meets it, once, and over
// by itself when they are as they were.
import { pino } from "pino";
import { expect, onTestFinished, test, vi } from "vitest";
import { accountRecords } from "../../../src/shared/account/records.ts";
import { findFleetTroubles } from "../../../src/shared/account/troubles.ts";
import { Unavailable } from "../../../src/shared/base/errors.ts";
import { raiseFor } from "../../../src/shared/certificate/certificate.ts";
import { accountEntry } from "../../../src/shared/config/fleet-file.ts";
import { durabilityRisks } from "../../../src/shared/redis/durability.ts";
import { mailAttention } from "../../../src/workers/order/attention-mail.ts";
import { startTroubleWatch } from "../../../src/workers/troubles/watch.ts";
import { startServer } from "../../shared/redis/connection/server.ts";
import { world } from "../../support/world.ts";
import { DEPARTMENT, worker } from "../due/stories.ts";
import { get } from "../open/runs.ts";

const SOON = { timeout: 10_000, interval: 10 };

/** A fleet that is watched, with this answer to what Redis may forget. */
async function fleet(risks: () => Promise<string[]>) {
  const w = await world();
  const { redis, keys, queues, certificates, time: clock } = w;
  const entry = { id: "main", username: "u", password: "p", department: DEPARTMENT };
  await accountRecords(redis, keys).publish(accountEntry.parse(entry));
  const log = pino({ level: "silent" });
  let looks = 0;
  const asked = async (): Promise<string[]> => {
    looks++;
    return risks();
  };
  const needs = { redis, keys, clock, log, certificates, enqueue: queues.enqueue, durabilityRisks: asked };
  const watch = startTroubleWatch(needs, 10);
  onTestFinished(() => watch.stop());
  const mails = async () => {
    const jobs = await queues.all.notify.getJobs(["waiting", "delayed"], 0, -1, true);
    return jobs.map(({ data: { template, values } }) =>
      template === "account-trouble" ? `${values.code}${values.until === null ? "" : " over"}` : template,
    );
  };
  const found = () => findFleetTroubles({ redis, keys });
  const lookedOn = async (): Promise<void> => {
    const before = looks;
    await vi.waitFor(() => expect(looks).toBeGreaterThan(before + 2), SOON);
  };
  return { ...w, mails, found, lookedOn };
}

test("Eviction is switched on and AOF off under way: one mail names both with the remedy, and one says that it is over, by itself.", async () => {
  const server = await startServer();
  const f = await fleet(() => durabilityRisks(server.client));
  await f.lookedOn();
  const calm = await f.found();

  await server.client.call("CONFIG", "SET", "maxmemory-policy", "allkeys-lru");
  await vi.waitFor(async () => expect(await f.mails()).toEqual(["redis-not-durable"]), SOON);
  await server.client.call("CONFIG", "SET", "appendonly", "no");
  await vi.waitFor(async () => expect((await f.found())[0]?.message).toMatch(/appendonly is off.*allkeys-lru/), SOON);
  f.time.jump(120_000);
  await f.lookedOn();
  const [seen] = await f.found();
  const keptMs = await f.redis.pttl(f.keys.redisRisks);

  await server.client.call("CONFIG", "SET", "appendonly", "yes");
  await server.client.call("CONFIG", "SET", "maxmemory-policy", "noeviction");
  await vi.waitFor(async () => expect(await f.found()).toEqual([]), SOON);
  f.time.jump(61_000);
  await vi.waitFor(async () => expect(await f.mails()).toEqual(["redis-not-durable", "redis-not-durable over"]), SOON);

  expect(calm).toEqual([]);
  expect(seen).toMatchObject({ code: "redis-not-durable", account: null, since: expect.any(String) });
  expect(seen?.next).toMatch(/appendonly yes, appendfsync always.*runbook\.md#redis-not-durable/);
  expect(keptMs).toBeGreaterThan(50_000); // a fleet that ends with it leaves nothing behind
});

test("A Redis that does not say its settings changes nothing that is known; one that may not say them has another remedy.", async () => {
  let answer: string[] | undefined = ["Redis does not show its settings: CONFIG GET is refused."];
  const f = await fleet(async () => answer ?? Promise.reject(new Unavailable("away")));
  await vi.waitFor(async () => expect(await f.found()).toHaveLength(1), SOON);
  answer = undefined;
  await f.lookedOn();

  expect((await f.found())[0]?.next).toContain("+config|get");
  expect(await f.mails()).toEqual(["redis-not-durable"]);
});

test.each([
  ["the watch saw first", ["redis-not-durable"]],
  ["an order met first", ["operation-failed"]],
] as const)("What %s is told once, whoever meets it afterwards.", async (who, mails) => {
  let risks: string[] = [];
  const f = await fleet(async () => risks);
  const needs = worker(f);
  const certificate = await get(f, await f.accept({}));
  const attention = raiseFor(certificate, "redis-not-durable", "appendonly is off", f.time.now());
  const weaken = async (): Promise<void> => {
    risks = ["appendonly is off."];
    await vi.waitFor(async () => expect(await f.found()).toHaveLength(1), SOON);
    await f.lookedOn();
  };

  if (who === "an order met first") await mailAttention(certificate, attention, needs);
  await weaken();
  if (who === "the watch saw first") await mailAttention(certificate, attention, needs);

  expect(await f.mails()).toEqual(mails);
});
