// What is paid and serves nobody: shown with its price and the last day of its refund, and told once, seven days before that ends.
import { expect, test } from "vitest";
import { accountRecords } from "../../../src/shared/account/records.ts";
import { DAY_MS } from "../../../src/shared/base/dates.ts";
import { requestChange } from "../../../src/shared/certificate/operator-request.ts";
import { account, openAccounts } from "../../../src/workers/accounts/accounts.ts";
import { audit } from "../../../src/workers/audit/audit.ts";
import type { OrderNeeds } from "../../../src/workers/order/needs.ts";
import { findIdleSlots } from "../../../src/workers/purchase/idle-slots.ts";
import { listAll } from "../../../src/workers/purchase/listing.ts";
import { orderNeeds } from "../../support/needs.ts";
import { issued, type World, world } from "../../support/world.ts";
import { drive, get } from "../open/runs.ts";

const DEPARTMENT = "certificates@provider.example";

interface Mail {
  key: string;
  template: string;
  values: Record<string, unknown>;
}

/** A process whose account has a department, and all mails that it asks for. */
function told(w: World): { needs: OrderNeeds; mails: Mail[] } {
  const mails: Mail[] = [];
  const needs = orderNeeds(w);
  const [one] = needs.accounts.all;
  if (!one) throw new Error("the world has an account");
  const accounts = openAccounts([account({ ...one.entry, department: DEPARTMENT }, one.enom)], { products: [] });
  const enqueue: OrderNeeds["enqueue"] = async (_queue, data) => {
    if ("key" in data && "template" in data) mails.push(data as unknown as Mail);
    return "";
  };
  return { mails, needs: { ...needs, accounts, enqueue } };
}

async function cancel(w: World, reference: string, needs: OrderNeeds) {
  const at = w.time.now();
  const wish = { kind: "cancel" as const, reason: "not wanted", confirmed: true, who: "ops", at: at.toISOString() };
  const answer = requestChange(await get(w, reference), wish, at);
  if ("conflict" in answer) throw new Error(answer.conflict);
  await w.certificates.save(answer.certificate, at);
  return drive(w, reference, ({ state, record }) => state === "CANCELLED" && record.wish === null, needs);
}

async function idleSlots(w: World, needs: OrderNeeds) {
  const [main] = needs.accounts.all;
  if (!main) throw new Error("no account");
  const { listed } = await listAll(main.enom);
  return findIdleSlots({ account: "main", listed, now: w.time.now() }, needs);
}

async function count(needs: OrderNeeds): Promise<void> {
  const [main] = needs.accounts.all;
  if (main) await audit(main, needs);
}

/** An unused slot, and one that only eNom's support can give the money back for. */
async function two(w: World) {
  const { needs, mails } = told(w);
  const served = await w.accept({ cn: "www.example.org", approver: { method: "email", email: "admin@example.org" } });
  const { certId: refundable } = await drive(w, served, issued, needs);
  w.enom.settings.owner = "silent";
  const waiting = await w.accept({});
  const { certId: unused } = await drive(w, waiting, ({ record }) => record.looks > 0, needs);
  await cancel(w, served, needs);
  await cancel(w, waiting, needs);
  return { needs, mails, refundable, unused, served, waiting };
}

test("slots that serve nobody are listed with price, refund day and what to do, and their sum is kept for the dashboard", async () => {
  const w = await world();
  const { needs, refundable, unused, served, waiting } = await two(w);

  const slots = await idleSlots(w, needs);
  await count(needs);
  const kept = await accountRecords(w.redis, w.keys)
    .publish(needs.accounts.all[0]?.entry as never)
    .then(() => accountRecords(w.redis, w.keys).find("main"));

  expect(slots).toHaveLength(2);
  expect(slots).toContainEqual(
    expect.objectContaining({ certId: unused, kind: "unused", price: "9.95", reference: waiting, isYoung: true }),
  );
  expect(slots).toContainEqual(
    expect.objectContaining({ certId: refundable, kind: "refundable", price: "9.95", reference: served }),
  );
  expect(slots.find(({ kind }) => kind === "refundable")?.ticket).toContain(`CertID: ${refundable}`);
  expect(kept?.idle).toMatchObject({ slots: 2, sum: "19.90" });
});

test("one mail tells of each cancellation, and one of each refund that ends within seven days", async () => {
  const w = await world();
  const { needs, mails, refundable, unused, served, waiting } = await two(w);
  const cancelled = mails.filter(({ template }) => template === "paid-slot");
  await count(needs);
  const early = mails.length;

  w.time.jump(23 * DAY_MS);
  await count(needs);
  await count(needs);

  expect(cancelled.map(({ values }) => [values.reference, values.money])).toEqual([
    [served, "refundable"],
    [waiting, "unused-slot"],
  ]);
  const later = mails.slice(early);
  expect(later.map(({ key }) => key).sort()).toEqual(
    [refundable, unused].map((certId) => `refund-ends:main:${certId}`).sort(),
  );
  expect(later.every(({ values }) => values.stage === "refund-ends" && typeof values.ticket === "string")).toBe(true);
});

test("what came back, or serves an order again, is not idle any more; what is too late is no refundable one", async () => {
  const w = await world();
  const { needs, refundable } = await two(w);
  w.enom.settings.owner = "approves";
  const next = await w.accept({ cn: "www.example.com" });
  await drive(w, next, issued, needs);
  const one = await idleSlots(w, needs);
  w.enom.books.refund(refundable ?? 0);
  await count(needs);
  const none = await idleSlots(w, needs);

  expect(one.map(({ certId }) => certId)).toEqual([refundable]);
  expect(none).toEqual([]);
});

test("a refund is of interest until its last day, and no longer", async () => {
  const w = await world();
  const { needs, refundable } = await two(w);
  w.time.jump(29 * DAY_MS);
  const last = await idleSlots(w, needs);
  w.time.jump(3 * DAY_MS);
  const over = await idleSlots(w, needs);

  expect(last.map(({ certId }) => certId)).toContain(refundable);
  expect(over.map(({ kind, ticket }) => [kind, ticket])).toEqual([["unused", null]]);
});
