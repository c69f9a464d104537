// A backup that is made while others write, and put back: every kind of key, at one moment; files that are not whole or not
// for us; places that are not empty. Real Redis servers and files, and Debian's own age.
import { execFileSync, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { generateX25519Identity, identityToRecipient } from "age-encryption";
import type { Redis } from "ioredis";
import { expect, inject, onTestFinished, test } from "vitest";
import type { BackupMade, Restored } from "../../../src/shared/backup/reports.ts";
import { connectRedis } from "../../../src/shared/redis/client.ts";
import { type Keys, keysUnder } from "../../../src/shared/redis/keys.ts";
import { makeBackup } from "../../../src/workers/backup/make-backup.ts";
import { restoreBackup } from "../../../src/workers/backup/restore-backup.ts";
import type { openJournal } from "../../../src/workers/journal/open.ts";
import { newFolder, newPrefix, opened, ownRedis } from "../journal/support.ts";

const hasAge = spawnSync("age", ["--version"]).status === 0;
if (process.env.CI && !hasAge) throw new Error("age is missing: .ci/run installs it");

test("every kind of key comes back as it was at one moment, although others write all the time", async () => {
  const place = await newPlace();
  const { redis, keys } = place;
  await fillWithAllKinds(redis, keys.prefix);
  const strangers = `{stranger-${keys.prefix.slice(1)}:x`;
  await redis.set(strangers, "not ours", "EX", 60);
  const writer = startWriter(place);
  await writer.until(200);

  const backup = await place.backup();
  await writer.stop();
  const there = await place.restore();

  const before = await contentsOf(redis, `${keys.prefix}:kind:*`);
  const after = await contentsOf(there.redis, `${keys.prefix}:kind:*`);
  expect(before.size).toBe(10);
  expect(after).toEqual(before);
  expect(await there.redis.exists(strangers)).toBe(0);
  expect(await there.redis.exists(`${keys.prefix}:moving:over`)).toBe(0);
  // Both counters are raised in one transaction; what came last is a list of the keys that were made with them.
  const [one, other] = await there.redis.mget(`${keys.prefix}:moving:one`, `${keys.prefix}:moving:other`);
  const made = (await there.redis.keys(`${keys.prefix.replace(/[{}]/g, "?")}:moving:made:*`)).length;
  expect(Number(one)).toBeGreaterThanOrEqual(200);
  expect([other, made]).toEqual([one, Number(one)]);
  expect(backup.keys).toBe(there.restored.keys + there.restored.expired);
  expect(JSON.parse((await redis.get(keys.lastBackup)) ?? "")).toMatchObject({ at: backup.at, bytes: backup.bytes });
  expect(statSync(place.file).mode & 0o777).toBe(0o600);
  expect(statSync(place.file).size).toBe(backup.bytes);
});

test.runIf(hasAge)("Debian's age opens what we wrote, and we open what it wrote", async () => {
  const place = await newPlace();
  await place.redis.set(place.keys.clock, "x");
  await place.backup();
  const key = join(place.folder, "key.txt");
  writeFileSync(key, `# made by a test\n${place.identity}\n`);

  const tar = execFileSync("sh", ["-c", `age -d -i ${key} ${place.file} | tar tzf -`]).toString();
  expect(tar.trim().split("\n")).toEqual(["redis/00000001.jsonl", "journal/journal.id", "manifest.json"]);
  const theirs = join(place.folder, "theirs.age");
  execFileSync("sh", ["-c", `age -d -i ${key} ${place.file} | age -r ${place.recipient} > ${theirs}`]);
  expect(readFileSync(theirs).equals(readFileSync(place.file))).toBe(false);
  const there = await place.restore({ file: theirs });
  expect(await there.redis.get(place.keys.clock)).toBe("x");
});

test("a file that is cut, changed, or for somebody else is found before anything is written", async () => {
  const place = await newPlace();
  await place.redis.set(`${place.keys.prefix}:much`, randomBytes(200_000).toString("hex"));
  await place.backup();
  const whole = readFileSync(place.file);
  const plain = join(place.folder, "plain.tar.gz");
  await place.backup({ out: plain, recipients: [] });
  const wrong: [string, Buffer][] = [
    ["cut in the middle", whole.subarray(0, whole.length / 2)],
    ["cut at its end", whole.subarray(0, whole.length - 1)],
    ["one bit", Buffer.from(whole).fill((whole[90_000] ?? 0) ^ 1, 90_000, 90_001)],
    ["cut, not encrypted", readFileSync(plain).subarray(0, 100_000)],
    ["no backup", Buffer.from("hello")],
    ["empty", Buffer.alloc(0)],
  ];
  const target = await ownRedis();
  for (const [name, content] of wrong) {
    const file = join(place.folder, name);
    writeFileSync(file, content);
    await expect(place.restore({ file, target }), name).rejects.toThrow(/no whole backup|damaged/);
  }
  const other = await generateX25519Identity();
  await expect(place.restore({ identities: [other], target })).rejects.toThrow(/encrypted for other keys/);
  await expect(place.restore({ identities: [], target })).rejects.toThrow(/--identity/);
  expect(await target.client.dbsize()).toBe(0);
  expect(existsSync(place.newJournal)).toBe(false);
});

test("nothing is written where something is: the fleet's keys, its journal, a backup of that name", async () => {
  const place = await newPlace();
  await place.redis.set(place.keys.clock, "x");
  await place.backup();
  await expect(place.backup()).rejects.toThrow(/is there already/);
  expect(readdirSync(place.folder).filter((name) => name.endsWith(".part"))).toEqual([]);

  const target = await ownRedis();
  await target.client.hset(place.keys.processes, "w1", "{}");
  await expect(place.restore({ target })).rejects.toThrow(/not empty.*:processes.*Stop every process.*UNLINK/s);
  await target.client.flushall();
  await expect(place.restore({ target, journal: place.journalFolder })).rejects.toThrow(/is not empty.*journal\.id/s);
  expect(await target.client.dbsize()).toBe(0);

  await place.restore({ target });
  await expect(place.restore({ target, journal: await newFolder() })).rejects.toThrow(/earlier restore/);
});

test("a journal goes from a folder into a second Redis and back, line by line", async () => {
  const place = await newPlace();
  await place.redis.set(place.keys.clock, "x");
  const line = (seq: number) => ({
    ...{ account: "main", epoch: 1, seq, at: seq, step: "gate", reference: "a\u2028b" },
    writes: [["HSET", "k", "f", `${seq}`]],
  });
  for (let seq = 1; seq <= 1_203; seq++) void place.journal.append(line(seq));
  await place.journal.append(line(1_204));
  const lines = await place.journal.read("main");
  await place.redis.hset(place.keys.ledger.meta("main"), "x", "y"); // an account that has a ledger
  await place.backup();
  const second = await ownRedis();
  await second.client.config("SET", "appendonly", "yes");
  await second.client.config("SET", "appendfsync", "always");

  await place.restore({ journal: second.redis.url });
  const inRedis = await opened(second.redis.url, place.keys.prefix);
  expect(inRedis.id).toBe(place.journal.id);
  expect((await inRedis.read("main")).slice(0, 1_204)).toEqual(lines);
});

interface Place {
  redis: Redis;
  keys: Keys;
  folder: string;
  file: string;
  journalFolder: string;
  newJournal: string;
  journal: Awaited<ReturnType<typeof openJournal>>;
  identity: string;
  recipient: string;
  backup: (changes?: { out?: string; recipients?: string[] }) => Promise<BackupMade>;
  restore: (changes?: {
    file?: string;
    target?: Awaited<ReturnType<typeof ownRedis>>;
    journal?: string;
    identities?: string[];
  }) => Promise<{ redis: Redis; restored: Restored }>;
}

/** A fleet's Redis and journal, and where they are backed up to and restored. */
async function newPlace(): Promise<Place> {
  const redis = connectRedis(inject("redisUrl"), "never-give-up", () => undefined) as Redis;
  onTestFinished(() => void redis.disconnect());
  const folder = await newFolder();
  const keys = keysUnder(newPrefix());
  const journalFolder = join(folder, "journal");
  const newJournal = join(folder, "journal-2");
  const identity = await generateX25519Identity();
  const recipient = await identityToRecipient(identity);
  const file = join(folder, "backup.age");
  const tell = (): void => undefined;
  return {
    ...{ redis, keys, folder, file, journalFolder, newJournal, identity, recipient },
    journal: await opened(journalFolder, keys.prefix),
    backup: ({ out = file, recipients = [recipient] } = {}) =>
      makeBackup(
        { redis, keys, env: { CERTFLEET_JOURNAL: journalFolder } },
        { out, recipients, version: "1.2.3", tell },
      ),
    async restore({ file: from = file, target, journal = newJournal, identities = [identity] } = {}) {
      const there = target ?? (await ownRedis());
      const asked = { file: from, into: there.redis.url, journal, identities, isJournalThere: false, tell };
      const by = { env: {}, actor: { kind: "system", id: "test" } as const, who: "test" };
      return { redis: there.client as Redis, restored: await restoreBackup(by, asked) };
    },
  };
}

async function fillWithAllKinds(redis: Redis, prefix: string): Promise<void> {
  const kind = (name: string): string => `${prefix}:kind:${name}`;
  await redis.set(kind("string"), Buffer.from([0, 255, 10, 13, 128]));
  await redis.set(kind("expires"), "soon", "PX", 3_600_000);
  await redis.set(
    Buffer.concat([Buffer.from(`${prefix}:kind:`), Buffer.from([255, 254, 10])]),
    "a key that is no UTF-8",
  );
  await redis.hset(kind("hash"), { a: "1", "{b}\u2028": "ü", long: "x".repeat(500) });
  await redis.rpush(kind("list"), ...Array.from({ length: 300 }, (_, i) => `job-${i}`));
  await redis.sadd(kind("set"), "x", "y", "1");
  await redis.sadd(kind("numbers"), "1", "2", "3");
  await redis.zadd(kind("zset"), "1.5", "a", "-3e100", "b", "9007199254740991", "c");
  await redis.xadd(kind("stream"), "1-1", "line", "one");
  await redis.xadd(kind("stream"), "2-0", "line", "two");
  await redis.xgroup("CREATE", kind("stream"), "readers", "0");
  await redis.xreadgroup("GROUP", "readers", "ada", "COUNT", 1, "STREAMS", kind("stream"), ">");
  await redis.setbit(kind("bits"), 1_000_001, 1);
}

/** Raises two counters and makes a key, in one transaction each, as fast as it can. */
function startWriter({ keys: { prefix } }: Place) {
  const redis = connectRedis(inject("redisUrl"), "never-give-up", () => undefined) as Redis;
  let count = 0;
  let isOver = false;
  const running = (async () => {
    while (!isOver) {
      await redis
        .multi()
        .incr(`${prefix}:moving:one`)
        .set(`${prefix}:moving:made:${++count}`, "x".repeat(500))
        .set(`${prefix}:moving:over`, "x", "PX", 1)
        .incr(`${prefix}:moving:other`)
        .exec();
    }
  })();
  return {
    async until(least: number): Promise<void> {
      while (count < least) await redis.ping();
    },
    async stop(): Promise<void> {
      isOver = true;
      await running;
      redis.disconnect();
    },
  };
}

/** Of each key: its kind, whether it expires, and what is in it. */
async function contentsOf(redis: Redis, pattern: string): Promise<Map<string, unknown>> {
  const found = (await redis.keysBuffer(pattern)).sort(Buffer.compare);
  const entries = found.map(async (key) => {
    const [kind, left] = await Promise.all([redis.type(key), redis.pttl(key)]);
    return [key.toString("latin1"), [kind, left > 3_000_000, await contentOf(redis, key, kind)]] as const;
  });
  return new Map(await Promise.all(entries));
}

async function contentOf(redis: Redis, key: Buffer, kind: string): Promise<unknown> {
  switch (kind) {
    case "string":
      return (await redis.getBuffer(key))?.toString("base64");
    case "hash":
      return Object.entries(await redis.hgetall(key)).sort();
    case "list":
      return redis.lrange(key, 0, -1);
    case "set":
      return (await redis.smembers(key)).sort();
    case "zset":
      return redis.zrange(key, "0", "-1", "WITHSCORES");
    default:
      return [await redis.xrange(key, "-", "+"), await redis.callBuffer("XINFO", "STREAM", key, "FULL")];
  }
}
