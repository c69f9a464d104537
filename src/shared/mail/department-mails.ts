// What the mails to an operator mailbox ask for: to act on a certificate, to reissue it by hand, to buy its next term.
import { z } from "zod";
import { nextStep } from "../certificate/attention.ts";
import {
  account,
  certId,
  day,
  domain,
  link,
  manyLines,
  oneLine,
  othersWords,
  pemFile,
  productName,
  reference,
  template,
  when,
} from "./template.ts";

const aCertificate = {
  reference: "bill-1001",
  domain: "shop.example.com",
  product: "RapidSSL Certificate",
  account: "main",
  certId: 900123,
};
const csr = manyLines.regex(
  /^-----BEGIN CERTIFICATE REQUEST-----\n[A-Za-z0-9+/=\n]+-----END CERTIFICATE REQUEST-----\n?$/,
  "must be one PEM block from BEGIN CERTIFICATE REQUEST to END CERTIFICATE REQUEST",
);

/** One attention of one certificate: `code` and its words, and what resolves it. */
const openCase = z.strictObject({
  reference,
  domain,
  code: oneLine.describe("The attention code; docs/runbook.md has a section for each"),
  message: othersWords.describe("What happened; eNom's message where there is one"),
  since: when,
  by: day.nullable().describe("What must be done by then"),
  next: oneLine.describe("What to do, with the exact command"),
});
const aCase = {
  reference: "bill-1001",
  domain: "shop.example.com",
  code: "purchase-unknown",
  message: "The connection was lost after the purchase was sent; eNom's order list shows nothing yet.",
  since: "2026-04-02T10:15:00Z",
  by: "2026-04-09",
  next: nextStep("purchase-unknown", "bill-1001"),
};

/** The fleet cannot go on with a certificate: one mail a case, not an attempt. */
export const operationFailed = template({
  to: "department",
  when: "a certificate needs attention",
  values: openCase.extend({
    product: productName,
    account,
    certId: certId.nullable().default(null),
    link: link.nullable().default(null).describe("The address of the certificate in the API"),
  }),
  example: { ...aCertificate, ...aCase, link: "https://certfleet.example.net/v1/certificates/bill-1001" },
  faces: {
    "before-purchase": { certId: null, by: null, link: null },
    "order-failed": {
      code: "order-failed",
      message: "eNom does not sell Certificate-RapidSSL-RapidSSL to account main.",
      next: "The order is over, and nothing was bought. Fix the cause and order again under a new reference, or order another product.",
      ...{ certId: null, by: null },
    },
    "not-foreseen": {
      code: "of-a-newer-release",
      message: "Something happened that only a newer release has a name for.",
      next: "Read its changelog, then: certfleet certificate explain bill-1001",
    },
  },
});

/** Once a day, as long as anything is open. */
export const digest = template({
  to: "department",
  when: "once a day, as long as a certificate needs attention",
  values: z.strictObject({
    account,
    open: z.array(openCase).min(1),
    more: z.int().nonnegative().describe("How many more are not listed"),
  }),
  example: {
    account: "main",
    open: [
      aCase,
      {
        reference: "bill-1002",
        domain: "*.example.net",
        code: "enom-refused",
        message: "The CSR is not valid (304155).",
        since: "2026-03-30T08:00:00Z",
        by: null,
        next: nextStep("enom-refused", "bill-1002"),
      },
    ],
    more: 3,
  },
  faces: { one: { open: [aCase], more: 0 } },
});

