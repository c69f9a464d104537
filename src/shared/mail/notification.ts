// The `notify` job: which mail, to whom, filled with what, and the key that makes it once only.
import { z } from "zod";
import { displayName, mailbox } from "../base/email-address.ts";

const MOST_VALUE_BYTES = 16 * 1024;

const VALUE = "must be text, a number, true, false or null, or lists and objects of these, three levels deep at most";
const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()], VALUE);
/** JSON of bounded depth: a checker that follows ten thousand brackets runs out of stack before it can say no. */
const json = (depth: number): z.ZodType<z.core.util.JSONType> =>
  depth === 0 ? scalar : z.union([scalar, z.array(json(depth - 1)), z.record(z.string(), json(depth - 1))], VALUE);

/** The payload of a `notify` job, and the body of `POST /v1/notifications`. */
export const Notification = z.strictObject({
  v: z.literal(1).default(1),
  key: z
    .string()
    .regex(/^[\x21-\x7e]{1,200}$/, "must be 1 to 200 printable characters without spaces")
    .meta({
      description: "Names the mail: the same key again sends nothing",
      example: "bill-1001:certificate-issued:1",
    }),
  template: z
    .string()
    .max(64)
    .regex(/^[a-z0-9-]+$/, "must be a template's name: a-z, 0-9 and hyphens")
    .meta({ description: "The name of the mail", example: "certificate-issued" }),
  to: mailbox,
  language: z
    .string()
    .regex(/^[a-z]{2,3}(-[A-Z]{2})?$/, "must look like en or pt-BR")
    .optional()
    .meta({ description: "The language of the mail; without it the default language" }),
  brand: displayName.optional().meta({ description: "The name that the mail is written for" }),
  values: z
    .record(z.string(), json(3))
    .refine((values) => valueBytes(values) <= MOST_VALUE_BYTES, "must be 16 KB of JSON at most")
    .meta({ description: "The values that the template asks for, 16 KB of JSON at most" }),
});
export type Notification = z.infer<typeof Notification>;

/** What the values of a mail take up in its job. */
export function valueBytes(values: Readonly<Record<string, unknown>>): number {
  return Buffer.byteLength(JSON.stringify(values));
}
