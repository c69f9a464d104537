// How the answers to an order look: what was accepted, and what a dry run found.

import { z } from "zod";
import { warningCodes } from "../../shared/intake/rules.ts";
import { certificateBody, normalisedList } from "./certificate-body.ts";

const beside = {
  normalised: normalisedList,
  warnings: z
    .array(
      z.object({
        code: z.string().meta({
          description: `For programs: ${warningCodes.join(", ")}, or one of a later version`,
          example: "key-exponent",
        }),
        message: z
          .string()
          .meta({ description: "For people", example: "The key has an exponent that some devices refuse." }),
        field: z.string().optional().meta({ description: "The field that it is about", example: "csr" }),
      }),
    )
    .meta({ description: "What you should know, and what stops nothing" }),
};

/** The certificate, and what there is to say about the order once. */
export const acceptedBody = z
  .object({ ...certificateBody.shape, ...beside })
  .meta({ id: "AcceptedCertificate", additionalProperties: true });

export const rehearsalBody = z
  .object({
    valid: z.literal(true).meta({ description: "The order would be accepted; otherwise the answer is a problem" }),
    product: z.string().meta({ description: "The service code", example: "Certificate-RapidSSL-RapidSSL" }),
    names: z
      .array(z.string())
      .meta({ description: "What the certificate is for, the common name first", example: ["shop.example.com"] }),
    price: z
      .string()
      .nullable()
      .meta({ description: "Of the first purchase; null while no worker has read the price list", example: "9.95" }),
    currency: z.string().nullable().meta({ description: "Of the price; null while it is unknown", example: "USD" }),
    account: z.string().nullable().meta({ description: "The eNom account that is asked first", example: "main" }),
    ...beside,
    remainder: z
      .object({
        purchases: z.int().meta({ description: "Of the whole paid term, the last one included", example: 5 }),
        lastCoversDays: z
          .int()
          .meta({ description: "Days of the paid term that only the last purchase covers", example: 30 }),
        price: z.string().nullable().meta({ description: "Of the last purchase; null: unknown", example: "9.95" }),
      })
      .nullable()
      .meta({ description: "The last purchase, if it covers only a part of its term" }),
  })
  .meta({ id: "DryRun", description: "What would become of the order; nothing is kept" });
