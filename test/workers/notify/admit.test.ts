// Promise: nobody who writes into the queue takes the place of a mail of ours, or writes to a stranger; and what an earlier
// version left in the queue is sent.
import { type JobsOptions, Queue } from "bullmq";
import { expect, onTestFinished, test, vi } from "vitest";
import { accountRecords } from "../../../src/shared/account/records.ts";
import { auditTrail } from "../../../src/shared/authority/audit/trail.ts";
import { systemClock } from "../../../src/shared/base/clock.ts";
import { accountEntry } from "../../../src/shared/config/fleet-file.ts";
import { templates } from "../../../src/shared/mail/templates.ts";
import { acceptNotification } from "../../../src/shared/outside/accept-notification.ts";
import { digestOf } from "../../../src/workers/notify/compose.ts";
import { issued, type World, world } from "../../support/world.ts";

const EVE = { address: "eve@evil.example" };
const CLIENT = { address: "client@example.net" };
const OPERATORS = { address: "ops@provider.example" };

/** A world with an account that has an operator mailbox, and a client of BullMQ that knows nothing of Certfleet. */
async function fleet() {
  const w = await world();
  await accountRecords(w.redis, w.keys).publish(
    accountEntry.parse({ id: "other", username: "r", password: "p", department: OPERATORS.address }),
  );
  const bare = new Queue("notify", { connection: w.redis, prefix: w.keys.prefix });
  onTestFinished(() => bare.close());
  const put = async (data: object, options?: JobsOptions) => `${(await bare.add("notify", data, options)).id}`;
  const until = (id: string, state: "completed" | "failed") =>
    vi.waitFor(
      async () => {
        const job = await bare.getJob(id);
        expect([await job?.getState(), job?.failedReason]).toEqual([state, expect.anything()]);
        return `${job?.failedReason}`;
      },
      { timeout: 10_000, interval: 20 },
    );
  return { ...w, put, failed: (id: string) => until(id, "failed"), done: (id: string) => done(bare, id) };
}

function done(queue: Queue, id: string) {
  return vi.waitFor(async () => expect(await (await queue.getJob(id))?.getState()).toBe("completed"), {
    timeout: 10_000,
    interval: 20,
  });
}

function failed(key: string, to: object, more: object = {}) {
  const values = { reference: "bill-1", domain: "shop.example.com", product: "RapidSSL", reason: "no proof" };
  return { key, template: "certificate-failed", to, values, ...more };
}
const lowBalance = { ...templates["low-balance"].example, account: "other", name: "other" };
const mailsTo = ({ mail }: World, { address }: { address: string }) =>
  mail.mails().filter(({ envelope }) => envelope.to.includes(address));
const accepted = ({ redis, keys }: World, key: string) =>
  vi.waitFor(async () => expect(await redis.hget(keys.mail(digestOf(key)), "state")).toBe("ACCEPTED"), {
    timeout: 10_000,
    interval: 20,
  });

test("a caller that takes the key of an order's first mail before the order takes nothing from its owner", async () => {
  const w = await fleet();
  const before = await w.accept({ reference: "eves-own", customer: { email: EVE.address } });
  const asked = { v: 1 as const, key: "sq-2:certificate-ordered", template: "certificate-failed", reference: before };
  const by = { actor: { kind: "key", id: "eve" } as const, scopes: ["notifications:send" as const] };
  const needs = { certificates: w.certificates, accounts: accountRecords(w.redis, w.keys) };
  const mail = await acceptNotification({ ...asked, values: { reason: "squat" } }, by, needs);
  if ("faults" in mail) throw new Error(JSON.stringify(mail.faults));
  await w.queues.enqueue("notify", mail.mail);
  await w.work(["open", "notify"]);
  await vi.waitFor(() => expect(mailsTo(w, EVE)).toHaveLength(1), { timeout: 10_000, interval: 20 });

  await w.until(await w.order({ reference: "sq-2" }), issued);

  await vi.waitFor(
    () => expect(mailsTo(w, CLIENT).map(({ subject }) => subject)).toContainEqual(expect.stringMatching(/ordered/i)),
    { timeout: 10_000, interval: 20 },
  );
  await accepted(w, "sq-2:certificate-ordered");
}, 30_000);

test("a foreign job under the key of an alarm about money is refused in words, and the alarm arrives", async () => {
  const w = await fleet();
  await w.work(["notify"]);
  const key = "other:low-balance:1";

  const toEve = await w.put({ key, template: "low-balance", to: EVE, values: lowBalance });
  const why = await w.failed(toEve);
  // Who knows the key may also stand in the place that BullMQ keeps for it.
  await w.put(
    { key, template: "low-balance", to: EVE, values: lowBalance },
    { delay: 60_000, deduplication: { id: key } },
  );
  await w.put(
    { key, template: "low-balance", to: OPERATORS, values: { ...lowBalance, available: "9999.00" } },
    { deduplication: { id: key } },
  );
  await w.queues.enqueue("notify", { key, template: "low-balance", to: OPERATORS, values: lowBalance });

  expect(why).toMatch(/^this mail was not asked for by Certfleet, and is not sent: to\/address: .* account other\./);
  await vi.waitFor(
    () => expect(mailsTo(w, OPERATORS).map(({ subject }) => subject)).toContainEqual(expect.stringContaining("84.20")),
    { timeout: 10_000, interval: 20 },
  );
  expect(mailsTo(w, EVE)).toEqual([]);
  await accepted(w, key);
}, 30_000);

