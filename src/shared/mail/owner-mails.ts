// What the mails to a certificate's owner ask for: ordered, prove the domain, install it, it is about to end, it came
// to nothing.
import { z } from "zod";
import {
  day,
  domain,
  LONG_DOMAIN,
  link,
  manyLines,
  moment,
  oneLine,
  othersWords,
  pemFile,
  productName,
  template,
} from "./template.ts";

const anOrder = { reference: "bill-1001", domain: "shop.example.com", product: "RapidSSL Certificate" };

/** The CA has the order; what the owner must do, if anything, comes in a mail of its own. */
export const certificateOrdered = template({
  to: "customer",
  when: "the certificate authority has the order",
  values: z.strictObject({
    reference: oneLine,
    domain,
    product: productName,
    paidUntil: day.nullable().default(null),
  }),
  example: { ...anOrder, paidUntil: "2031-04-02" },
  faces: { "one-year": { paidUntil: null } },
});

const issued = z.strictObject({
  reference: oneLine,
  domain,
  product: productName,
  expirationDate: day,
  paidUntil: day.nullable(),
  serialNumber: oneLine,
  notBefore: moment,
  notAfter: moment,
  chainPem: manyLines.describe("The certificate first, then its chain"),
  link: link
    .nullable()
    .default(null)
    .describe("Where it can be fetched, for fleets that link; else templates.certificateLink is"),
});
const anIssued = {
  ...anOrder,
  expirationDate: "2026-10-19",
  paidUntil: "2031-04-02",
  serialNumber: "0A:5B:33:C4:7D:1E:90:62:AF:18:04:F7:2B:6C:D9:3E",
  notBefore: "2026-04-02T00:00:00Z",
  notAfter: "2026-10-19T23:59:59Z",
  chainPem:
    "-----BEGIN CERTIFICATE-----\nTGVhZg==\n-----END CERTIFICATE-----\n-----BEGIN CERTIFICATE-----\nQ0E=\n-----END CERTIFICATE-----\n",
};
/** The link stands for the file: whoever gets one needs not the other. */
const certificateFile = ({ domain, chainPem, link }: z.output<typeof issued>) =>
  link === null ? [pemFile(domain, "pem", chainPem)] : [];

/** The first certificate of an order: install it. */
export const certificateIssued = template({
  to: "customer",
  when: "the first certificate of an order is there",
  values: issued.extend({
    reissued: z.boolean().default(false).describe("As jobs of earlier releases ask for certificate-reissued"),
  }),
  example: anIssued,
  faces: { "one-year": { paidUntil: null } },
  attach: certificateFile,
});

/** It takes the place of an earlier one: reissued is not yet installed. */
export const certificateReissued = template({
  to: "customer",
  when: "a certificate was reissued or renewed",
  values: issued,
  example: anIssued,
  faces: { "one-year": { paidUntil: null, domain: "*.example.com" } },
  attach: certificateFile,
});

/** The policy (or somebody) asked for a new certificate in the place of one that still works. */
export const reissueStarted = template({
  to: "customer",
  when: "a reissue begins",
  values: z.strictObject({
    reference: oneLine,
    domain,
    product: productName,
    expirationDate: day.describe("When the current certificate ends"),
    paidUntil: day.nullable().default(null),
  }),
  example: { ...anOrder, expirationDate: "2026-10-19", paidUntil: "2031-04-02" },
  faces: { "one-year": { paidUntil: null, domain: LONG_DOMAIN } },
});

const byEmail = { method: "email", dns: null, approverEmail: "admin@example.com" } as const;

/**
 * Nothing goes on before the owner has proved the domain. What has a default was asked for later: old jobs do not say
 * it.
 */
