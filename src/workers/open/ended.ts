// An order that eNom refuses for good: it fails, with the reason, and nothing is tried again.
import type { Certificate } from "../../shared/certificate.ts";
import { withEvent } from "../../shared/certificate-record.ts";
import { findAttempt } from "../ledger/attempt.ts";
import { fresh } from "./fresh.ts";
import type { OrderNeeds } from "./needs.ts";
import { tellFailed } from "./tell.ts";

export async function ended(
  reference: string,
  failure: { code: string; message: string },
  needs: OrderNeeds,
): Promise<Certificate> {
  const certificate = await fresh(reference, needs);
  if (certificate.state !== "REFUSED" || certificate.record.failure) return certificate;
  const now = needs.clock.now();
  const over = { ...certificate.record, failure, attention: null, trouble: null, nextLookAt: null };
  await tellFailed(certificate, failure.message, needs);
  return needs.certificates.save(
    { ...certificate, record: withEvent(over, now, "certificate.failed", failure.message) },
    now,
  );
}

/** The step of a process that finds an order refused in the ledger alone: the one that refused it died before it told. */
export async function tellEnd({ order, record, attempt }: Certificate, needs: OrderNeeds): Promise<Certificate> {
  const newest = await findAttempt(needs, order.reference, attempt);
  const answered = newest?.state === "REJECTED" && newest.reason;
  const failure = answered
    ? { code: "enom-refused", message: answered }
    : { code: "product-not-sold", message: notSold(order.product, record.account) };
  return ended(order.reference, failure, needs);
}

export function notSold(product: string, account: string | null): string {
  return `eNom does not sell ${product} to account ${account ?? "–"}.`;
}
