// What is told of each line of many orders: the number of the line, the order's name, and what the single order would have
// been answered. The batch over HTTP and the results of a file look alike.
import { z } from "zod";
import { statuses } from "../../shared/certificate/certificate.ts";
import { acceptedBody, rehearsalBody } from "../http/order-answers.ts";
import { PROBLEM_PAGES, type Problem, problemBody, problemKind, typeOf } from "../http/problems.ts";

const { normalised, warnings } = acceptedBody.shape;

export const resultLine = z
  .object({
    line: z.int().min(1).meta({ description: "The number of the line, from 1; blank lines count", example: 1 }),
    reference: z
      .string()
      .nullable()
      .meta({ description: "The order's reference; null where the line does not say one", example: "bill-1001" }),
    status: z.int().meta({
      description:
        "As the HTTP status of the order alone: 202 accepted, 200 accepted before, 409, 422 and so on refused",
      example: 202,
    }),
    certificate: z
      .object({
        reference: z.string().meta({ description: "The order's name", example: "bill-1001" }),
        status: z.enum(statuses).meta({ description: "Where the order stands", example: "ordered" }),
        domain: z.string().meta({ description: "The domain of the certificate", example: "shop.example.com" }),
        product: z.string().meta({ description: "What is bought", example: "Certificate-RapidSSL-RapidSSL" }),
        years: z.int().meta({ description: "How many years are paid", example: 1 }),
        account: z.string().nullable().meta({ description: "Null: not chosen yet", example: "main" }),
        tenant: z.string().nullable().meta({ description: "The tenant that the order names", example: null }),
      })
      .optional()
      .meta({ description: "The certificate in short, of an order that is accepted" }),
    normalised: normalised.optional(),
    warnings: warnings.optional(),
    rehearsal: rehearsalBody.optional().meta({ description: "Of a dry run: what would become of the order" }),
    problem: problemBody
      .pick({ type: true, code: true, title: true, status: true, detail: true, errors: true, scope: true, valid: true })
      .optional()
      .meta({ description: "Why it is refused" }),
  })
  .meta({ id: "BatchResult", description: "What became of one line" });

export type ResultLine = z.infer<typeof resultLine>;

/** Where a line stands, and what the order in it is called. */
export interface Place {
  line: number;
  reference: string | null;
}

/** The reference that a body names, as far as it can be shown; null where there is none. */
export function referenceIn(body: unknown): string | null {
  const named = typeof body === "object" && body !== null && "reference" in body ? body.reference : null;
  return typeof named === "string" ? named.slice(0, 200) : null;
}

export function refusedLine({ line, reference }: Place, { name, detail, errors, scope, valid }: Problem): ResultLine {
  const { status, title } = problemKind(name);
  const more = { ...(errors && { errors: [...errors] }), ...(scope && { scope }), ...(valid === false && { valid }) };
  const type = typeOf(name, PROBLEM_PAGES);
  return { line, reference, status, problem: { type, code: name, title, status, detail, ...more } };
}
