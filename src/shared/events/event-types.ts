// Every event that others can hear of, in one table: the feed, the webhooks and the reference are made from it. Names are
// public and never change; a field may be added to `data`, none is renamed. No event holds a person's name or address.
import type { z } from "zod";
import {
  accountTroubleData,
  attentionData,
  balanceData,
  certificateData,
  failureData,
  fleetTroubleData,
  mailData,
  validationData,
} from "./event-data.ts";

export type { CertificateData } from "./event-data.ts";

/** `sample`: where the example of this type differs from what its fields show. */
const type = <S extends z.ZodType>(means: string, data: S, sample: Record<string, unknown> = {}) => ({
  ...{ means, data, sample },
});

const BOUGHT = { status: "ordered", serialNumber: null, notAfter: null };
const FRESH = { ...BOUGHT, account: null, certId: null };
const WAITING = { ...BOUGHT, status: "awaiting-validation" };

export const eventTypes = {
  "certificate.ordered": type("The order was accepted. Nothing was bought yet", certificateData, FRESH),
  "certificate.planned": type("Account, term and price were decided", certificateData, { ...BOUGHT, certId: null }),
  "certificate.purchased": type(
    "The order has a slot at eNom: bought, taken from the unused ones, or adopted. Once for each slot",
    certificateData,
    BOUGHT,
  ),
  "certificate.configured": type("The CSR and the contacts are at eNom", certificateData, BOUGHT),
  "certificate.submitted": type("The certificate authority has the request", certificateData, WAITING),
  "certificate.validation-required": type("The domain's owner must act: see `validation`", validationData, WAITING),
  "certificate.validation-seen": type(
    "Certfleet looked where the owner was asked to publish something: see `validation.found`",
    validationData,
    WAITING,
  ),
  "certificate.validation-approved": type(
    "eNom shows that the owner has approved: the CA is awaited",
    validationData,
    WAITING,
  ),
  "certificate.validation-changed": type(
    "Another approver or way of validation was chosen or agreed",
    validationData,
    WAITING,
  ),
  "certificate.approval-resent": type("The approval mail was sent again", validationData, WAITING),
  "certificate.issued": type("The certificate can be fetched: GET /v1/certificates/{reference}/pem", certificateData),
  "certificate.reissued": type("A new certificate replaces the one before, and can be fetched", certificateData),
  "certificate.reissue-requested": type("A reissue was asked for, by somebody or by the policy", certificateData, {
    status: "reissuing",
  }),
  "certificate.reissue-sent": type("eNom took the reissue", certificateData, { status: "reissuing" }),
  "certificate.reissue-asked": type(
    "The operator mailbox was asked, or reminded, to have it reissued by hand",
    certificateData,
    { status: "reissuing" },
  ),
  "certificate.reissue-ended": type("The paid term ended before the reissue was done", certificateData),
  "certificate.expiring": type(
    "The certificate ends soon and nothing renews it by itself; again at each stage of the policy",
    certificateData,
  ),
  "certificate.expired": type(
    "The certificate has ended; told within a minute, without a gateway with the next sweep",
    certificateData,
    {
      status: "expired",
    },
  ),
  "certificate.renewing": type("The next term was begun; the events of a purchase follow", certificateData, {
    status: "reissuing",
  }),
  "certificate.remainder-given-up": type("The last days of the paid term will not be bought", certificateData),
  "certificate.extended": type("Paid years were added", certificateData),
  "certificate.changed": type("Policy, customer, brand or contacts were changed", certificateData),
  "certificate.csr-corrected": type(
    "Another CSR replaced the one of the order, before it was issued",
    certificateData,
    WAITING,
  ),
  "certificate.request-taken": type(
    "A decision, another approver, another CSR or a cancellation was asked for; what comes of it follows",
    certificateData,
  ),
  "certificate.decided": type("A decision on the order was carried out", certificateData),
  "certificate.decision-refused": type("A decision on the order could not be carried out", certificateData),
  "certificate.attention": type("The order needs attention: see `attention`", attentionData, WAITING),
  "certificate.attention-cleared": type("What the order needed attention for is over", certificateData),
  "certificate.failed": type("Refused for good: see `failure`", failureData, { ...FRESH, status: "failed" }),
  "certificate.cancelled": type("The order was cancelled", certificateData, { ...BOUGHT, status: "cancelled" }),
  "certificate.refund-settled": type("What became of the money of a cancelled order is known", certificateData, {
    ...BOUGHT,
    status: "cancelled",
  }),
  "certificate.erased": type("The person was taken out of the order: nothing is owed any more", certificateData, {
    status: "cancelled",
  }),
  "mail.requested": type(
    "A mail to the customer was asked for; of the first one, `certificate-ordered`, only `mail.sent` tells",
    mailData,
  ),
  "mail.sent": type("The mail server took a mail to the customer or to an operator mailbox", mailData),
  "mail.failed": type("A mail to the customer will not arrive, or nobody knows whether it did", mailData),
  "account.low-balance": type("The balance fell below the minimum", balanceData),
  "account.balance-restored": type("The balance is back above the minimum", balanceData, { available: "1041.20" }),
  "account.purchases-off": type("Somebody switched the purchases off", accountTroubleData, {
    code: "purchases-stopped",
  }),
  "account.purchases-on": type("Somebody switched the purchases on again", accountTroubleData, {
    code: "purchases-stopped",
  }),
  "account.frozen": type("Nothing is bought until a person has looked at the ledger", accountTroubleData, {
    code: "ledger-frozen",
  }),
  "account.thawed": type("The ledger is in use again", accountTroubleData, { code: "ledger-frozen" }),
  "account.trouble": type("Something is wrong with the account: see `code`", accountTroubleData),
  "account.trouble-cleared": type("It is over", accountTroubleData),
  "fleet.trouble": type("Something is wrong with the fleet, such as a stopped queue: see `code`", fleetTroubleData, {
    code: "queue-paused",
    about: "notify",
  }),
  "fleet.trouble-cleared": type("It is over", fleetTroubleData, { code: "queue-paused", about: "notify" }),
} as const;

export type EventType = keyof typeof eventTypes;
export const eventTypeNames = Object.keys(eventTypes) as EventType[];
export type EventData<T extends EventType> = z.infer<(typeof eventTypes)[T]["data"]>;

/** An event as it is written down: what happened, when, to what. `subject`: events of one subject keep their order. */
export interface NewEvent<T extends EventType = EventType> {
  type: T;
  /** RFC 3339 UTC. */
  at: string;
  /** `certificate/REF`, `account/ID` or `fleet`. */
  subject: string;
  data: EventData<T>;
}
