// What events carry: enough to act on, and nothing that is a person's. Words of people, of eNom and of mail servers may hold
// names and addresses, so they are left to whoever may read the certificate.
import { z } from "zod";

const time = z.string();

/** What every event of a certificate tells. */
export const certificateData = z.object({
  reference: z.string().meta({ description: "Your name of the order", example: "bill-1001" }),
  status: z.string().meta({ description: "As GET /v1/certificates/{reference} shows it", example: "issued" }),
  domain: z.string().meta({ description: "The name that the certificate is for", example: "shop.example.com" }),
  product: z.string().meta({ description: "eNom's Service code", example: "Certificate-RapidSSL-RapidSSL" }),
  account: z.string().nullable().meta({ description: "The eNom account; null: not decided yet", example: "main" }),
  certId: z.int().nullable().meta({ description: "eNom's number of the slot; null: none yet", example: 900123 }),
  serialNumber: z
    .string()
    .nullable()
    .meta({ description: "Of the current certificate; null: none yet", example: "2F9C1A7705D3" }),
  notAfter: time.nullable().meta({
    format: "date-time",
    description: "End of the current certificate; null: none yet",
    example: "2027-06-18T23:59:59.000Z",
  }),
});
export type CertificateData = z.infer<typeof certificateData>;

export const attentionData = certificateData.extend({
  attention: z
    .object({
      code: z.string().meta({ description: "Why, one of a fixed list", example: "validation-overdue" }),
      since: time.meta({ description: "Since when", example: "2026-12-01T09:00:00.000Z" }),
      who: z.string().meta({ description: "Who must act: operator, department or owner", example: "owner" }),
      by: time
        .nullable()
        .meta({ description: "When it must be done; null: no certificate ends meanwhile", example: null }),
      next: z.string().meta({
        description: "What to do",
        example: "Remind the domain's owner, resend or change the approver, or cancel.",
      }),
    })
    .nullable()
    .meta({ description: "null: it was over again before it was saved" }),
});

export const validationData = certificateData.extend({
  validation: z.object({
    method: z
      .enum(["email", "dns", "file"])
      .meta({ description: "How the domain's owner proves control of it", example: "dns" }),
    dns: z
      .object({
        name: z.string().meta({ example: "_dnsauth.shop.example.com" }),
        type: z.string().meta({ example: "TXT" }),
        value: z.string().meta({ example: "k3vw1y0x" }),
      })
      .nullable()
      .meta({ description: "The DNS record to publish" }),
    file: z
      .object({ url: z.string(), content: z.string() })
      .nullable()
      .meta({ description: "The file to publish", example: null }),
    found: z
      .enum(["there", "other", "missing", "unknown"])
      .nullable()
      .meta({ description: "What Certfleet found there when it looked; null: not looked for", example: "missing" }),
  }),
});

export const failureData = certificateData.extend({
  failure: z
    .object({ code: z.string().meta({ description: "Why, one of a fixed list", example: "cancelled-at-enom" }) })
    .nullable()
    .meta({ description: "The words are in the certificate" }),
});

/** Of a mail: never to whom. */
export const mailData = z.object({
  reference: z
    .string()
    .nullable()
    .meta({ description: "The order that it is about; null: none", example: "bill-1001" }),
  account: z
    .string()
    .nullable()
    .meta({ description: "The eNom account that it is about; null: none", example: "main" }),
  template: z.string().meta({ description: "Which mail", example: "certificate-issued" }),
});

export const accountData = z.object({ account: z.string().meta({ description: "Its id", example: "main" }) });

export const balanceData = accountData.extend({
  available: z.string().meta({ description: "The balance as it was read", example: "41.20" }),
  minimum: z.string().meta({ description: "The minimum of the account", example: "100.00" }),
});

const code = z.string().meta({ description: "Each has its section in the runbook", example: "mails-wait" });
const about = z
  .string()
  .nullable()
  .meta({ description: "Which queue, schedule or host, where several may have it; null: there is one", example: null });
const since = time.meta({ description: "When it began", example: "2026-12-01T09:00:00.000Z" });

export const accountTroubleData = accountData.extend({
  code: code.meta({ example: "enom-login-refused" }),
  about,
  since,
});
export const fleetTroubleData = z.object({ code, about, since });
