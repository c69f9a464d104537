// A purchase that only a person can decide on (rule 16): parked in the ledger, and shown with all that is known of it.
import type { Certificate } from "../../shared/certificate.ts";
import { park, unknown } from "../ledger/answers.ts";
import { type Attempt, findAttempt, sentAt } from "../ledger/attempt.ts";
import type { Outcome } from "../outcome.ts";
import { gatherEvidence } from "./evidence.ts";
import { fresh } from "./fresh.ts";
import { hold } from "./hold.ts";
import type { OrderNeeds } from "./needs.ts";

/** Parks the attempt, unless it was answered meanwhile: then the order goes on. */
export async function giveToPerson(
  { reference, number }: { reference: string; number: number },
  reason: string,
  needs: OrderNeeds,
): Promise<Certificate | Outcome> {
  const attempt = await findAttempt(needs, reference, number);
  if (attempt) {
    await unknown(needs, { reference, account: attempt.account, number }, { reason });
    await park(needs, { intent: { ...attempt, reference }, number }, reason);
  }
  return askPerson(await fresh(reference, needs), needs);
}

/** Raises what a parked order waits for. Also the step of a process that finds one of which nobody was told. */
export async function askPerson(
  certificate: Certificate,
  needs: OrderNeeds,
  because?: string,
): Promise<Certificate | Outcome> {
  if (certificate.state !== "PARKED") return certificate;
  const { order, attempt: number, record } = certificate;
  const attempt = await findAttempt(needs, order.reference, number);
  if (attempt?.state !== "PARKED") {
    const message =
      because ?? `eNom shows slot ${certificate.purchases.at(-1)?.certId ?? "–"} of this order as refunded.`;
    return hold(certificate, { code: "refunded", message }, needs);
  }
  const account = needs.accounts.find(attempt.account);
  const doubt = await gatherEvidence(attempt, { number, account, domain: order.domain }, needs);
  const why = because ?? attempt.parkedFor;
  const message = [describe(attempt, number), why === attempt.reason ? "" : why].filter(Boolean).join(" ");
  return hold({ ...certificate, record: { ...record, doubt } }, { code: "purchase-unknown", message }, needs);
}

function describe({ service, years, price, balance, newestOrderId, reason, ...at }: Attempt, number: number): string {
  const sent = new Date(sentAt(at)).toISOString();
  const purchase = `Purchase ${number} of ${service} (${years} y, ${price}) was sent at ${sent}`;
  const before = `Before it the account had ${balance} and its newest order was ${newestOrderId || "none"}.`;
  return `${purchase} and its outcome is unknown: ${reason ?? "no answer"} ${before}`;
}
