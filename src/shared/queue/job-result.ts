// What a job of an order tells whoever put it in: its return value, and its progress as it goes.
import { z } from "zod";
import { type Certificate, statuses, statusOf } from "../certificate/certificate.ts";

/** Fields may be added, none is renamed. */
export const jobResult = z.object({
  reference: z.string(),
  status: z.enum(statuses).meta({ description: "As GET /v1/certificates/{reference} shows it" }),
  certId: z.int().nullable().meta({ description: "eNom's number of the slot" }),
  attention: z
    .object({
      code: z.string(),
      message: z.string(),
      who: z.string(),
      by: z.string().nullable(),
      next: z.string(),
    })
    .nullable()
    .meta({ description: "What the order needs before it can go on, and from whom" }),
});
export type JobResult = z.infer<typeof jobResult>;

export function jobResultOf(certificate: Certificate, now: Date): JobResult {
  const { order, certId, record } = certificate;
  return jobResult.parse({
    reference: order.reference,
    status: statusOf(certificate, now),
    certId,
    attention: record.attention,
  });
}
