// Finds a person in an order: as its customer, as a contact, as the approver; and says what keeps the order from being erased.
import { utcDate } from "../../base/dates.ts";
import type { Contacts } from "../../panel/contact.ts";
import { type Certificate, paidEnd, statusOf } from "../certificate.ts";

/** `customer`: the order is this person's. `contact`, `approver`: of somebody else's order. */
export type Part = "customer" | "contact" | "approver";

/** The parts that an e-mail address has in an order; addresses are the same however their letters are written. */
export function partsOf(email: string, { order, record }: Pick<Certificate, "order" | "record">): Part[] {
  const wanted = email.toLowerCase();
  const is = (address: string | undefined): boolean => address?.toLowerCase() === wanted;
  const named = (people: Contacts): boolean => Object.values(people).some((person) => is(person?.email));
  const approvers = [order.approver, record.terms.approver, record.agreedMethod];
  return [
    ...(is(order.customer.email) || is(record.terms.customer.email) ? (["customer"] as const) : []),
    ...(named(order.contacts) || named(record.terms.contacts) ? (["contact"] as const) : []),
    ...(approvers.some((each) => each?.method === "email" && is(each.email)) ? (["approver"] as const) : []),
  ];
}

/**
 * Why the order must keep its people: something is under way, paid for, or may come back. Undefined: nothing is owed.
 * Whether a job or a mail of it waits is asked of the queues.
 */
export function whyKept(certificate: Certificate, now: Date): string | undefined {
  const { record, state } = certificate;
  const status = statusOf(certificate, now);
  const paid = paidEnd(certificate);
  if (state === "PARKED") return "a purchase waits for a decision";
  if (record.wish) return "a request of an operator is not carried out yet";
  if (!["cancelled", "failed", "expired"].includes(status)) return `its status is ${status}`;
  if (status === "expired" && paid && paid > now) return `it is paid until ${utcDate(paid)}`;
  if (status === "expired" && (record.reissue || record.renewal)) return "a reissue or the next term is under way";
  const { cancellation } = record;
  if (cancellation?.lookAt) return "what becomes of its money is not known yet";
  if (cancellation?.money === "refundable" && cancellation.refundBy && cancellation.refundBy >= utcDate(now))
    return `eNom refunds it until ${cancellation.refundBy}`;
  return undefined;
}
