// Runs of an order without a queue: taken on until it is as wanted, or by a process that dies in the middle.
import { vi } from "vitest";
import type { Certificate, LedgerState } from "../../../src/shared/certificate/certificate.ts";
import type { CertificateStore } from "../../../src/shared/certificate/store.ts";
import { beginAttempt } from "../../../src/workers/ledger/begin.ts";
import { openGate } from "../../../src/workers/ledger/gate.ts";
import { advanceOrder } from "../../../src/workers/open/workflow.ts";
import type { OrderNeeds } from "../../../src/workers/order/needs.ts";
import { bindOrVerify } from "../../../src/workers/purchase/binding.ts";
import { orderNeeds } from "../../support/needs.ts";
import { SETTLE_MS } from "../../support/time.ts";
import type { World } from "../../support/world.ts";

export const RAPIDSSL = "Certificate-RapidSSL-RapidSSL";
export const RAPIDSSL_YEAR = "certificate-rapidssl-rapidssl/1/1";

type Fits = (certificate: Certificate) => boolean;

/** A process that dies when it would save an order in this state: nothing of it reaches Redis from then on. */
export function dying(w: World, state: LedgerState): OrderNeeds {
  let dead = false;
  const save: CertificateStore["save"] = async (certificate, now) => {
    dead ||= certificate.state === state;
    if (dead) throw new Error("the process died here");
    return w.certificates.save(certificate, now);
  };
  return orderNeeds(w, { certificates: { ...w.certificates, save } });
}

/** Takes the order on, run after run, until it is as wanted: as a queue would. */
export function drive(w: World, reference: string, fits: Fits, needs = orderNeeds(w)): Promise<Certificate> {
  return vi.waitFor(
    async () => {
      await advanceOrder(reference, needs);
      return get(w, reference, fits);
    },
    { timeout: 10_000, interval: 50 },
  );
}

/** The order as it is kept. @throws Error when it is not as wanted */
export async function get(w: World, reference: string, fits: Fits = () => true): Promise<Certificate> {
  const certificate = await w.certificates.find(reference);
  if (!certificate || !fits(certificate)) throw new Error(`not as wanted: ${JSON.stringify(certificate)}`);
  return certificate;
}

/** When the sweeper rings the order next, in milliseconds; null when only a person can take it on. */
export async function rungAt(w: World, reference: string): Promise<number | null> {
  const score = await w.redis.zscore(w.keys.unfinished("open"), reference);
  return score === null ? null : Number(score);
}

export const withCode =
  (code: string): Fits =>
  ({ record }) =>
    record.attention?.code === code;

/** An order whose purchase was written by a process that is gone, so many milliseconds ago. */
export async function leftSending(w: World, agoMs = 0): Promise<string> {
  const reference = await w.accept({});
  const needs = orderNeeds(w);
  const account = needs.accounts.find("main");
  if (!account) throw new Error("no account");
  await bindOrVerify(needs, account);
  const intent = {
    reference,
    account: "main",
    service: RAPIDSSL,
    years: 1,
    price: "9.95",
    balance: "100.00",
    newestOrderId: 0,
  };
  const limits = { maxUnsettled: 4, maxUnsettledMoney: "500.00", rebuyBudget: 0 };
  await beginAttempt(needs, intent, { newest: 0, limits, at: new Date() });
  await openGate(needs, { intent, number: 1, sender: "gone" }, limits);
  const certificate = await get(w, reference);
  await w.certificates.save({ ...certificate, record: { ...certificate.record, account: "main" } }, new Date());
  if (agoMs > 0) await w.time.pass(agoMs);
  return reference;
}

/** An order whose purchase is parked for a person; eNom has bought when only the answer was lost. */
export async function parked(w: World, lost: "lose-answer" | "lose-request", needs = orderNeeds(w)): Promise<string> {
  w.enom.fault("PurchaseServices", { kind: lost });
  if (lost === "lose-answer") w.enom.settings.timings.listLagMs = 3_600_000;
  const reference = await w.accept({});
  await advanceOrder(reference, needs);
  await w.time.pass(SETTLE_MS + 1_000);
  await drive(w, reference, withCode("purchase-unknown"), needs);
  w.enom.settings.timings.listLagMs = 0;
  return reference;
}
