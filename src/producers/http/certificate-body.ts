// The certificate as the API shows it, written down for the OpenAPI document; nothing that is not named here leaves.

import { z } from "zod";
import { attention } from "../../shared/certificate/attention.ts";
import { type Certificate, statuses } from "../../shared/certificate/certificate.ts";
import { doubt } from "../../shared/certificate/doubt.ts";
import { shownOrigin } from "../../shared/certificate/imported/shown-origin.ts";
import { reference } from "../../shared/certificate/order.ts";
import { project } from "../../shared/certificate/projection.ts";
import { cancellationFacts } from "../../shared/refund/cancellation.ts";
import { policy } from "../../shared/subscription/policy.ts";
import type { GatewayNeeds } from "./needs.ts";

/** Described, not checked: a time that is odd shall not hide the certificate from its owner. */
const time = z.string().meta({ format: "date-time" });
const count = z.int().min(0);
const slot = count.meta({ description: "eNom's number of the slot", example: 900123 });
const order = count.meta({ description: "eNom's number of the purchase", example: 500000123 });
const date = z.string().meta({ format: "date" });

export const certificateBody = z
  .object({
    reference,
    status: z.enum(statuses).meta({
      description:
        "reissuing: the old certificate is still valid. failed: refused for good. attention: there is no valid certificate, and the order needs attention. expired: the certificate has ended.",
      example: "issued",
    }),
    domain: z.string().meta({ description: "The name that the certificate is for", example: "shop.example.com" }),
    product: z.string().meta({ description: "eNom's Service code", example: "Certificate-RapidSSL-RapidSSL" }),
    years: count.meta({ description: "The paid term in years", example: 1 }),
    brand: z
      .string()
      .nullable()
      .meta({ description: "The name in mails about it; null: the default name", example: "Example Hosting" }),
    tenant: z
      .string()
      .nullable()
      .meta({ description: "Your own name of the customer, as the order had it", example: "customer-17" }),
    account: z.string().nullable().meta({ description: "The eNom account it is bought on", example: "main" }),
    origin: shownOrigin,
    certId: slot.nullable(),
    orderId: order.nullable(),
    expirationDate: date
      .nullable()
      .meta({ description: "UTC date on which the current certificate ends", example: "2027-06-10" }),
    paidUntil: date
      .nullable()
      .meta({ description: "UTC date on which the paid term ends; null for one year", example: null }),
    serialNumber: z
      .string()
      .nullable()
      .meta({ description: "Serial number of the current certificate", example: "0A1B2C3D4E5F60718293A4B5C6D7E8F9" }),
    notBefore: time.nullable().meta({ description: "Start of the current certificate" }),
    notAfter: time
      .nullable()
      .meta({ description: "End of the current certificate", example: "2027-06-10T23:59:59.000Z" }),
    policy: z
      .object({
        ...policy.shape,
        effectiveBeforeDays: count.meta({
          description: "The lead time in force: at most half of the certificate's life",
          example: 10,
        }),
        source: z
          .enum(["default", "billmgr.conf", "config", "environment", "product", "certificate"])
          .meta({ description: "Where the policy comes from" }),
      })
      .meta({ description: "What happens before the certificate ends" }),
    nextAction: z
      .object({
        kind: z.string().meta({
          description:
            "reissue, renew (buy the next term), remind (the customer), tell-of-renewal (mail to the operator mailbox), tell-of-remainder (mail to the customer), look (something is under way and is checked again) or ends (the last certificate of the term; at is the day of its end)",
          example: "reissue",
        }),
        at: z.string().meta({ description: "When", example: "2027-05-31T12:00:00.000Z" }),
      })
      .nullable()
      .meta({ description: "What the fleet does next, and when; null: nothing" }),
    reissues: count.meta({ description: "How often it was reissued", example: 0 }),
    validation: z
      .object({
        method: z.enum(["email", "dns", "file"]).meta({ description: "How the domain is validated" }),
        approverEmail: z
          .string()
          .nullable()
          .meta({ description: "Who gets the approval mail; null for dns and file", example: "admin@example.com" }),
        agreed: z
          .object({
            method: z.enum(["email", "dns", "file"]).meta({ description: "How the domain is validated next" }),
            email: z
              .string()
              .nullable()
              .meta({ description: "Who approves then; null for dns and file", example: null }),
          })
          .nullable()
          .meta({ description: "Agreed for the next validation, in place of method; null: nothing else was agreed" }),
        dns: z
          .object({
            name: z.string().meta({ description: "Its name", example: "_dnsauth.shop.example.com" }),
            type: z.string().meta({ description: "Its type", example: "TXT" }),
            value: z.string().meta({ description: "Its value", example: "3f1c9a7e5b2d4c60" }),
          })
          .nullable()
          .meta({ description: "The DNS record that the domain's owner must publish" }),
        file: z
          .object({
            url: z.string().meta({
              description: "Where the file must be found",
              example: "http://shop.example.com/.well-known/pki-validation/fileauth.txt",
            }),
            content: z.string().meta({ description: "What must be in it", example: "3f1c9a7e5b2d4c60" }),
          })
          .nullable()
          .meta({ description: "The file that the domain's owner must publish" }),
        proof: z
          .object({
            found: z.enum(["there", "other", "missing", "unknown"]).meta({
              description: "there: as asked. other: something else. missing: nothing. unknown: nobody could tell",
            }),
            detail: z.string().meta({
              description: "In words, with what stands there",
              example: "_dnsauth.shop.example.com has the record as asked.",
            }),
            at: time.meta({ description: "When Certfleet looked" }),
          })
          .nullable()
          .meta({ description: "What Certfleet found where the owner was asked to publish it; null: not looked for" }),
        pendingSince: time.nullable().meta({ description: "Since then the domain's owner must act" }),
        lastMethod: z
          .enum(["email", "dns", "file"])
          .nullable()
          .meta({ description: "How the domain was last validated" }),
        lastAt: time.nullable().meta({ description: "When the domain was last validated" }),
        reusableUntil: time.nullable().meta({ description: "Until then a reissue needs no new validation" }),
      })
      .meta({ description: "How the domain's owner proves control of it" }),
    attention: attention
      .extend({
        code: attention.shape.code.meta({ description: "Why, one of a fixed list", example: "validation-overdue" }),
        message: attention.shape.message.meta({
          description: "What happened, for people",
          example: "The domain's owner has not approved for 7 days.",
        }),
        since: attention.shape.since.meta({ description: "Since when", example: "2026-11-22T12:00:00.000Z" }),
        account: attention.shape.account.meta({
          description: "The account it is about, if that is not the order's",
          example: "main",
        }),
        who: attention.shape.who.meta({ description: "Who must act: operator, department or owner", example: "owner" }),
        by: attention.shape.by.meta({
          description: "When it must be done; null: no certificate ends meanwhile",
          example: null,
        }),
        next: attention.shape.next.meta({
          description: "What to do",
          example: "Ask the owner to approve: certfleet certificate show bill-1001",
        }),
        daysLeft: count
          .nullable()
          .meta({ description: "Whole days that the current certificate is still valid", example: 120 }),
      })
      .nullable()
      .meta({ description: "Who must act (`who`), by when (`by`) and what to do (`next`)" }),
    doubt: doubt.nullable().meta({ description: "A purchase whose outcome is unknown and needs a decision" }),
    failure: z
      .object({
        code: z.string().meta({ description: "Why, one of a fixed list", example: "enom-refused" }),
        message: z.string().meta({
          description: "What happened, for people",
          example: "The domain's owner has not approved for 7 days.",
        }),
      })
      .nullable()
      .meta({ description: "Why the order failed for good" }),
    warnings: z
      .array(
        z.object({
          code: z.string().meta({ description: "What it is, one of a fixed list", example: "unknown-root" }),
          message: z
            .string()
            .meta({ description: "The particulars, for people", example: "bill-1001 by somebody on this machine" }),
        }),
      )
      .meta({ description: "What is odd about the current certificate, and stops nothing" }),
    cancellation: cancellationFacts
      .nullable()
      .meta({ description: "What became of the money, once the order is cancelled" }),
    purchases: z
      .array(
        z.object({
          certId: slot,
          orderId: order.nullable(),
          at: time.meta({ description: "When it was bought" }),
          years: count.optional().meta({ description: "The term that was bought", example: 1 }),
          refunded: z.literal(true).optional().meta({ description: "eNom refunded this slot" }),
        }),
      )
      .meta({ description: "Every slot that was bought for the order, oldest first" }),
    timeline: z
      .array(
        z.object({
          at: time.meta({ description: "When", example: "2026-11-22T12:00:00.000Z" }),
          event: z.string().meta({ description: "What happened, one of a fixed list", example: "certificate.ordered" }),
          detail: z
            .string()
            .meta({ description: "The particulars, for people", example: "bill-1001 by somebody on this machine" }),
        }),
      )
      .meta({ description: "What happened, oldest first; the last 200 events" }),
    acceptedAt: time.meta({ description: "When the order was accepted" }),
  })
  // Readers must bear with fields that a later version adds.
  .meta({ id: "Certificate", additionalProperties: true });

/** Beside the certificate: what is kept otherwise than the call said it. */
export const normalisedList = z
  .array(
    z.object({
      field: z
        .string()
        .meta({ description: "Its JSON pointer without the first slash", example: "contacts/admin/city" }),
      from: z
        .union([z.string(), z.number(), z.null()])
        .meta({ description: "As it was sent; null: it was not sent", example: "Malmö" }),
      to: z.union([z.string(), z.number()]).meta({ description: "As it is kept and sent to eNom", example: "Malmo" }),
    }),
  )
  .meta({ description: "Everything that is kept otherwise than it was sent: in ASCII, in ISO codes, filled in" });

/** What a call answers that took contacts in. */
export const takenCertificateBody = certificateBody
  .extend({ normalised: normalisedList })
  .meta({ id: "TakenCertificate", additionalProperties: true });

export function bodyOf(
  certificate: Certificate,
  { clock, policyFor }: Pick<GatewayNeeds, "clock" | "policyFor">,
): z.infer<typeof certificateBody> {
  return project(certificate, clock.now(), policyFor);
}
