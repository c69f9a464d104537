// The guard of the table of rights: a whole fleet, each part as its own user of a real Redis, does what a fleet does, and Redis
// refuses none of it. What each part has no business with is refused.
import { randomBytes } from "node:crypto";
import { Redis } from "ioredis";
import { expect, inject, onTestFinished, test, vi } from "vitest";
import { startGateway } from "../../../../src/producers/main.ts";
import type { JobName } from "../../../../src/shared/queue/jobs.ts";
import { type AclPart, aclParts } from "../../../../src/shared/redis/acl/rights.ts";
import { aclUsers, userOf } from "../../../../src/shared/redis/acl/users.ts";
import { startWorkers } from "../../../../src/workers/main.ts";
import { orderBody } from "../../../support/order.ts";
import { runProgram } from "../../../support/process.ts";
import { issued, type World, world } from "../../../support/world.ts";
import { receiver } from "../../../workers/webhook/receiver.ts";

/** The one with the fewest rights first: what whoever starts first does, each may. */
const WORKERS = ["notify", "webhook", "open", "reissue", "balance-poll"] as const satisfies readonly JobName[];

/** The world with a user for each part, and what Redis refused them. */
async function walledWorld() {
  const w = await world();
  const { prefix } = w.keys;
  const passwords = new Map(aclParts.map((part) => [part, randomBytes(9).toString("hex")]));
  for (const { name, rules } of aclUsers(prefix, (part) => passwords.get(part)))
    await w.redis.call("ACL", "SETUSER", name, "reset", ...rules);
  onTestFinished(async () => {
    const redis = new Redis(inject("redisUrl"));
    await redis.call("ACL", "DELUSER", ...aclParts.map((part) => userOf(part, prefix)));
    await redis.quit();
  });
  const urlOf = (part: AclPart): string => {
    const path = inject("redisUrl").replace(/^unix:(\/\/)?/, "");
    return `${path}?username=${encodeURIComponent(userOf(part, prefix))}&password=${passwords.get(part)}`;
  };
  const envOf = (part: AclPart): NodeJS.ProcessEnv => ({ ...w.env, REDIS_URL: urlOf(part) });
  /** `user: what it was refused`, each once. */
  const refused = async (): Promise<string[]> => {
    const log = (await w.redis.call("ACL", "LOG", "200")) as string[][];
    const entries = log.map((flat) => Object.fromEntries(pairs(flat)));
    const ours = entries.filter(({ username = "" }) => username.startsWith(prefix.replace(/[{}]/g, "")));
    return [...new Set(ours.map((each) => `${each.username}: ${each.reason} ${each.object} (${each.context})`))];
  };
  return { ...w, urlOf, envOf, refused };
}

function* pairs(flat: string[]): Generator<[string, string]> {
  for (let i = 0; i < flat.length; i += 2) yield [flat[i] ?? "", `${flat[i + 1]}`];
}