export const validationRequired = template({
  to: "customer",
  when: "the owner must prove the domain, and as a reminder",
  values: z
    .strictObject({
      reference: oneLine,
      domain,
      product: productName,
      reissue: z.boolean().default(false).describe("The certificate exists and is being reissued"),
      renewal: z.boolean().default(false).describe("The next paid term of a certificate that exists"),
      expirationDate: day.nullable().default(null).describe("When the current certificate ends"),
      repeat: z.int().nonnegative().default(0).describe("0: the first mail; 1: the first reminder …"),
      method: z.enum(["email", "dns", "file"]),
      approverEmail: oneLine.nullable(),
      dns: z.strictObject({ name: oneLine, type: oneLine, value: oneLine }).nullable(),
      file: z.strictObject({ url: oneLine, content: manyLines }).nullable(),
      respondBefore: day,
    })
    .superRefine((values, context) => {
      const needed = ({ email: "approverEmail", dns: "dns", file: "file" } as const)[values.method];
      if (values[needed] === null)
        context.addIssue({ code: "custom", path: [needed], message: `is needed for ${values.method}` });
    }),
  example: {
    ...anOrder,
    method: "dns",
    approverEmail: null,
    dns: { name: "_dnsauth.shop.example.com", type: "TXT", value: "_9x2k1q7w3e5r8t6y4u0i2o5p7a1s3d4f" },
    file: null,
    respondBefore: "2026-04-09",
  },
  faces: {
    email: byEmail,
    file: {
      method: "file",
      dns: null,
      file: {
        url: "http://shop.example.com/.well-known/pki-validation/4A7C.txt",
        content: "9f2c0d\nsectigo.com\nt0471",
      },
    },
    reissue: { reissue: true, expirationDate: "2026-10-19", domain: "*.example.com" },
    "renewal-reminder": { ...byEmail, renewal: true, repeat: 2, expirationDate: "2027-04-02" },
  },
});

/** It is about to end, and only the owner's word brings another: policy manual, or the last of the term. */
export const certificateExpiring = template({
  to: "customer",
  when: "a certificate ends soon and is not reissued by itself",
  values: z.strictObject({
    reference: oneLine,
    domain,
    product: productName,
    expirationDate: day,
    daysLeft: z.int().nonnegative().describe("Whole days until the expiration date; 0 on that day"),
    paidUntil: day.nullable(),
    isReminder: z.boolean(),
    termEnds: z.boolean().default(false).describe("It is the last of its term: only a new order brings another one"),
  }),
  example: { ...anOrder, expirationDate: "2026-10-19", daysLeft: 10, paidUntil: "2031-04-02", isReminder: false },
  faces: {
    "one-year": { paidUntil: null, isReminder: true, daysLeft: 3 },
    "last-of-term": { termEnds: true, expirationDate: "2031-04-02", domain: "*.example.com" },
    "end-of-one-year": { termEnds: true, paidUntil: null, daysLeft: 1 },
    "term-over": { paidUntil: "2026-10-19", isReminder: true, daysLeft: 0, domain: LONG_DOMAIN },
  },
});

/** The last days of the paid term would take one more purchase, and the provider's setting gives them up. */
export const remainderGivenUp = template({
  to: "customer",
  when: "the last days of a paid term are not bought any more (setting: remainder)",
  values: z.strictObject({
    reference: oneLine,
    domain,
    product: productName,
    paidUntil: day,
    endsOn: day.describe("The end of the last term that is bought, and of the last certificate"),
    days: z.int().positive().describe("Days of the paid term that are not covered"),
  }),
  example: { ...anOrder, paidUntil: "2031-04-02", endsOn: "2031-02-20", days: 41 },
  faces: { "one-day": { endsOn: "2031-04-01", days: 1, domain: LONG_DOMAIN } },
});

/** The CA refused, or gave up: nobody works on it any more. */
export const certificateFailed = template({
  to: "customer",
  when: "the certificate authority refused the certificate",
  values: z.strictObject({
    reference: oneLine,
    domain,
    product: productName,
    reason: othersWords.nullable().describe("In the words of those who refused"),
    expirationDate: day.nullable().default(null).describe("When the current certificate ends, where there is one"),
  }),
  example: {
    ...anOrder,
    reason: "Domain control was not proved within 30 days.",
    expirationDate: "2026-10-19",
  },
  faces: { "without-words": { reason: null, expirationDate: null } },
});
