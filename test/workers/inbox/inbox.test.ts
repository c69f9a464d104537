// Promise: an order that a program in any language puts into the inbox with lua/enqueue.lua is accepted or refused as one over
// HTTP is, its program can read which, none is lost, and none stands behind another customer's flood.
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { keysUnder } from "../../../src/shared/redis/keys.ts";
import { inboxAnswer, takeOrders } from "../../../src/workers/inbox/inbox.ts";
import { takeIn } from "../../../src/workers/inbox/take-in.ts";
import { orderBody } from "../../support/order.ts";
import { issued, type World, world } from "../../support/world.ts";

const lua = readFileSync(join(import.meta.dirname, "../../../lua/enqueue.lua"), "utf8");

interface Put {
  prefix?: string;
  version?: number | string;
  reference?: string;
  text?: string;
}

/** As the pages for other languages show it, and nothing of this project. */
async function put({ redis, keys }: World, order: object, { prefix = keys.prefix, version = 1, ...more }: Put = {}) {
  const reference = more.reference ?? (order as { reference: string }).reference;
  const names = ["inbox:versions", "inbox", "inbox:orders", "inbox:turns", `inbox:answers:${reference}`];
  const operands = [
    ...names.map((name) => `${prefix}:${name}`),
    version,
    reference,
    more.text ?? JSON.stringify(order),
  ];
  return (await redis.call("EVAL", lua, 5, ...operands)) as [word: string, ticket: string];
}

const answerOf = async ({ redis, keys }: World, reference: string, ticket: string) =>
  inboxAnswer.parse(JSON.parse((await redis.hget(keys.inbox.answers(reference), ticket)) ?? "null"));

const settled = (w: World, reference: string, ticket: string) =>
  vi.waitFor(
    async () => {
      const answer = await answerOf(w, reference, ticket);
      if (answer.status === "waiting") throw new Error("it waits");
      return answer;
    },
    { timeout: 30_000, interval: 20 },
  );

/** The fleet has run, and stopped again: whatever is put in now waits. */
async function known(w: World): Promise<void> {
  await takeOrders(w, { most: 1, leaseMs: 1 });
}

test("An order put into the inbox ends issued; a wrong one, and one under a reference that is taken, are refused where the asker reads it.", {
  timeout: 90_000,
}, async () => {
  const w = await world();
  await known(w);
  const order = await orderBody({});
  const wrong = { ...order, reference: "wrong-1", contacts: {} };

  const [word, ticket] = await put(w, order);
  const [again] = await put(w, order);
  const [, wrongTicket] = await put(w, wrong);
  expect([word, again]).toEqual(["queued", "waiting"]);
  expect(await answerOf(w, order.reference, ticket)).toEqual({ status: "waiting" });
  await w.work(["open", "notify"]);

  expect(await settled(w, order.reference, ticket)).toMatchObject({ status: "accepted" });
  await w.until(order.reference, issued, 40_000);
  expect(await put(w, order)).toEqual(["accepted", ticket]);
  const refused = await settled(w, "wrong-1", wrongTicket);
  expect(refused).toMatchObject({ status: "refused", code: "invalid" });
  expect(refused).toMatchObject({ errors: [{ field: "contacts/admin", message: expect.stringContaining("missing") }] });
  const [, other] = await put(w, { ...order, brand: "other" });
  expect(await settled(w, order.reference, other)).toMatchObject({ status: "refused", code: "reference-taken" });
  // An order is written otherwise and is the same: nothing is bought twice.
  const [, rewritten] = await put(w, order, { text: JSON.stringify(order, null, 2) });
  expect(await settled(w, order.reference, rewritten)).toMatchObject({ status: "accepted" });
  expect(w.enom.books.purchases()).toHaveLength(1);
  expect(await w.redis.ttl(w.keys.inbox.answers(order.reference))).toBeGreaterThan(29 * 86_400);
  expect(await w.redis.exists(w.keys.inbox.waiting, w.keys.inbox.taken, w.keys.inbox.orders)).toBe(0);
});

