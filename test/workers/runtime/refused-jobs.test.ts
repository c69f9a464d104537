// Stories about jobs that other systems put straight into the queues: what nobody can read fails once, is counted, and
// blinds neither the board nor the API; a private key does not stay in a job that is refused.
import { generateKeyPairSync } from "node:crypto";
import { Queue } from "bullmq";
import { pino } from "pino";
import { expect, inject, onTestFinished, test, vi } from "vitest";
import { systemClock } from "../../../src/shared/base/clock.ts";
import { Refused } from "../../../src/shared/base/errors.ts";
import { type JobName, queueNames } from "../../../src/shared/queue/jobs.ts";
import { findUnreadable } from "../../../src/shared/queue/unreadable.ts";
import { connectRedis, type RedisClient } from "../../../src/shared/redis/client.ts";
import { run, type Work } from "../../../src/workers/runtime/run.ts";
import { world } from "../../producers/http/world.ts";

const KEY = `${generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export({ format: "pem", type: "pkcs8" })}`;
/** A piece of the key that no armour hides. */
const CANARY = KEY.split("\n")[1]?.slice(5, 35) ?? "";

/** `lockMs`: after so long a job comes back that nobody could take. */
async function fleet(work: Work<JobName> = async () => "done", lockMs = 10_000) {
  const w = await world();
  const lines: Record<string, unknown>[] = [];
  const log = pino({ level: "trace" }, { write: (line: string) => void lines.push(JSON.parse(line)) });
  const seen: string[] = [];
  const patient = connectRedis(inject("redisUrl"), "never-give-up", () => undefined);
  onTestFinished(() => patient.disconnect());
  const bare = (name: JobName): Queue => {
    const queue = new Queue(name, { connection: w.redis, prefix: w.keys.prefix });
    onTestFinished(() => queue.close());
    return queue;
  };
  const start = async (...names: JobName[]): Promise<void> => {
    for (const name of names) {
      const counted: Work<JobName> = (data, job) => {
        seen.push(job.id);
        return work(data, job);
      };
      const options = { connection: patient, prefix: w.keys.prefix, concurrency: 2, lockMs };
      const running = run(name, counted, { ...options, log, clock: systemClock });
      onTestFinished(() => running.stop());
      await running.ready;
    }
  };
  const failed = async (name: JobName, id: string) => {
    await vi.waitFor(async () => expect(await w.redis.zscore(w.keys.ofQueue(name, "failed"), id)).toBeTruthy(), {
      timeout: 10_000,
    });
    return w.queues.all[name].getJob(id);
  };
  const events = (event: string) => lines.filter((line) => line.event === event);
  return { ...w, bare, start, failed, events, seen };
}

/** Everything under the prefix, as somebody with Redis' password reads it. */
async function everything(redis: RedisClient, prefix: string): Promise<string> {
  const texts: string[] = [];
  for (const key of await redis.keys(`${prefix}:*`)) texts.push(key, `${await redis.dump(key)}`);
  const hashes = await Promise.all(
    (await redis.keys(`${prefix}:*`)).map(async (key) =>
      (await redis.type(key)) === "hash" ? JSON.stringify(await redis.hgetall(key)) : "",
    ),
  );
  return [...texts, ...hashes].join("\n");
}

test.each(queueNames)("A job of %s that is no JSON fails once and is counted, and others go on.", async (name) => {
  const { bare, start, failed, events, seen, call, queues, redis, keys } = await fleet();
  const queue = bare(name);
  const job = await queue.add("x", {}, { attempts: 5 });
  await redis.hset(keys.ofQueue(name, job.id ?? ""), "data", '{"reference": "a", ');
  const other = await queue.add("x", { v: 2 });
  await start(name);

  const gone = await failed(name, job.id ?? "");
  await failed(name, other.id ?? "");

  expect(gone?.failedReason).toContain("its data is no JSON");
  expect((await queues.all[name].getJob(other.id ?? ""))?.failedReason).toContain(
    "is of version 2, and this worker reads version 1",
  );
  expect(gone).toMatchObject({ attemptsMade: 1, attemptsStarted: 1 });
  expect(seen).toEqual([]);
  expect(events("job.unreadable")).toMatchObject([
    { queue: name, job: job.id, why: "no JSON" },
    { queue: name, job: other.id, why: "version 2" },
  ]);
  expect(await findUnreadable({ redis, keys })).toMatchObject([
    { queue: name, count: 2, job: other.id, why: "version 2" },
  ]);
  const shown = await call("GET", `/v1/jobs/${name}/${job.id}`);
  expect(shown).toMatchObject({
    status: 200,
    body: { state: "failed", about: {}, failedReason: expect.stringContaining("no JSON") },
  });
  for (const status of ["failed", "latest"]) {
    const page = await call("GET", `/queues/api/queues?activeQueue=${name}&status=${status}&page=1`);
    expect(page.status).toBe(200);
    const ofQueue = page.body.queues.find((each: { name: string }) => each.name === name);
    expect(ofQueue.jobs.map(({ id }: { id: string }) => id)).toContain(job.id);
  }
  expect((await call("GET", `/queues/api/queues/${name}/${job.id}`)).status).toBe(200);
  expect((await call("PUT", `/queues/api/queues/${name}/retry/failed`)).status).toBe(200);
  await vi.waitFor(async () => expect(await findUnreadable({ redis, keys })).toMatchObject([{ count: 4 }]));
  expect((await call("GET", "/metrics")).text).toContain(`certfleet_unreadable_jobs_total{queue="${name}"} 4`);
});

