// What the last release kept, byte by byte as it lay in Redis and in its journal on 30 November 2026: a fleet of this one
// goes on with it. Taken from a gateway and workers under way, stopped between an answer that was lost and the next look.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Redis } from "ioredis";
import { expect, onTestFinished, test, vi } from "vitest";
import { countAlive } from "../src/producers/cli/health/health.ts";
import { startGateway } from "../src/producers/main.ts";
import { auditTrail } from "../src/shared/authority/audit/trail.ts";
import { fitsPassword } from "../src/shared/authority/people/password-hash.ts";
import { peopleStore } from "../src/shared/authority/people/store.ts";
import { refuseNewer } from "../src/shared/process/data-format.ts";
import { type JobName, jobs, queueNames } from "../src/shared/queue/jobs.ts";
import { keysUnder } from "../src/shared/redis/keys.ts";
import { compareAudit } from "../src/workers/journal/audit-copy.ts";
import { openJournal } from "../src/workers/journal/open.ts";
import { findAttempt } from "../src/workers/ledger/attempt.ts";
import { viewLedger } from "../src/workers/ledger/view.ts";
import { orderNeeds } from "./support/needs.ts";
import { type World, world } from "./support/world.ts";

type Value =
  | { type: "hash"; value: Record<string, string> }
  | { type: "zset" | "set" | "list"; value: string[] }
  | { type: "string"; value: string }
  | { type: "stream"; value: [string, string[]][] };

interface Taken {
  takenAt: string;
  prefix: string;
  /** Of the API key `shop`. */
  secret: string;
  records: Record<string, Value>;
  journal: Record<string, string>;
}

const taken: Taken = JSON.parse(readFileSync(join(import.meta.dirname, "fixtures/november-30/stored.json"), "utf8"));
const keys = keysUnder(taken.prefix);
const clock = { now: () => new Date(taken.takenAt) };

test("The API key, the orders, the people, the audit trail, the ledger with its journal, the jobs of each queue, the mails that wait and the signs of life of the last release are those of this one.", async () => {
  const w = await world();
  const env = {
    ...w.env,
    CERTFLEET_PREFIX: taken.prefix,
    CERTFLEET_JOURNAL: join(dirname(`${w.env.ENOM_LOG}`), "old"),
  };
  await restore(w.redis, env.CERTFLEET_JOURNAL);
  const journal = await openJournal(env.CERTFLEET_JOURNAL, taken.prefix);
  onTestFinished(() => journal.close());
  const here = { ...w, keys, journal } as World;
  const needs = orderNeeds(here, { clock });

  await refuseNewer(here);
  const alive = await countAlive("open", here, clock);
  const trail = await auditTrail({ ...here, clock }).verify();
  const ada = await peopleStore(w.redis, keys).find("ada");
  const { inFlight } = await viewLedger(needs, "main", []);
  const gateway = await startGateway({ ...env, HOST: "127.0.0.1", PORT: "0" });
  onTestFinished(gateway.stop);
  const listed = await fetch(`${gateway.url}/v1/certificates?limit=100`, {
    headers: { authorization: `Bearer ${taken.secret}` },
  });
  const { items } = (await listed.json()) as { items: { reference: string; status: string }[] };
  await w.work(["notify"], env);

  expect(alive).toBe(1);
  expect(trail).toMatchObject({ ok: true });
  expect(await compareAudit({ redis: w.redis, keys, journal }, trail)).not.toHaveProperty("unread");
  expect([ada?.role, await fitsPassword("a long enough password", ada?.password)]).toEqual(["admin", true]);
  expect(inFlight).toMatchObject([{ number: 1 }]);
  expect(await findAttempt(needs, "in-doubt", 1)).toMatchObject({ account: "main", state: "UNKNOWN" });
  expect(Object.fromEntries(items.map(({ reference, status }) => [reference, status]))).toEqual({
    ...{ issued: "issued", cancelled: "issued", reissuing: "reissuing", accepted: "ordered", "in-doubt": "ordered" },
  });
  expect(storedJobs().filter(({ name, data }) => !jobs[name].data.safeParse(data).success)).toEqual([]);
  expect(new Set(storedJobs().map(({ name }) => name))).toEqual(
    new Set(queueNames.filter((name) => name !== "webhook")),
  ); // that release had none
  await vi.waitFor(() => expect(w.mail.mails()).toHaveLength(1), { timeout: 10_000, interval: 20 });
});

/** Every key and every file as it was; all of it ends with the test. */
async function restore(redis: Redis, journal: string): Promise<void> {
  const names = Object.keys(taken.records).map((name) => `${taken.prefix}:${name}`);
  await redis.del(names);
  onTestFinished(async () => {
    await redis.del(await redis.keys(`${taken.prefix}:*`));
  });
  for (const [name, stored] of Object.entries(taken.records)) await put(redis, `${taken.prefix}:${name}`, stored);
  for (const [name, text] of Object.entries(taken.journal)) {
    mkdirSync(dirname(join(journal, name)), { recursive: true });
    writeFileSync(join(journal, name), text);
  }
}

async function put(redis: Redis, key: string, { type, value }: Value): Promise<void> {
  switch (type) {
    case "hash":
      return void (await redis.hset(key, value));
    case "set":
      return void (await redis.sadd(key, value));
    case "list":
      return void (await redis.rpush(key, ...value));
    case "string":
      return void (await redis.set(key, value));
    case "zset":
      for (let i = 0; i < value.length; i += 2) await redis.zadd(key, value[i + 1] ?? "", value[i] ?? "");
      return;
    case "stream":
      for (const [id, fields] of value) await redis.xadd(key, id, ...fields);
  }
}

function storedJobs(): { name: JobName; data: unknown }[] {
  return Object.entries(taken.records).flatMap(([name, { type, value }]) => {
    const queue = queueNames.find((each) => new RegExp(`^${each}:(\\d+|repeat:due:\\d+)$`).test(name));
    return queue && type === "hash" ? [{ name: queue, data: JSON.parse(value.data ?? "null") as unknown }] : [];
  });
}
