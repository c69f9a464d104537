// Where a Redis is, as settings say it: every known form is read, everything else is refused, and no password is ever shown.
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readSettings } from "../../../src/shared/base/read-settings.ts";
import { commonSettings, orderSettings } from "../../../src/shared/config/settings.ts";
import { readRedisAddress, shownRedis } from "../../../src/shared/redis/address.ts";
import { connectRedis } from "../../../src/shared/redis/client.ts";
import { runProgram } from "../../support/process.ts";

const PW = "RedisPW-Canary";

test.for([
  ["redis://127.0.0.1:6379", "redis://127.0.0.1:6379", "tcp", false],
  ["redis://cache", "redis://cache", "tcp", false],
  ["redis://:a@10.0.0.1:6379/2", "redis://10.0.0.1:6379/2", "tcp", true],
  ["redis://user@10.0.0.1:6379", "redis://10.0.0.1:6379", "tcp", false],
  ["rediss://u:p%40s%2Fs%25@[::1]:7000", "rediss://[::1]:7000", "tls", true],
  ["redis://u:p@ss@host:6379", "redis://host:6379", "tcp", true],
  ["redis://host:6379?password=p&db=3", "redis://host:6379", "tcp", true],
  ["valkey://u:p@host:6379", "redis://host:6379", "tcp", true],
  ["valkeys://u:p@host", "rediss://host", "tls", true],
  ["VALKEY://host", "redis://host", "tcp", false],
  ["/run/redis.sock", "/run/redis.sock", "socket", false],
  ["unix:/run/redis.sock", "/run/redis.sock", "socket", false],
  ["unix:///run/redis.sock?db=1&password=p", "/run/redis.sock", "socket", true],
  ["redis+sentinel://u:p@a:26379,b/mymaster", "redis+sentinel://a:26379,b/mymaster", "tcp", true],
  ["valkeys+cluster://:p@a:1,[::1]:2", "rediss+cluster://a:1,[::1]:2", "tls", true],
] as const)("%s is shown as %s", ([text, shown, way, hasPassword]) => {
  expect(readRedisAddress(text)).toMatchObject({ shown, way, hasPassword });
  expect(readRedisAddress(readRedisAddress(text)?.url ?? "")).toMatchObject({ shown, way, hasPassword });
});

/** Each holds the canary, and none can be read in one way only. */
const WRONG = [
  ...[`tcp://app:${PW}@host:6379`, `http://app:${PW}@host:6379`, `rediss//app:${PW}@host`, `redis:/app:${PW}@host`],
  ...[`redis:app:${PW}@host`, `redis//app:${PW}@host`, `//app:${PW}@host`, `app:${PW}@host:6379`, `host:6379#${PW}`],
  ...[`redis://app:1/${PW}@host:6379`, `redis://app:1?${PW}@host:6379`, `redis://app:1#${PW}@host:6379`],
  ...[`redis://app:%zz${PW}@host`, `redis://app:${PW}@`, `redis://app:${PW}@host/db`, `redis://app:${PW}@a b`],
  ...[
    `redis://app:${PW}@host\n:6379`,
    `redis://host?x=${PW}`,
    `redis://app:12?b=${PW}@host`,
    `redis ://app:${PW}@host`,
  ],
  ...[`redis+sentinel://app:${PW}@x@a:26379/m`, `redis+cluster://app:${PW}/x@a:1`, `redis+proxy://app:${PW}@a`],
  ...[`redis+sentinel://app:%E0%A4%A${PW}@a/m`, `unix:app:${PW}@host`, `unix://host/${PW}.sock`, `redis-${PW}:6379`],
  ...[`rediss+tls://app:${PW}@a`, `ftp:${PW}@h`, `REDIS_URL=redis://app:${PW}@host`, `"redis://app:${PW}@host"`],
];

test.for(WRONG)("%j is refused for REDIS_URL and for CERTFLEET_JOURNAL, and is never quoted", (text) => {
  const complaint = (read: () => unknown): string => {
    try {
      read();
    } catch (error) {
      return (error as Error).message;
    }
    return "taken";
  };
  const said = [
    complaint(() => readSettings(commonSettings, { REDIS_URL: text })),
    complaint(() => connectRedis(text, "fail-fast", () => undefined)),
    complaint(() => readSettings({ CERTFLEET_JOURNAL: orderSettings.CERTFLEET_JOURNAL }, { CERTFLEET_JOURNAL: text })),
  ];

  for (const each of said) expect(each).toContain("redis://user:password@host:6379");
  expect(said.join()).not.toContain("Canary");
  expect(shownRedis(text)).toBe("an address that cannot be read");
});

test.for(["/var/lib/journal", ".data/journal", "../journal", "./a:b", "/mnt/a@b", "journal", "redis-journal/x"])(
  "%s is a folder for the journal",
  (text) => {
    const { CERTFLEET_JOURNAL } = orderSettings;
    expect(readSettings({ CERTFLEET_JOURNAL }, { CERTFLEET_JOURNAL: text })).toEqual({ CERTFLEET_JOURNAL: text });
  },
);

test("What is missing is told as missing.", () => {
  expect(() => readSettings(commonSettings, {})).toThrow("REDIS_URL is missing; it must be an address of Redis");
});

const VERBS = [["gateway"], ["worker", "open"], ["worker", "notify"], ["up"], ["certificate", "list"], ["doctor"]];

test("No process and no verb writes the password of a wrong address, or of one where nobody answers.", {
  timeout: 120_000,
}, async () => {
  const outputs: string[] = [];
  for (const url of [`tcp://app:${PW}@127.0.0.1:1`, `redis://app:x%2F${PW}@127.0.0.1:1`]) {
    const env = { ...process.env, ENOM_USERNAME: undefined, REDIS_URL: url, CERTFLEET_CONFIG: undefined, PORT: "0" };
    // What waits for a Redis that may come is let go after it has said so.
    const names = url.startsWith("tcp") ? VERBS : [["certificate", "list"], ["doctor"], ["ledger", "show"]];
    const runs = names.map((args) => runProgram(args, { ...env, CERTFLEET_JOURNAL: join("/tmp", randomUUID()) }));
    const codes = await Promise.all(runs.map(({ child }) => once(child, "close").then(([code]) => code)));
    expect(codes.map((code) => code !== 0)).toEqual(names.map(() => true));
    outputs.push(...runs.map(({ output }) => output()));
  }

  for (const output of outputs) expect(output).not.toContain("Canary");
  for (const output of outputs.slice(0, VERBS.length)) expect(output).toContain("REDIS_URL");
  expect(outputs.at(-2)).toContain("127.0.0.1:1");
});
