// The certificate as the API shows it, written down for the OpenAPI document; nothing that is not named here leaves.

import { z } from "zod";
import { attention } from "../../shared/certificate/attention.ts";
import { type Certificate, statuses } from "../../shared/certificate/certificate.ts";
import { doubt } from "../../shared/certificate/doubt.ts";
import { reference } from "../../shared/certificate/order.ts";
import { project } from "../../shared/certificate/projection.ts";
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
        "reissuing: the old issue is still valid. failed: refused for good. attention: no valid certificate, and a person must act. expired: the current issue has ended.",
    }),
    domain: z.string().meta({ example: "shop.example.com" }),
    product: z.string().meta({ example: "Certificate-RapidSSL-RapidSSL" }),
    years: count.meta({ description: "The paid term", example: 1 }),
    brand: z.string().nullable().meta({ description: "The name that mails about it speak for; null: the fleet's" }),
    account: z.string().nullable().meta({ description: "The eNom account it is bought on" }),
    certId: slot.nullable(),
    orderId: order.nullable(),
    expirationDate: date.nullable().meta({ description: "UTC date on which the current issue ends" }),
    paidUntil: date.nullable().meta({ description: "End of the paid term; null for one year" }),
    serialNumber: z.string().nullable(),
    notBefore: time.nullable(),
    notAfter: time.nullable(),
    policy: z.object({
      ...policy.shape,
      effectiveBeforeDays: count.meta({
        description: "The lead it really has: at most half of the issue's life",
        example: 10,
      }),
      source: z.enum(["default", "billmgr.conf", "config", "environment", "product", "certificate"]),
    }),
    nextAction: z
      .object({
        kind: z.string().meta({
          description:
            "reissue, renew (buy the next term), remind (the customer), tell-of-renewal (the department) or look (something is under way)",
        }),
        at: z.string(),
      })
      .nullable(),
    reissues: count.meta({ example: 0 }),
    validation: z.object({
      method: z.enum(["email", "dns", "file"]),
      approverEmail: z.string().nullable(),
      dns: z.object({ name: z.string(), type: z.string(), value: z.string() }).nullable(),
      file: z.object({ url: z.string(), content: z.string() }).nullable(),
      pendingSince: time.nullable().meta({ description: "The owner must act since then" }),
      lastMethod: z
        .enum(["email", "dns", "file"])
        .nullable()
        .meta({ description: "How the domain was last validated" }),
      lastAt: time.nullable(),
      reusableUntil: time.nullable().meta({ description: "Until then a certificate needs no new validation" }),
    }),
    attention: attention
      .extend({ daysLeft: count.nullable().meta({ description: "Whole days that the certificate is still valid" }) })
      .nullable()
      .meta({ description: "A person must act: `who`, `by` when, and `next` says how" }),
    doubt: doubt.nullable().meta({ description: "What is known of a purchase that waits for a person's decision" }),
    failure: z.object({ code: z.string(), message: z.string() }).nullable(),
    purchases: z.array(
      z.object({
        certId: slot,
        orderId: order.nullable(),
        at: time,
        years: count.optional(),
        refunded: z.literal(true).optional().meta({ description: "eNom gave the money back" }),
      }),
    ),
    timeline: z.array(z.object({ at: time, event: z.string(), detail: z.string() })),
    acceptedAt: time,
  })
  // Readers must bear with fields that a later version adds.
  .meta({ id: "Certificate", additionalProperties: true });

export function bodyOf(
  certificate: Certificate,
  { clock, policyFor }: Pick<GatewayNeeds, "clock" | "policyFor">,
): z.infer<typeof certificateBody> {
  return project(certificate, clock.now(), policyFor);
}
