// Cancelling says what becomes of the money, and a slot that eNom shows free again goes to the next order of its product.
import { expect, test } from "vitest";
import { refusal } from "../../../src/sandbox/enom/wire/refusals.ts";
import { DAY_MS } from "../../../src/shared/base/dates.ts";
import type { Certificate } from "../../../src/shared/certificate/certificate.ts";
import { requestChange } from "../../../src/shared/certificate/operator-request.ts";
import { audit } from "../../../src/workers/audit/audit.ts";
import { findFrozen } from "../../../src/workers/ledger/maintenance.ts";
import { advanceOrder } from "../../../src/workers/open/workflow.ts";
import type { OrderNeeds } from "../../../src/workers/order/needs.ts";
import { makeCsr } from "../../support/csr.ts";
import { orderNeeds } from "../../support/needs.ts";
import { SETTLE_MS } from "../../support/time.ts";
import { issued, type World, world } from "../../support/world.ts";
import { drive, dying, get, parked, withCode } from "./runs.ts";

const purchases = (w: World) => w.enom.books.purchases();
const awaited = ({ record }: Certificate): boolean => record.looks > 0;
const cancelled = ({ state, record }: Certificate): boolean => state === "CANCELLED" && record.wish === null;

async function ask(w: World, reference: string, confirmed?: boolean): Promise<void> {
  const at = w.time.now();
  const wish = { kind: "cancel" as const, reason: "typo", who: "ops", at: at.toISOString() };
  const answer = requestChange(await get(w, reference), { ...wish, ...(confirmed && { confirmed }) }, at);
  if ("conflict" in answer) throw new Error(answer.conflict);
  await w.certificates.save(answer.certificate, at);
}

async function cancel(w: World, reference: string, confirmed?: boolean, needs?: OrderNeeds): Promise<Certificate> {
  await ask(w, reference, confirmed);
  return drive(w, reference, cancelled, needs);
}

/** The count must find nothing that it cannot explain. */
async function counted(w: World): Promise<string | undefined> {
  const needs = orderNeeds(w);
  const account = needs.accounts.find("main");
  if (!account) throw new Error("no account");
  await audit(account, needs);
  return findFrozen(needs, "main");
}

const ways: { what: string; variants?: object; arrange: (w: World) => Promise<string> }[] = [
  {
    what: "is awaited by its owner",
    arrange: async (w) => {
      const reference = await w.accept({
        cn: "shpo.example.com",
        approver: { method: "email", email: "admin@example.com" },
      });
      await drive(w, reference, awaited);
      return reference;
    },
  },
  {
    what: "is awaited, where eNom keeps showing the name",
    variants: { domainNameAfterModify: true },
    arrange: async (w) => {
      const reference = await w.accept({});
      await drive(w, reference, awaited);
      return reference;
    },
  },
  {
    what: "waits with approver-not-offered, configured and never submitted",
    arrange: async (w) => {
      const reference = await w.accept({ approver: { method: "email", email: "admin@shop.example.com" } });
      await drive(w, reference, withCode("approver-not-offered"));
      return reference;
    },
  },
  {
    what: "waits with enom-refused in the middle of its configuration",
    arrange: async (w) => {
      w.enom.fault("CertConfigureCert", { kind: "error", ...refusal("620397", "500 - Unable to parse CSR.") });
      const reference = await w.accept({});
      await drive(w, reference, withCode("enom-refused"));
      return reference;
    },
  },
  {
    what: "was refused by its owner",
    arrange: async (w) => {
      w.enom.settings.owner = "refuses";
      const reference = await w.accept({});
      await drive(w, reference, withCode("rejected-by-owner"));
      w.enom.settings.owner = "silent";
      return reference;
    },
  },
];

test.for(ways)(
  "an order that $what is cancelled, and the next order of its product buys nothing",
  async ({ arrange, variants = {} }) => {
    const w = await world({ owner: "silent", variants });
    const reference = await arrange(w);
    const { certId } = await get(w, reference);

    const { record } = await cancel(w, reference);
    const frozen = await counted(w);
    w.enom.settings.owner = "approves";
    const next = await w.accept({ cn: "www.example.org", approver: { method: "email", email: "admin@example.org" } });
    const after = await drive(w, next, issued);

    expect(record.cancellation).toMatchObject({ money: "unused-slot", price: "9.95", certId, lookAt: null });
    expect(record.timeline.at(-1)?.detail).toContain("the next order of this product and term takes it");
    expect(frozen).toBeUndefined();
    expect(after.certId).toBe(certId);
    expect(purchases(w)).toHaveLength(1);
    expect(await counted(w)).toBeUndefined();
  },
);

test("an order that takes over a slot and is cancelled itself gives it on once more", async () => {
  const w = await world({ owner: "silent", variants: { domainNameAfterModify: true } });
  const first = await w.accept({});
  await drive(w, first, awaited);
  await cancel(w, first);
  const second = await w.accept({ cn: "www.example.org", approver: { method: "email", email: "admin@example.org" } });
  await drive(w, second, awaited);

  const { record } = await cancel(w, second);
  w.enom.settings.owner = "approves";
  const third = await w.accept({ cn: "www.example.com" });
  await drive(w, third, issued);

  expect(record.cancellation?.money).toBe("unused-slot");
  expect(purchases(w)).toHaveLength(1);
});

