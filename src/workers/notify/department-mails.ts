// What the mails to an account's department ask for: a reissue by hand, a term to buy, a way of validation that ends.
import { z } from "zod";
import { day, domain, manyLines, oneLine, pemFile, productName, template } from "./template.ts";

/** These mails print it into commands that people paste into a shell, so it is held to the form that orders give it. */
const reference = z.string().regex(/^[A-Za-z0-9._-]{1,64}$/, "must be a certificate's reference");
const account = oneLine.describe("The id of the eNom account");
const certId = z.int().positive();
const csr = manyLines.regex(
  /^-----BEGIN CERTIFICATE REQUEST-----\n[A-Za-z0-9+/=\n]+-----END CERTIFICATE REQUEST-----\n?$/,
  "must be one PEM block from BEGIN CERTIFICATE REQUEST to END CERTIFICATE REQUEST",
);
/** Words of somebody else's system: told in one paragraph, whatever they are made of. */
const othersWords = z.string().overwrite((text) => {
  const words = text.replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, " ").trim();
  return words.slice(0, 1_000) || "(nothing)";
});

/** Only a person can ask for this reissue: at the CA's portal, or by a ticket to eNom (eNom API, CertReissueCert). */
export const assistedReissue = template({
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
    daysLeft: z.int().describe("Whole days until the expiration date; below 0 when it is over"),
    reason: othersWords.nullable().describe("eNom's own words when its API refused"),
  }),
  example: {
    reference: "bill-1001",
    domain: "shop.example.com",
    product: "RapidSSL Certificate",
    account: "main",
    certId: 900123,
    orderId: 500000123,
    lane: "portal",
    stage: "asked",
    csr: `-----BEGIN CERTIFICATE REQUEST-----\n${"MIIC0jCCAboCAQAwXTELMAkGA1UEBhMCTkwxEDAOBgNVBAgMB1V0cmVjaHQxEDAO\n".repeat(4)}-----END CERTIFICATE REQUEST-----\n`,
    deadline: "2026-10-16",
    expirationDate: "2026-10-19",
    daysLeft: 10,
    reason: null,
  },
  attach: ({ domain, csr }) => [pemFile(domain, "csr", csr)],
});

/** What is bought ends before what the customer paid for, and the fleet may not, or cannot, buy the rest by itself. */
export const renewalDue = template({
  values: z.strictObject({
    reference,
    domain,
    product: productName,
    account,
    certId,
    termEnd: day.describe("What is bought at eNom ends"),
    paidUntil: day.describe("What the customer paid for ends"),
    windowOpens: day.describe("From then on the CA takes a purchase for a renewal (eNom API, renewal and expiry)"),
    mode: z.enum(["manual", "none"]),
    beforeDays: z.int().min(1).max(200).default(10).describe("The certificate's lead, for the policy that is shown"),
  }),
  example: {
    reference: "bill-1001",
    domain: "shop.example.com",
    product: "RapidSSL Certificate",
    account: "main",
    certId: 900123,
    termEnd: "2027-04-02",
    paidUntil: "2031-04-02",
    windowOpens: "2027-03-03",
    mode: "manual",
  },
});

/** E-mail to an approver stops validating domains (CA/Browser Forum, Baseline Requirements 3.2.2.4): whose method must change. */
export const emailValidationEnding = template({
  values: z.strictObject({
    account,
    endsOn: day.describe("The first day on which it validates nothing"),
    stage: z.enum(["year", "half-year", "month"]),
    certificates: z
      .array(z.strictObject({ reference, domain, product: productName, paidUntil: day, remedy: oneLine }))
      .min(1),
    more: z.int().nonnegative().describe("How many further ones are not listed"),
  }),
  example: {
    account: "main",
    endsOn: "2028-03-15",
    stage: "year",
    certificates: [
      {
        reference: "bill-1001",
        domain: "shop.example.com",
        product: "RapidSSL Certificate",
        paidUntil: "2031-04-02",
        remedy: "Change the validation method to dns or file.",
      },
      {
        reference: "bill-1002",
        domain: "*.example.net",
        product: "Comodo Essential Wildcard",
        paidUntil: "2029-11-30",
        remedy: "eNom validates this product by e-mail only: offer another product at the next term.",
      },
    ],
    more: 0,
  },
});