test("a copy of a job of ours with another recipient, or with other words, is no job of ours", async () => {
  const w = await fleet();
  await w.accept({ reference: "bill-1" });
  const id = await w.queues.enqueue("notify", failed("bill-1:certificate-failed", CLIENT) as never);
  const { data } = (await w.queues.all.notify.getJob(id)) as { data: Record<string, unknown> };
  await w.work(["notify"]);
  await w.done(id);

  const redirected = await w.put({ ...data, to: EVE });
  const reworded = await w.put({
    ...data,
    values: { ...(data.values as object), reason: "Log in at http://evil.example" },
  });
  const sealed = await w.put({ ...failed("k", EVE), seal: "00".repeat(32), outside: { words: [] } });

  for (const each of [redirected, reworded, sealed]) expect(await w.failed(each)).toMatch(/not asked for by Certfleet/);
  expect(mailsTo(w, EVE)).toEqual([]);
  expect(mailsTo(w, CLIENT)).toHaveLength(1);
}, 30_000);

test("a foreign job writes to the customer of its order, with its words marked; without an address, too", async () => {
  const w = await fleet();
  await w.accept({ reference: "bill-1" });
  await w.work(["notify"]);

  const named = failed("crm-1", CLIENT, { reference: "bill-1" });
  await w.done(await w.put(named));
  const { to: _to, ...without } = { ...named, key: "crm-2", language: "ru" };
  await w.done(await w.put(without));
  const nothing = await w.failed(await w.put({ key: "crm-3", template: "certificate-failed", values: {} }));

  const [first, second] = mailsTo(w, CLIENT);
  expect(first?.text).toContain("> “no proof”");
  expect(first?.text).toContain("Words in “ ” come from the provider");
  expect(first?.html).toContain("Words in “ ” come from the provider");
  expect(second?.text).toContain("> «no proof»");
  expect(second?.text).toContain("Слова в кавычках « »");
  expect(nothing).toMatch(/reference: It is missing/);
  const { items } = await auditTrail({ redis: w.redis, keys: w.keys, clock: systemClock }).list();
  const sent = { who: { kind: "queue", id: "notify" }, action: "notification.send", subject: "bill-1" };
  expect(items).toMatchObject([{ ...sent, subject: null, outcome: "refused" }, { ...sent, outcome: "done" }, sent]);
  await accepted(w, "outside:queue:notify:crm-1");
}, 30_000);

test("what an earlier version left in the queue is sent as ours; a stranger's job in a fleet that never ran is not", async () => {
  const old = await fleet();
  await old.accept({ reference: "bill-1" });
  const mine = { v: 1, ...failed("bill-1:certificate-failed", { address: "former@example.net" }) };
  const waits = await old.put(mine);
  await old.redis.hset(`${old.keys.prefix}:notify:broken`, { data: "{", name: "notify" });
  await old.work(["notify"]);
  await old.done(waits);
  const later = await old.put({ ...mine, to: EVE });

  const fresh = await fleet();
  await fresh.redis.del(fresh.keys.accounts);
  const first = await fresh.put(mine);
  await fresh.work(["notify"]);

  expect(mailsTo(old, { address: "former@example.net" })).toHaveLength(1);
  await accepted(old, "bill-1:certificate-failed");
  expect(await old.failed(later)).toMatch(/not asked for by Certfleet/);
  expect(await fresh.failed(first)).toMatch(/There is no order bill-1/);
}, 30_000);

test("a mail of somebody else's that fails leaves no trace at an order that it only names among its values", async () => {
  const w = await fleet();
  await w.accept({ reference: "bill-1" });
  w.mail.answer({ at: "RCPT", code: 550, text: "no such user" });
  await w.work(["notify"]);
  const needs = { certificates: w.certificates, accounts: accountRecords(w.redis, w.keys) };
  const by = { actor: { kind: "key", id: "press" } as const, scopes: ["notifications:any" as const] };
  const asked = { v: 1 as const, ...failed("press-1", EVE), to: EVE } as const;
  const mail = await acceptNotification(asked, by, needs);
  if ("faults" in mail) throw new Error(JSON.stringify(mail.faults));

  const id = await w.queues.enqueue("notify", mail.mail);
  await w.failed(id);

  const found = await w.certificates.find("bill-1");
  expect(found?.record.timeline.map(({ event }) => event)).not.toContain("mail.refused");
}, 30_000);