test("a request that may still be under way keeps the slot from the next order until it is settled", async () => {
  const w = await world({ owner: "silent" });
  const reference = await w.accept({});
  w.enom.fault("CertConfigureCert", { kind: "lose-answer" });
  await advanceOrder(reference, orderNeeds(w));
  const { state } = await get(w, reference);

  const first = await cancel(w, reference);
  const waits = await get(w, reference);
  await w.time.pass(SETTLE_MS + 1_000);
  const { record } = await drive(w, reference, (each) => !each.record.cancellation?.lookAt);

  expect(state).toBe("CONFIGURING");
  expect(first.record.cancellation).toMatchObject({ money: "refundable", lookAt: expect.any(String) });
  expect(waits.certId).not.toBeNull();
  expect(record.cancellation).toMatchObject({ money: "unused-slot", lookAt: null });
  expect(record.timeline.at(-1)?.event).toBe("cancellation.settled");
});

test("a process that dies behind the cancellation leaves the slot to be looked at, and the next one says what became of it", async () => {
  const w = await world({ owner: "silent" });
  const reference = await w.accept({});
  await drive(w, reference, awaited);
  await ask(w, reference);
  await expect(advanceOrder(reference, dying(w, "CANCELLED"))).rejects.toThrow("died");

  const { record } = await drive(w, reference, cancelled);

  expect(record.cancellation?.money).toBe("unused-slot");
  expect(record.timeline.filter(({ event }) => event === "certificate.cancelled")).toHaveLength(1);
});

test("money that would be lost wants a confirmation: an issued certificate, and what eNom no longer lets be withdrawn", async () => {
  const w = await world();
  const done = await w.accept({});
  await drive(w, done, issued);
  await ask(w, done);
  const refused = await drive(w, done, ({ record }) => record.wish === null);
  const confirmed = await cancel(w, done, true);
  w.enom.settings.owner = "silent";
  const late = await w.accept({ cn: "www.example.org", approver: { method: "email", email: "admin@example.org" } });
  await drive(w, late, awaited);
  w.enom.fault("CertModifyOrder", { kind: "error", ...refusal("706397", "Not in this status") });
  await ask(w, late);
  const tooLate = await drive(w, late, ({ record }) => record.wish === null);

  expect(refused.state).toBe("CONFIGURED");
  expect(refused.record.timeline.at(-1)?.detail).toMatch(/9\.95 USD for slot \d+ would be lost, unless .* until 20/);
  expect(confirmed.record.cancellation).toMatchObject({ money: "refundable", price: "9.95" });
  expect(confirmed.record.cancellation?.ticket).toContain(`CertID: ${confirmed.certId}\nOrder: `);
  expect(tooLate.state).toBe("CONFIGURED");
  expect(tooLate.record.timeline.at(-1)?.detail).toContain("no longer lets the order be withdrawn");
});

test.for([
  { days: 8, money: "refundable" },
  { days: 29, money: "refundable" },
  { days: 31, money: "spent" },
] as const)("a slot that is cancelled $days days after its purchase is $money", async ({ days, money }) => {
  const w = await world({ owner: "silent" });
  const reference = await w.accept({});
  await drive(w, reference, awaited);
  w.time.jump(days * DAY_MS);

  const { record } = await cancel(w, reference, true);

  expect(record.cancellation?.money).toBe(money);
  expect(record.cancellation?.ticket === null).toBe(money === "spent");
});

test("nothing bought is nothing lost, and what a parked purchase may have bought is not called lost either", async () => {
  const w = await world();
  const early = await w.accept({});
  const before = await cancel(w, early);
  const doubtful = await parked(w, "lose-request");

  const behind = await cancel(w, doubtful);

  expect(before.record.cancellation).toMatchObject({ money: "none", price: null, certId: null, refundBy: null });
  expect(behind.record.cancellation?.money).toBe("none");
});

test("a slot that somebody else configured stays with the cancelled order, and the next one buys its own", async () => {
  const w = await world({ owner: "silent" });
  const reference = await w.accept({});
  await expect(advanceOrder(reference, dying(w, "OWNED"))).rejects.toThrow("died");
  const { certId } = await get(w, reference);
  const slot = w.enom.books.findSlot(certId ?? 0);
  if (!slot) throw new Error("no slot");
  const csr = await makeCsr({ cn: "www.example.net" });
  const configuration = { csr, domain: "www.example.net", webServerType: 18, contacts: {} };
  w.enom.books.put({ ...slot, configuration });
  await drive(w, reference, withCode("configured-otherwise"));
  w.enom.fault("CertConfigureCert", { kind: "error", ...refusal("620397", "never asked") });
  await w.redis.hset(w.keys.certificate(reference), "configuredCsr", "some hash");

  const { record, certId: held } = await cancel(w, reference);

  expect(record.cancellation).toMatchObject({ money: "refundable", certId });
  expect(held).toBe(certId);
});