test("While it waits, a job that is no JSON is shown by the board and the API; so is one whose own fields BullMQ cannot read.", async () => {
  const { bare, call, redis, keys } = await fleet();
  const queue = bare("open");
  const [first, second, third] = await Promise.all([
    queue.add("x", {}),
    queue.add("x", {}),
    queue.add("x", { reference: "c" }),
  ]);
  await redis.hset(keys.ofQueue("open", first?.id ?? ""), "data", "[1, 2");
  await redis.hset(keys.ofQueue("open", second?.id ?? ""), "opts", "{");

  for (const job of [first, second, third]) expect((await call("GET", `/v1/jobs/open/${job?.id}`)).status).toBe(200);
  const page = await call("GET", "/queues/api/queues?activeQueue=open&status=latest&page=1");
  expect(page.status).toBe(200);
  expect(page.body.queues[0].jobs).toHaveLength(3);
});

test.each([null, 5, "text", [], [[]], true, { v: "1" }, { v: null }, { v: 2, reference: "a" }, { v: 1e99 }])(
  "Data of any form ends among the failed jobs, once, whatever the job's own options say: %j",
  async (data) => {
    const { bare, start, failed, seen } = await fleet();
    const job = await bare("reissue").add("x", data, { attempts: 4, backoff: { type: "fixed", delay: 1 } });
    await start("reissue");

    expect(await failed("reissue", job.id ?? "")).toMatchObject({ attemptsMade: 1 });
    expect(seen).toEqual([]);
  },
);

test.each([
  ["open", { reference: "a", csr: KEY }],
  ["reissue", { reference: "a", csr: KEY }],
  ["reissue", { reference: "a", reason: "x", note: { deep: [{ deeper: `my key: ${KEY.replaceAll("\n", "\\n")}` }] } }],
  ["notify", { key: "k", template: "t", to: { address: "a@example.net" }, values: { a: { b: [KEY] } } }],
  ["balance-poll", { account: "main", [KEY]: 1 }],
  ["open", [KEY]],
  ["open", KEY],
] as [JobName, object | string][])(
  "A private key in a job of %s is nowhere in Redis once the job is refused, nor in the log.",
  async (name, data) => {
    const { bare, start, failed, events, seen, redis, keys } = await fleet();
    const job = await bare(name).add(`named ${KEY}`, data, { attempts: 3 });
    await start(name);

    const refused = await failed(name, job.id ?? "");

    expect(refused?.failedReason).toContain("holds a private key");
    expect(refused?.failedReason).toContain("Treat that key as exposed");
    expect(seen).toEqual([]);
    expect(events("job.scrubbed")).toMatchObject([{ queue: name, job: job.id }]);
    expect(await everything(redis, keys.prefix)).not.toContain(CANARY);
    expect(JSON.stringify(events("job.failed"))).not.toContain(CANARY);
  },
);

test("A key that an error quotes, and one in data that is no JSON, go as well; so do passwords in a job that is refused.", async () => {
  const work: Work<JobName> = async () => {
    throw new Refused(`eNom said: ${KEY}`);
  };
  const { bare, start, failed, redis, keys } = await fleet(work);
  const queue = bare("balance-poll");
  const quoted = await queue.add("x", { account: "main" });
  const broken = await queue.add("x", {});
  await redis.hset(
    keys.ofQueue("balance-poll", broken.id ?? ""),
    "data",
    `{"csr": ${JSON.stringify(KEY)}, "password": "hunter2-canary"`,
  );
  const password = await queue.add("x", { account: "main", enom: { password: "hunter2-canary", user: "acme" } });
  await start("balance-poll");

  for (const job of [quoted, broken, password]) await failed("balance-poll", job.id ?? "");

  const left = await everything(redis, keys.prefix);
  expect(left).not.toContain(CANARY);
  expect(left).not.toContain("hunter2-canary");
  expect(left).toContain("acme");
});

test.each(["opts", "progress", "parent"])(
  "A job whose %s BullMQ cannot read is mended and done, and holds up no other.",
  async (field) => {
    const { bare, start, events, seen, redis, keys } = await fleet(undefined, 500);
    const job = await bare("open").add("x", { reference: "a" });
    await redis.hset(keys.ofQueue("open", job.id ?? ""), field, "{");
    const other = await bare("open").add("x", { reference: "b" });
    await start("open");

    await vi.waitFor(() => expect(new Set(seen)).toEqual(new Set([job.id, other.id])), { timeout: 10_000 });
    expect(events("job.mended")[0]).toMatchObject({ job: job.id, fields: [field] });
  },
);

test("What failed before an upgrade with a key in it is scrubbed when a worker starts.", async () => {
  const { bare, start, redis, keys, events } = await fleet();
  const job = await bare("reissue").add("x", { reference: "a", csr: KEY });
  await redis.lrem(keys.ofQueue("reissue", "wait"), 0, job.id ?? "");
  await redis.zadd(keys.ofQueue("reissue", "failed"), "1", job.id ?? "");
  await redis.hset(keys.ofQueue("reissue", job.id ?? ""), "failedReason", `no: ${KEY}`);
  await redis.rpush(keys.ofQueue("reissue", job.id ?? "", "logs"), "first", KEY);
  await start("reissue");

  await vi.waitFor(() => expect(events("job.scrubbed")).toHaveLength(1), { timeout: 10_000 });
  expect(await everything(redis, keys.prefix)).not.toContain(CANARY);
  expect(await redis.lrange(keys.ofQueue("reissue", job.id ?? "", "logs"), 0, -1)).toEqual([
    "first",
    "[removed: a private key]",
  ]);
});