/** Only a person can ask for this reissue: at the CA's portal, or by a ticket to eNom (eNom API, CertReissueCert). */
export const assistedReissue = template({
  to: "department",
  when: "a reissue must be asked for by hand",
  values: z.strictObject({
    reference,
    domain,
    product: productName,
    account,
    certId,
    orderId: z.int().positive().nullable(),
    lane: z.enum(["portal", "ticket"]),
    stage: z.enum(["asked", "reminder", "escalation"]),
    csr,
    deadline: day.describe("By then the reissue should be asked for and validated"),
    expirationDate: day,
    daysLeft: z.int().describe("Whole days until the expiration date; below 0 once it is past"),
    reason: othersWords.nullable().describe("eNom's message when its API refused"),
    because: z
      .enum(["lane", "refused", "method"])
      .nullable()
      .default(null)
      .describe("Why by hand: the product's lane, the API refused, or another method was agreed; null: not said"),
    method: z
      .enum(["email", "dns", "file"])
      .nullable()
      .default(null)
      .describe("To be chosen by whoever does it, where it is another than before"),
    handIn: z
      .boolean()
      .default(false)
      .describe("eNom's API will not show the new certificate: it is handed in (portalReissues: handed-in)"),
  }),
  example: {
    ...aCertificate,
    orderId: 500000123,
    lane: "portal",
    stage: "asked",
    csr: `-----BEGIN CERTIFICATE REQUEST-----\n${"MIIC0jCCAboCAQAwXTELMAkGA1UEBhMCTkwxEDAOBgNVBAgMB1V0cmVjaHQxEDAO\n".repeat(4)}-----END CERTIFICATE REQUEST-----\n`,
    deadline: "2026-10-16",
    expirationDate: "2026-10-19",
    daysLeft: 10,
    reason: null,
  },
  faces: {
    refused: {
      reason:
        "Reissue of this certificate is not permitted.\r\nPlease use the portal of the certificate authority (Code: 304157).",
    },
    reminder: { stage: "reminder", daysLeft: 3, orderId: null },
    ticket: { lane: "ticket", product: "Comodo Essential" },
    "ticket-escalation": { lane: "ticket", stage: "escalation", domain: "*.example.com", orderId: null, daysLeft: 1 },
    "by-dns": { because: "method", method: "dns" },
    "ticket-by-file": { lane: "ticket", because: "method", method: "file", product: "Comodo Essential" },
    "by-lane": { because: "lane" },
    "too-late": { stage: "escalation", daysLeft: -1 },
    "handed-in": { because: "lane", handIn: true },
  },
  attach: ({ domain, csr }) => [pemFile(domain, "csr", csr)],
});

/** What is bought ends before what the customer paid for, and the fleet may not, or cannot, buy the rest by itself. */
export const renewalDue = template({
  to: "department",
  when: "the next term of a certificate must be bought",
  values: z.strictObject({
    reference,
    domain,
    product: productName,
    account,
    certId,
    termEnd: day.describe("The end of the term that is bought at eNom"),
    paidUntil: day.describe("The end of what the customer paid for"),
    windowOpens: day.describe("From then on the CA takes a purchase for a renewal (eNom API, renewal and expiry)"),
    mode: z.enum(["manual", "none"]),
    beforeDays: z
      .int()
      .min(1)
      .max(200)
      .default(10)
      .describe("The certificate's lead time, for the policy that is shown"),
  }),
  example: {
    ...aCertificate,
    termEnd: "2027-04-02",
    paidUntil: "2031-04-02",
    windowOpens: "2027-03-03",
    mode: "manual",
  },
  faces: { none: { mode: "none", beforeDays: 30, domain: "*.example.com" } },
});

const counted = z.int().nonnegative();

/** The account observes: what was done in it beside what the fleet would have done. */
export const shadowReport = template({
  to: "department",
  when: "once a day, as long as an account observes",
  values: z.strictObject({
    account,
    since: day.nullable().describe("The report before; null: this one only takes stock"),
    certificates: counted.describe("Certificates in eNom's list"),
    open: counted.describe("Differences over all reports that are not made up for"),
    fleet: z.strictObject({ purchases: counted, reissues: counted, mails: counted }),
    other: z.strictObject({ purchases: counted, reissues: counted, issued: counted }),
    differences: z.array(
      z.strictObject({
        kind: z.enum(["purchase", "reissue"]),
        domain: oneLine.describe("The certificate's name; empty for a slot that is not configured"),
        only: z.enum(["fleet", "other"]),
      }),
    ),
    more: counted.describe("How many more are not listed"),
  }),
  example: {
    account: "main",
    since: "2026-03-29",
    certificates: 3000,
    open: 2,
    fleet: { purchases: 1, reissues: 3, mails: 2 },
    other: { purchases: 1, reissues: 2, issued: 3 },
    differences: [
      { kind: "reissue", domain: "shop.example.com", only: "fleet" },
      { kind: "purchase", domain: "www.example.net", only: "other" },
    ],
    more: 0,
  },
  faces: {
    first: {
      since: null,
      open: 0,
      fleet: { purchases: 0, reissues: 0, mails: 0 },
      other: { purchases: 0, reissues: 0, issued: 0 },
      differences: [],
    },
  },
});
