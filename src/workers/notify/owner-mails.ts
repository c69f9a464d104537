// What the mails to a certificate's owner ask for: prove the domain, install the certificate, it is about to end.
import { z } from "zod";
import { day, domain, manyLines, moment, oneLine, pemFile, productName, template } from "./template.ts";

/** A certificate is there, the first or a later one: install it. */
export const certificateIssued = template({
  values: z.strictObject({
    reference: oneLine,
    domain,
    product: productName,
    reissued: z.boolean().default(false).describe("Takes the place of an earlier certificate"),
    expirationDate: day,
    paidUntil: day.nullable(),
    serialNumber: oneLine,
    notBefore: moment,
    notAfter: moment,
    chainPem: manyLines.describe("The certificate first, then its chain"),
  }),
  example: {
    reference: "bill-1001",
    domain: "shop.example.com",
    product: "RapidSSL Certificate",
    expirationDate: "2026-10-19",
    paidUntil: "2031-04-02",
    serialNumber: "0A:5B:33:C4:7D:1E:90:62:AF:18:04:F7:2B:6C:D9:3E",
    notBefore: "2026-04-02T00:00:00Z",
    notAfter: "2026-10-19T23:59:59Z",
    chainPem:
      "-----BEGIN CERTIFICATE-----\nTGVhZg==\n-----END CERTIFICATE-----\n-----BEGIN CERTIFICATE-----\nQ0E=\n-----END CERTIFICATE-----\n",
  },
  attach: ({ domain, chainPem }) => [pemFile(domain, "pem", chainPem)],
});

/** Nothing goes on before the owner has proved the domain. What has a default was asked for later: old jobs do not say it. */
export const validationRequired = template({
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
    reference: "bill-1001",
    domain: "shop.example.com",
    product: "RapidSSL Certificate",
    method: "dns",
    approverEmail: null,
    dns: {
      name: "_dnsauth.shop.example.com",
      type: "TXT",
      value: "_9x2k1q7w3e5r8t6y4u0i2o5p7a1s3d4f",
    },
    file: null,
    respondBefore: "2026-04-09",
  },
});

/** Policy manual: the certificate is about to end, and only the owner's word gets it reissued. */
export const certificateExpiring = template({
  values: z.strictObject({
    reference: oneLine,
    domain,
    product: productName,
    expirationDate: day,
    daysLeft: z.int().nonnegative().describe("Whole days until the expiration date; 0 on that day"),
    paidUntil: day.nullable(),
    isReminder: z.boolean(),
  }),
  example: {
    reference: "bill-1001",
    domain: "shop.example.com",
    product: "RapidSSL Certificate",
    expirationDate: "2026-10-19",
    daysLeft: 10,
    paidUntil: "2031-04-02",
    isReminder: false,
  },
});
