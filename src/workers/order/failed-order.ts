// An order that eNom refuses for good: it fails, with the reason, customer and department are told, and nothing is
// tried again.
import type { Certificate } from "../../shared/certificate/certificate.ts";
import { withEvent } from "../../shared/certificate/record.ts";
import { tellOfOrder } from "./attention-mail.ts";
import { tellFailed } from "./customer-mails.ts";
import { type LoadedOrder, loadOrder } from "./load.ts";
import type { OrderNeeds } from "./needs.ts";

/**
 * Stands for both kinds of failure in the department's mail: what `enom-refused` asks for elsewhere does not help an
 * order that is over.
 */
const FAILED = "order-failed";
const NEXT =
  "The order is over, and nothing was bought. Fix the cause and order again under a new reference, or order another product.";

interface Failure {
  code: "product-not-sold" | "enom-refused";
  message: string;
  /** Where eNom refused, where that is not the order's own account. */
  account?: string;
}

/** A crash before the order is saved asks for both mails again, with the same keys. */
export async function failOrder(
  reference: string,
  { account, ...failure }: Failure,
  needs: OrderNeeds,
): Promise<Certificate> {
  const certificate = await loadOrder(reference, needs);
  if (certificate.state !== "REFUSED" || certificate.record.failure) return certificate;
  const now = needs.clock.now();
  const { code, message } = failure;
  const over = { ...certificate.record, failure, attention: null, trouble: null, nextLookAt: null };
  // What is not sold is between the provider and eNom: the customer hears no reason, and of no account.
  await tellFailed(certificate, code === "product-not-sold" ? null : message, needs);
  const told = { code: FAILED, message, since: now.toISOString(), by: null, next: NEXT, ...(account && { account }) };
  await tellOfOrder(certificate, told, `case:${reference}:${FAILED}`, needs);
  return needs.certificates.save({ ...certificate, record: withEvent(over, now, "certificate.failed", message) }, now);
}

/**
 * The step of a process that finds an order refused in the ledger alone: the one that refused it died before it told. An
 * order without an answer was refused by an earlier version, for a product that its catalogue did not show.
 */
export async function tellFailedOrder(
  { order, record, newestAttempt }: LoadedOrder,
  needs: OrderNeeds,
): Promise<Certificate> {
  const answered = newestAttempt?.state === "REJECTED" && newestAttempt.reason;
  const failure: Failure = answered
    ? { code: "enom-refused", message: answered }
    : { code: "product-not-sold", message: notSold(order.product, record.account) };
  return failOrder(order.reference, failure, needs);
}

/** `account`: null for an order that was refused before one was chosen. */
export function notSold(product: string, account: string | null): string {
  const to = account === null ? "any account that fits the order" : `account ${account}`;
  return `eNom does not sell ${product} to ${to}: its catalogue does not show it, or shows it as not enabled or without a price (GetCerts, elements ProdCode, Enabled, ResellerPrice). If eNom calls the product otherwise now, add it under products: in certfleet.yaml.`;
}
