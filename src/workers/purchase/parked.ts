// A purchase that only a person can decide on (rule 16): parked in the ledger, and shown with all that is known of it.

import { Uncertain } from "../../shared/base/errors.ts";
import type { Certificate } from "../../shared/certificate/certificate.ts";
import type { CertDetail } from "../enom/commands/commands.ts";
import { type Attempt, findAttempt, sentAt } from "../ledger/attempt.ts";
import { markUnknown, parkAttempt } from "../ledger/attempt-results.ts";
import { refundSeen } from "../ledger/transitions.ts";
import { type LoadedOrder, loadOrder, withNewestAttempt } from "../order/load.ts";
import type { OrderNeeds } from "../order/needs.ts";
import { slotOf } from "../order/slot.ts";
import { raiseAttention } from "../order/waiting.ts";
import type { Outcome } from "../runtime/outcome.ts";
import { gatherEvidence } from "./evidence.ts";

/** Parks the attempt, unless it was answered meanwhile: then the order goes on. */
export async function parkPurchase(
  { reference, number }: { reference: string; number: number },
  reason: string,
  needs: OrderNeeds,
): Promise<Certificate> {
  const attempt = await findAttempt(needs, reference, number);
  if (attempt) {
    await markUnknown(needs, { reference, account: attempt.account, number }, { reason });
    await parkAttempt(needs, { intent: { ...attempt, reference }, number }, reason);
  }
  return loadOrder(reference, needs);
}

/** Raises what a parked order waits for: the order was parked in the ledger, by this run or by one that died before it told. */
export async function askPerson(order: LoadedOrder, needs: OrderNeeds, because?: string): Promise<Outcome> {
  const { newestAttempt: attempt, attempt: number, record } = order;
  if (attempt?.state !== "PARKED") {
    const message = because ?? `eNom shows slot ${order.purchases.at(-1)?.certId ?? "–"} of this order as refunded.`;
    return raiseAttention(order, { code: "refunded", message }, needs);
  }
  const account = needs.accounts.find(attempt.account);
  const doubt = await gatherEvidence(attempt, { number, account, domain: order.order.domain }, needs);
  const why = because ?? attempt.parkedFor;
  const message = [describe(attempt, number), why === attempt.reason ? "" : why].filter(Boolean).join(" ");
  return raiseAttention({ ...order, record: { ...record, doubt } }, { code: "purchase-unknown", message }, needs);
}

function describe({ service, years, price, balance, newestOrderId, reason, ...at }: Attempt, number: number): string {
  const sent = new Date(sentAt(at)).toISOString();
  const purchase = `Purchase ${number} of ${service} (${years} y, ${price}) was sent at ${sent}`;
  const before = `Before the purchase the account had ${balance} and its newest order was ${newestOrderId || "none"}.`;
  return `${purchase} and its outcome is unknown: ${(reason ?? "no answer").replace(/\.?$/, ".")} ${before}`;
}

export async function parkRefunded(
  certificate: Certificate,
  detail: CertDetail,
  needs: OrderNeeds,
): Promise<Certificate | Outcome> {
  const { order, record } = certificate;
  const bought = { service: order.product, years: record.plan?.years ?? record.terms.years };
  const seen = await refundSeen(needs, { ...slotOf(certificate, needs).slot, ...bought });
  if (seen !== "ok") throw new Uncertain(`slot ${detail.certId} may not be given back: ${seen}`);
  const parked = await loadOrder(order.reference, needs);
  if (parked.state !== "PARKED") return parked;
  const because = `eNom shows slot ${detail.certId} as: ${detail.statusText}.`;
  return askPerson(await withNewestAttempt(parked, needs), needs, because);
}
