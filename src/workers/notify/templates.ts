// The mails we can write: one line a template with the values it asks for, an example, and what it attaches.
// Its words are beside this file, in `templates/<name>/<language>.{subject,text,html}.liquid`.
import { z } from "zod";

export interface Attachment {
  filename: string;
  contentType: string;
  content: string;
}

const oneLine = z.string().regex(/^[^\p{Cc}\p{Zl}\p{Zp}]{1,500}$/u, "must be one line of 1 to 500 characters");
const manyLines = z
  .string()
  .overwrite((text) => text.replace(/\r\n?/g, "\n"))
  .regex(/^(?:[^\p{Cc}]|[\n\t])+$/u, "must be text without control characters");
/** A host name in ASCII, perhaps a wildcard: safe as a file name too. */
const domain = z.string().regex(/^(\*\.)?([a-z0-9_-]{1,63}\.)+[a-z0-9-]{2,63}$/i, "must be a domain name");
const moment = z.iso.datetime({ offset: true });
const day = z.iso.date();

const certificateIssued = z.strictObject({
  reference: oneLine,
  domain,
  product: oneLine.describe("The product's readable name"),
  reissued: z.boolean().default(false).describe("Takes the place of an earlier certificate"),
  expirationDate: day,
  paidUntil: day.nullable(),
  serialNumber: oneLine,
  notBefore: moment,
  notAfter: moment,
  chainPem: manyLines.describe("The certificate first, then its chain"),
});

const validationRequired = z
  .strictObject({
    reference: oneLine,
    domain,
    product: oneLine.describe("The product's readable name"),
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
  });

/** Template name → what it asks for (`values`), one such set for previews (`example`), and its attachments, if it has any. */
export const templates = {
  "certificate-issued": template({
    values: certificateIssued,
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
    attach: ({ domain, chainPem }) => [
      {
        filename: `${domain.replace("*", "wildcard")}.pem`,
        contentType: "application/x-pem-file",
        content: chainPem,
      },
    ],
  }),
  "validation-required": template({
    values: validationRequired,
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
  }),
} satisfies Record<string, Template>;

export interface Template {
  /** Strict, so that a value nobody prints is noticed as early as one that is missing. */
  values: z.ZodObject;
  example: Record<string, unknown>;
  /** What a mail carries beside its words, made of values that `values` has parsed. */
  attach?(values: Record<string, unknown>): Attachment[];
}

/** Holds example and attachments to the schema beside them. */
function template<S extends z.ZodObject>(made: {
  values: S;
  example: z.input<S>;
  attach?: (values: z.output<S>) => Attachment[];
}): Template {
  const { attach, ...rest } = made;
  return { ...rest, ...(attach && { attach: (values) => attach(values as z.output<S>) }) };
}