test("What cannot be an order of this fleet is an error for the caller, and leaves nothing behind.", async () => {
  const w = await world();
  const order = await orderBody({});
  const elsewhere = keysUnder(`{elsewhere-${randomUUID()}}`);

  await expect(put(w, order)).rejects.toThrow(/^NOFLEET no fleet reads/);
  await known(w);
  await expect(put(w, order, { prefix: elsewhere.prefix })).rejects.toThrow(/^NOFLEET /);
  await expect(put(w, order, { version: 2 })).rejects.toThrow(/^VERSION this fleet reads version 1 to 1/);
  await expect(put(w, order, { version: "one" })).rejects.toThrow(/^VERSION /);
  await expect(put(w, order, { reference: "another" })).rejects.toThrow(/^BADORDER the order has another reference/);
  await expect(put(w, order, { text: "[1" })).rejects.toThrow(/^BADORDER the order is no JSON/);
  await expect(put(w, order, { text: '"text"' })).rejects.toThrow(/^BADORDER the order is no JSON object/);
  await expect(put(w, { ...order, brand: "x".repeat(65_536) })).rejects.toThrow(/^BADORDER the order has more/);
  const key = "-----BEGIN RSA PRIVATE KEY-----";
  await expect(put(w, { ...order, key })).rejects.toThrow(/^BADORDER the order holds a private key/);
  const keys = [w.keys.inbox.versions, elsewhere.inbox.waiting, "a", "b", "c"];
  await expect(w.redis.call("EVAL", lua, 5, ...keys, 1, "r", "{}")).rejects.toThrow(/^BADKEYS the keys/);
  await expect(w.redis.call("EVAL", lua, 1, w.keys.inbox.versions, 1)).rejects.toThrow(/^BADKEYS five keys/);

  expect(await w.redis.keys(`${w.keys.prefix.replace(/[{}]/g, "?")}:inbox*`)).toEqual([w.keys.inbox.versions]);
  expect(await w.redis.keys(`${elsewhere.prefix}*`)).toEqual([]);
});

test("Whoever dies with an order in hand loses none: another one takes it, and the first comes too late to say something else.", async () => {
  const w = await world();
  await known(w);
  const order = await orderBody({});
  const [, ticket] = await put(w, order);
  const needs = {
    ...{ ...w, clock: w.time, log: { info: () => undefined, warn: () => undefined } },
    enqueue: w.queues.enqueue,
    accept: async () => ({ faults: [{ field: "", message: "first" }] }),
  };
  const never = { ...needs, accept: () => Promise.reject(new Error("killed")) };
  const { promise: gate, resolve: open } = Promise.withResolvers<void>();
  const late = { ...needs, accept: () => gate.then(() => ({ faults: [{ field: "", message: "late" }] })) };

  expect(await takeIn(never)).toBe(1);
  expect(await takeIn(needs)).toBe(0); // it is in the other one's hand
  expect(await answerOf(w, order.reference, ticket)).toEqual({ status: "waiting" });
  const isLate = takeIn(late, 0);
  await vi.waitFor(async () => expect(await takeIn(needs, 0)).toBe(1));
  expect(await answerOf(w, order.reference, ticket)).toMatchObject({ status: "refused", message: "first" });
  expect((await put(w, order))[0]).toBe("queued");
  open();
  await isLate;

  expect(await answerOf(w, order.reference, ticket)).toEqual({ status: "waiting" });
  expect(await takeIn(needs)).toBe(1);
});

test("A flood of one customer delays no other, and both keep their own order.", async () => {
  const w = await world();
  await known(w);
  const of = (tenant: string, n: number) => ({ reference: `${tenant}-${n}`, tenant });
  for (let n = 0; n < 20; n++) await put(w, of("flood", n));
  const first = await takeOrders(w, { most: 3, leaseMs: 60_000 });
  for (let n = 0; n < 3; n++) await put(w, of("shop", n));
  await put(w, { reference: "mail-1", customer: { email: "Ada@example.com" } });
  await put(w, { reference: "mail-2", customer: { email: "ada@EXAMPLE.com" }, tenant: null });

  const next = await takeOrders(w, { most: 10, leaseMs: 60_000 });

  expect(first.map(({ reference }) => reference)).toEqual(["flood-0", "flood-1", "flood-2"]);
  expect(next.map(({ reference }) => reference)).toEqual([
    ...["flood-3", "shop-0", "mail-1", "flood-4", "shop-1", "mail-2", "flood-5", "shop-2", "flood-6", "flood-7"],
  ]);
});

test("A login that may do what the guide says, and nothing else, can put orders in and read their answers.", async () => {
  const w = await world();
  await known(w);
  const guide = readFileSync(join(import.meta.dirname, "../../../docs/howto/straight-into-redis.md"), "utf8");
  const [, rules = ""] = /ACL SETUSER billing ([\s\S]*?)```/.exec(guide) ?? [];
  const user = `billing-${randomUUID()}`;
  const words = rules.replace(/\\\n/g, " ").replaceAll("{certfleet}", w.keys.prefix).replaceAll("'", "").trim();
  await w.redis.call("ACL", "SETUSER", user, ...words.split(/\s+/));
  const billing = w.redis.duplicate();
  onTestFinished(async () => {
    billing.disconnect();
    await w.redis.call("ACL", "DELUSER", user);
  });
  const [password = ""] = /(?<=>)\S+/.exec(words) ?? [];
  await billing.auth(user, password);
  const order = await orderBody({});

  const [word, ticket] = await put({ ...w, redis: billing }, order);

  expect(word).toBe("queued");
  expect(await answerOf({ ...w, redis: billing }, order.reference, ticket)).toEqual({ status: "waiting" });
  await expect(billing.get(w.keys.seal)).rejects.toThrow(/NOPERM/);
  await expect(billing.hgetall(w.keys.certificate("x"))).rejects.toThrow(/NOPERM/);
  await expect(billing.keys("*")).rejects.toThrow(/NOPERM/);
});