test("The whole fleet, each part as its own user, takes an order to its certificate and its mails, and is refused nothing.", {
  timeout: 120_000,
}, async () => {
  const w = await walledWorld();
  for (const part of WORKERS) {
    const workers = await startWorkers([part], w.envOf(part));
    onTestFinished(() => workers.stop());
  }
  const gateway = await startGateway({ ...w.envOf("gateway"), HOST: "127.0.0.1", PORT: "0" });
  onTestFinished(() => gateway.stop());
  const ask = async (method: string, path: string, body?: object) => {
    const answer = await fetch(`${gateway.url}${path}`, {
      method,
      ...(body && { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
    });
    return { status: answer.status, text: await answer.text() };
  };
  const call = async (...words: Parameters<typeof ask>): Promise<number> => (await ask(...words)).status;

  const secrets: string[] = [];
  const hook = await receiver(() => secrets);
  const made = await ask("POST", "/v1/webhooks", { url: hook.url, events: ["*"], allowPrivate: true });
  secrets.push(JSON.parse(made.text).secret);

  const order = await orderBody({});
  expect(await call("POST", "/v1/certificates", order)).toBe(202);
  await w.until(order.reference, issued, 40_000);
  await vi.waitFor(() => expect(w.mail.mails().length).toBeGreaterThan(1), { timeout: 20_000 });
  expect(await call("POST", `/v1/certificates/${order.reference}/reissues`, {})).toBe(202);
  w.mail.answer({ at: "RCPT", code: 550, text: "5.1.1 no such user here" });
  await w.until(order.reference, ({ record }) => record.timeline.some(({ event }) => event === "mail.refused"), 40_000);
  const [account = ""] = await w.redis.zrange(w.keys.accounts, "0", "-1");
  expect(await call("POST", `/v1/accounts/${account}/balance-poll`)).toBe(202);
  for (const path of [
    ...["/", "/queues", "/queues/api/queues?activeQueue=open&page=1&jobsPerPage=10", "/metrics", "/readyz"],
    ...["/v1/certificates?status=issued", "/v1/accounts", `/v1/accounts/${account}`, "/v1/bounces", "/v1/forecast"],
  ])
    expect([path, await call("GET", path)]).toEqual([path, 200]);
  await vi.waitFor(() => expect(hook.taken.map(({ type }) => type)).toContain("certificate.issued"), {
    timeout: 20_000,
  });
  const types = hook.taken.map(({ type }) => type);
  expect(types.indexOf("certificate.ordered")).toBeLessThan(types.indexOf("certificate.issued"));
  const verbs = [
    ["certificate", "list"],
    ["webhook", "list"],
    ["certificate", "explain", order.reference],
    ["account", "list"],
    ["ledger", "show"],
    ["customer", "export", order.customer?.email ?? ""],
    ["doctor"],
  ];
  const runs = verbs.map((args) => runProgram([...args, "--json"], { ...w.envOf("command-line"), LOG_LEVEL: "debug" }));
  await Promise.all(runs.map(({ child }) => new Promise((done) => child.once("close", done))));
  for (const { output } of runs) expect(output()).not.toContain("NOPERM");

  expect(await w.refused()).toEqual([]);
});

/** What a part that was broken into would try, and each part that may do it all the same. */
const TRIES: readonly (readonly [string, (w: World) => (string | number)[], readonly AclPart[]])[] = [
  ["empty Redis", () => ["FLUSHALL"], []],
  ["empty a database", () => ["FLUSHDB"], []],
  ["change settings", () => ["CONFIG", "SET", "maxmemory-policy", "allkeys-lru"], []],
  ["read settings", () => ["CONFIG", "GET", "appendonly"], ["open", "reissue", "command-line"]],
  ["list every key", () => ["KEYS", "*"], []],
  ["walk over every key", () => ["SCAN", "0"], ["command-line"]],
  ["debug", () => ["DEBUG", "OBJECT", "x"], []],
  ["stop it", () => ["SHUTDOWN", "NOSAVE"], []],
  ["read users", () => ["ACL", "LIST"], []],
  ["make a user", () => ["ACL", "SETUSER", "x", "on", "nopass", "~*", "+@all"], []],
  ["follow another server", () => ["REPLICAOF", "127.0.0.1", "1"], []],
  ["load a module", () => ["MODULE", "LOAD", "/tmp/x.so"], []],
  ["move keys away", () => ["MIGRATE", "127.0.0.1", "1", "x", "0", "10"], []],
  ["throw others out", () => ["CLIENT", "KILL", "TYPE", "normal"], []],
  ["watch all commands", () => ["MONITOR"], []],
  ["save", () => ["BGSAVE"], []],
  ["keep a function", () => ["FUNCTION", "FLUSH"], []],
  ["throw scripts away", () => ["SCRIPT", "FLUSH"], []],
  ["write outside of the fleet", () => ["SET", "other", "1"], []],
  ["read outside of the fleet", () => ["GET", "other"], []],
  ["write outside by a script", () => ["EVAL", "return redis.call('SET', KEYS[1], '1')", 1, "other"], []],
  [
    "write outside by a script that hides the key",
    () => ["EVAL", "return redis.call('SET', 'oth' .. 'er', '1')", 0],
    [],
  ],
  ["listen to other channels", () => ["SUBSCRIBE", "other"], []],
  ["copy an order away", ({ keys }) => ["RENAME", keys.certificate("r"), "other"], []],
  [
    "read an order",
    ({ keys }) => ["HGETALL", keys.certificate("r")],
    ["gateway", "open", "reissue", "balance-poll", "command-line"],
  ],
  [
    "write an order",
    ({ keys }) => ["HSET", keys.certificate("r"), "x", "1"],
    ["gateway", "open", "reissue", "command-line"],
  ],
  ["write an index", ({ keys }) => ["ZADD", keys.due, 1, "r"], ["gateway", "open", "reissue", "command-line"]],
  [
    "read the ledger",
    ({ keys }) => ["HGETALL", keys.ledger.meta("a")],
    ["gateway", "open", "reissue", "balance-poll", "command-line"],
  ],
  [
    "write the ledger",
    ({ keys }) => ["HSET", keys.ledger.meta("a"), "stopped", "x"],
    ["open", "reissue", "command-line"],
  ],
  [
    "write an attempt",
    ({ keys }) => ["HSET", keys.ledger.attempt("r", 1), "state", "x"],
    ["open", "reissue", "command-line"],
  ],
  [
    "write the ledger by a script",
    ({ keys }) => ["EVAL", "return redis.call('DEL', KEYS[1])", 1, keys.ledger.owner("a")],
    ["open", "reissue", "command-line"],
  ],
  [
    "write the audit trail",
    ({ keys }) => ["XADD", keys.audit.trail, "*", "line", "x"],
    ["gateway", "open", "reissue", "notify", "command-line"],
  ],
  ["say how far the trail was copied", ({ keys }) => ["SET", keys.audit.copied, "9"], ["open", "command-line"]],
  [
    "read who did what",
    ({ keys }) => ["XRANGE", keys.audit.trail, "-", "+"],
    ["gateway", "open", "reissue", "notify", "command-line"],
  ],
  [
    "write an account",
    ({ keys }) => ["HSET", keys.account("a"), "x", "1"],
    ["open", "reissue", "balance-poll", "command-line"],
  ],
  ["read a written mail", ({ keys }) => ["HGETALL", keys.mail("h")], ["notify", "command-line"]],
  [
    "ask for a mail",
    ({ keys }) => ["LPUSH", `${keys.prefix}:notify:x`, "1"],
    ["gateway", "open", "reissue", "notify", "balance-poll", "command-line"],
  ],
  [
    "ask for a purchase",
    ({ keys }) => ["LPUSH", `${keys.prefix}:open:x`, "1"],
    ["gateway", "open", "reissue", "balance-poll", "command-line"],
  ],
  [
    "play a living worker of version 0.1.0",
    ({ keys }) => ["ZADD", keys.heartbeat("open"), 1, "x"],
    ["open", "command-line"],
  ],
  ["read a webhook's secret", ({ keys }) => ["LRANGE", keys.hookSecret("x"), 0, -1], ["webhook", "command-line"]],
  ["make a webhook's secret", ({ keys }) => ["LPUSH", keys.hookSecret("x"), "1"], ["gateway", "command-line"]],
  ["take what cannot be mailed", ({ keys }) => ["LRANGE", keys.failedMails, 0, -1], ["open", "command-line"]],
  ["clear a refused address", ({ keys }) => ["HDEL", keys.bounces, "x"], ["gateway", "notify", "command-line"]],
  ["turn the clock", ({ keys }) => ["SET", keys.clock, "1"], ["command-line"]],
];

test("Each part may do what its work needs, and is refused everything else.", { timeout: 60_000 }, async () => {
  const w = await walledWorld();
  for (const part of aclParts) {
    const redis = new Redis(w.urlOf(part), { maxRetriesPerRequest: 1 });
    onTestFinished(() => redis.disconnect());
    for (const [what, command, may] of TRIES) {
      const [name = "", ...args] = command(w);
      const answer = await redis.call(`${name}`, ...args).then(
        () => "done",
        (error: Error) => error.message,
      );
      const isRefused = /NOPERM|not allowed|No permissions|ACL failure|can't (run this command|access)/i.test(answer);
      expect([part, what, isRefused], answer).toEqual([part, what, !may.includes(part)]);
    }
  }
});

test("A prefix with signs of patterns is taken literally, and the users of two fleets have nothing to do with each other.", async () => {
  const w = await world();
  const rules = aclUsers("{a*[x]?}", () => "p").find(({ part }) => part === "notify")?.rules ?? [];
  await w.redis.call("ACL", "SETUSER", "t-literal", "reset", ...rules);
  onTestFinished(async () => {
    const redis = new Redis(inject("redisUrl"));
    await redis.call("ACL", "DELUSER", "t-literal");
    await redis.quit();
  });
  const dry = (key: string): Promise<unknown> => w.redis.call("ACL", "DRYRUN", "t-literal", "SET", key, "1");

  expect(await dry("{a*[x]?}:mail:1")).toBe("OK");
  for (const other of ["{ab[x]?}:mail:1", "{a*x?}:mail:1", "{a*[x]b}:mail:1"])
    expect(await dry(other)).toContain("permissions");
  expect(userOf("notify", "{a}")).not.toBe(userOf("notify", "{b}"));
  expect(() => aclUsers("{a b}", () => undefined)).toThrow("blanks or quotes");
});
