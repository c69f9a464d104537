// The `notify` job: which mail, to whom, filled with what, and the key that makes it once only; and the same as others ask
// for it.
import { z } from "zod";
import { displayName, mailbox } from "../base/email-address.ts";

export const MOST_VALUE_BYTES = 16 * 1024;

const VALUE = "must be text, a number, true, false or null, or lists and objects of these, three levels deep at most";
const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()], VALUE);
/** JSON of bounded depth: a checker that follows ten thousand brackets runs out of stack before it can say no. */
const json = (depth: number): z.ZodType<z.core.util.JSONType> =>
  depth === 0 ? scalar : z.union([scalar, z.array(json(depth - 1)), z.record(z.string(), json(depth - 1))], VALUE);

const key = (longest: number) =>
  z
    .string()
    .regex(new RegExp(`^[\\x21-\\x7e]{1,${longest}}$`), `must be 1 to ${longest} printable characters without spaces`)
    .meta({
      description: "Names the mail: the same key again sends nothing. Each API key has its own names",
      example: "bill-1001:told-again:1",
    });

const name = (what: string) =>
  z
    .string()
    .regex(/^[A-Za-z0-9._-]{1,64}$/, `must be the ${what}`)
    .optional();

const words = {
  template: z
    .string()
    .max(64)
    .regex(/^[a-z0-9-]+$/, "must be a template's name: a-z, 0-9 and hyphens")
    .meta({ description: "The name of the mail", example: "certificate-issued" }),
  language: z
    .string()
    .regex(/^[a-z]{2,3}(-[A-Z]{2})?$/, "must look like en or pt-BR")
    .optional()
    .meta({
      description: "The language of the mail; without it the customer's, then the default language",
      example: "en",
    }),
  brand: displayName
    .optional()
    .meta({ description: "The name that the mail is written for", example: "Example Hosting" }),
};
const values = z
  .record(z.string(), json(3))
  .refine((given) => valueBytes(given) <= MOST_VALUE_BYTES, "must be 16 KB of JSON at most");
const about = {
  reference: name("reference of an order").meta({
    description:
      "The order that the mail is about: its customer gets it, a mail for operators goes to the operator mailbox",
    example: "bill-1001",
  }),
  account: name("id of an account").meta({
    description: "Instead of `reference`: the account whose operator mailbox gets the mail",
    example: "main",
  }),
};
const to = mailbox.optional().meta({
  description:
    "Whoever gets the mail. Without it the customer or operator mailbox that is named; another one needs the scope `notifications:any`",
});

/** The body of `POST /v1/notifications`, of `notification send`, and of a `notify` job of somebody else. */
export const NotificationRequest = z.strictObject({
  v: z.literal(1).default(1).meta({ description: "The version of this form" }),
  key: key(200),
  ...words,
  ...about,
  to,
  values: values.default({}).meta({
    description:
      "The values that the template asks for, 16 KB of JSON at most. What the named order says itself may be left out",
  }),
});
export type NotificationRequest = z.infer<typeof NotificationRequest>;

/** A mail that somebody else asked for: which of its values are words of theirs, as `open/0/message`. */
const outside = z.strictObject({ words: z.array(z.string()) });

/** The payload of a `notify` job as the fleet makes it. New fields have no default: the seal covers what is there. */
export const Notification = z.strictObject({
  v: z.literal(1).default(1),
  key: key(400),
  ...words,
  ...about,
  to: mailbox,
  values,
  outside: outside.optional(),
  seal: z.string().max(64).optional().meta({ description: "Left out by others: Certfleet's own jobs bear it" }),
});
export type Notification = z.infer<typeof Notification>;

/** Whatever lies in the queue: the fleet's own jobs, and those of others. */
export const notifyJob = z.strictObject({ ...Notification.shape, to, values: NotificationRequest.shape.values });

/** What the values of a mail take up in its job. */
export function valueBytes(given: Readonly<Record<string, unknown>>): number {
  return Buffer.byteLength(JSON.stringify(given));
}
