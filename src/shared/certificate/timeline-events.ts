// Every event of an order's timeline and what it means. `withEvent` takes no other, and the reference is made from this table.
// Names lie in records: none is renamed, and a record keeps the name that it was written with.

export const timelineEvents = {
  "certificate.ordered": "the order was accepted",
  "certificate.imported": "read from an eNom account, where it was bought before: its CertID",
  "certificate.moved": "restored from the export of another fleet: which, and of when",
  "certificate.named": "an import found its reference in a match file: the one it had before",
  "certificate.read": "an import found another certificate at eNom than before: its serial number and end",
  "certificate.adopted": "from when on it is watched, reissued and renewed, and who said so",
  "certificate.planned": "account, term and price were decided",
  "certificate.purchased": "the order has a slot: bought, taken from the unused ones, or adopted",
  "certificate.configured": "CSR and contacts are at eNom",
  "certificate.submitted": "handed to the certificate authority",
  "certificate.issued": "the certificate is here; its serial number and end",
  "certificate.reissued": "the new certificate is here; its serial number and end",
  "certificate.failed": "refused for good, and why",
  "certificate.cancelled": "cancelled, by whom and why, and what becomes of the money",
  "cancellation.settled": "what became of the money of a cancelled order, where that was not known at once",
  "csr.corrected": "another CSR, and with it another name if the two differ, before the certificate was issued",
  "certificate.changed": "policy, customer, brand or contacts were changed, and by whom",
  "certificate.extended": "paid years were added, and by whom",
  "mail.requested": "a mail was asked for: which, to whom",
  "mail.refused": "a mail that will not be sent: which, to whom, and the mail server's reason",
  "mail.uncertain": "a mail whose delivery is unknown: its answer was lost three times",
  "certificate.taken-in": "a certificate that a person fetched elsewhere was handed in and taken in, and by whom",
  "attention.raised": "the order needs attention: the code, and what happened",
  "attention.cleared": "the cause is over: the code",
  "request.made":
    "an operator asked for a decision, a new approver, another CSR or a cancellation, or handed a certificate in (version 0.1.0 wrote `wish.made`)",
  "approver.changed": "another approver, or another way of validation",
  "validation.agreed": "a way of validation was agreed for the next time, and by whom",
  "validation.seen": "what Certfleet found where the owner was asked to publish a DNS record or a file",
  "approver.resent": "the approval mail was sent again",
  "decision.adopt": "an operator gave the order a slot that was found at eNom",
  "decision.not-bought": "an operator decided that nothing was bought: it is bought again",
  "decision.refunded": "an operator decided that the money came back: it is bought again",
  "decision.retry": "an operator fixed the cause: it is tried again",
  "decision.refused": "a decision could not be carried out, and why",
  "renewal.started": "the next term was begun; the events of a purchase follow",
  "remainder.given-up": "the last days of the paid term are not bought (setting: remainder), and the customer is told",
  "reissue.requested": "a reissue was asked for, by whom and why",
  "reissue.sending": "the reissue is about to be sent to eNom",
  "reissue.sent": "eNom took the reissue",
  "reissue.asked": "the operator mailbox got the task to have it reissued",
  "reissue.reminder": "the operator mailbox was reminded, at half of the time",
  "reissue.escalation": "the operator mailbox was reminded for the last time",
  "reissue.dropped": "the term ended before the reissue was done",
} as const;

export type TimelineEvent = keyof typeof timelineEvents;

export const REQUEST_MADE = "request.made";
/** The name that version 0.1.0 wrote. Its entries stay in their timelines as they were written: history is not edited. */
const REQUEST_MADE_BEFORE = "wish.made";

/** Whether an entry of a timeline says that a request was made, by this release or by an earlier one. */
export function isRequestMade(event: string): boolean {
  return event === REQUEST_MADE || event === REQUEST_MADE_BEFORE;
}

/** What a worker writes when it has carried out, or refused, what was asked for. */
export function isRequestAnswered(event: string): boolean {
  return /^(decision\.|certificate\.(cancelled|taken-in)$|csr\.corrected$|approver\.)/.test(event);
}
