// Every event that others can hear of, in one table: the feed, the webhooks and the reference are made from it. Names are
// public and never change; a field may be added to `data`, none is renamed. No event holds a person's name or address.
import { z } from "zod";

const time = z.string().meta({ format: "date-time" });

/** What every event of a certificate tells, and enough to act on it without asking back. */
export const certificateData = z.object({
  reference: z.string().meta({ description: "Your name of the order", example: "bill-1001" }),
  status: z.string().meta({ description: "As GET /v1/certificates/{reference} shows it", example: "issued" }),
  domain: z.string().meta({ description: "The name that the certificate is for", example: "shop.example.com" }),
  product: z.string().meta({ description: "eNom's Service code", example: "Certificate-RapidSSL-RapidSSL" }),
  account: z.string().nullable().meta({ description: "The eNom account", example: "main" }),
  certId: z.int().nullable().meta({ description: "eNom's number of the slot", example: 900123 }),
  tenant: z.string().nullable().meta({ description: "Your own name of the customer, as the order had it" }),
  serialNumber: z.string().nullable().meta({ description: "Of the current certificate" }),
  notAfter: time.nullable().meta({ description: "End of the current certificate" }),
  paidUntil: z.string().nullable().meta({ description: "UTC date on which the paid term ends; null for one year" }),
});
export type CertificateData = z.infer<typeof certificateData>;

const attentionData = certificateData.extend({
  attention: z
    .object({
      code: z.string().meta({ description: "Why, one of a fixed list", example: "validation-overdue" }),
      message: z.string().meta({ description: "What happened, for people" }),
      who: z.string().meta({ description: "Who must act: operator, department or owner" }),
      by: time.nullable().meta({ description: "When it must be done; null: no certificate ends meanwhile" }),
      next: z.string().meta({ description: "What to do" }),
    })
    .nullable(),
});
const validationData = certificateData.extend({
  validation: z.object({
    method: z.enum(["email", "dns", "file"]),
    dns: z.object({ name: z.string(), type: z.string(), value: z.string() }).nullable(),
    file: z.object({ url: z.string(), content: z.string() }).nullable(),
  }),
});
const failureData = certificateData.extend({ failure: z.object({ code: z.string(), message: z.string() }).nullable() });
const mailData = certificateData.extend({
  template: z.string().meta({ description: "Which mail", example: "certificate-issued" }),
});

const type = <S extends z.ZodType>(means: string, data: S) => ({ means, data });

export const eventTypes = {
  "certificate.ordered": type("The order was accepted. Nothing was bought yet", certificateData),
  "certificate.planned": type("Account, term and price were decided", certificateData),
  "certificate.purchased": type("The order has a slot at eNom: bought, or one that was unused", certificateData),
  "certificate.configured": type("The CSR and the contacts are at eNom", certificateData),
  "certificate.submitted": type("The certificate authority has the request", certificateData),
  "certificate.validation-required": type("The domain's owner must act: see `validation`", validationData),
  "certificate.validation-changed": type("Another approver or way of validation was chosen or agreed", validationData),
  "certificate.issued": type("The certificate can be fetched: GET /v1/certificates/{reference}/pem", certificateData),
  "certificate.reissued": type("A new certificate replaces the one before, and can be fetched", certificateData),
  "certificate.reissue-requested": type("A reissue was asked for, by somebody or by the policy", certificateData),
  "certificate.reissue-ended": type("The paid term ended before the reissue was done", certificateData),
  "certificate.expiring": type("The certificate ends soon and nothing renews it by itself", certificateData),
  "certificate.expired": type("The certificate has ended", certificateData),
  "certificate.renewing": type("The next term was begun; the events of a purchase follow", certificateData),
  "certificate.extended": type("Paid years were added", certificateData),
  "certificate.changed": type("Policy, customer, brand or contacts were changed", certificateData),
  "certificate.csr-corrected": type("Another CSR replaced the one of the order, before it was issued", certificateData),
  "certificate.attention": type("The order needs attention: see `attention`", attentionData),
  "certificate.attention-cleared": type("What the order needed attention for is over", certificateData),
  "certificate.failed": type("Refused for good: see `failure`", failureData),
  "certificate.cancelled": type("The order was cancelled", certificateData),
  "certificate.refund-settled": type("What became of the money of a cancelled order is known", certificateData),
  "mail.requested": type("A mail to the customer was asked for", mailData),
  "mail.failed": type("A mail to the customer will not arrive, or nobody knows whether it did", mailData),
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
