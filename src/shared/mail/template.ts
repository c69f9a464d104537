// What a mail template is made of, and the forms of the values that several of them ask for.
import { z } from "zod";
import { must } from "../base/fault.ts";
import { shownLine } from "../base/text/unseen.ts";
import { line, words } from "./free-text/kinds.ts";

export interface Attachment {
  filename: string;
  contentType: string;
  content: string;
}

export interface Template {
  /** Whom it is written to: the owner of a certificate, or the department of an account. */
  to: "customer" | "department";
  /** When it is sent, in a few words. */
  when: string;
  /** Strict, so that a value nobody prints is noticed as early as one that is missing. */
  values: z.ZodObject;
  /** One set of values, for previews and tests. */
  example: Record<string, unknown>;
  /** What else the mail may be asked to say, by a name: what each has other than the example. See faces.ts. */
  faces?: Record<string, Record<string, unknown>>;
  /** What a mail carries beside its words, made of values that `values` has parsed. */
  attach?(values: Record<string, unknown>): Attachment[];
}

/** Holds example, faces and attachments to the schema beside them. */
export function template<S extends z.ZodObject>(
  made: Pick<Template, "to" | "when"> & {
    values: S;
    example: z.input<S>;
    faces?: Record<string, Partial<z.input<S>>>;
    attach?: (values: z.output<S>) => Attachment[];
  },
): Template {
  const { attach, ...rest } = made;
  return { ...rest, ...(attach && { attach: (values) => attach(values as z.output<S>) }) };
}

export const oneLine = line(
  z.string().regex(/^[^\p{Cc}\p{Zl}\p{Zp}]{1,500}$/u, "must be one line of 1 to 500 characters"),
);
export const manyLines = z
  .string()
  .overwrite((text) => text.replace(/\r\n?/g, "\n"))
  .regex(/^(?:[^\p{Cc}]|[\n\t])+$/u, "must be text without control characters");
/** Words of somebody else's system: told in one paragraph, whatever they are made of. */
export const othersWords = words(z.string().overwrite((text) => shownLine(text).slice(0, 1_000) || "(nothing)"));
/** A host name in ASCII, perhaps a wildcard: safe as a file name too. */
export const domain = z.string().regex(/^(\*\.)?([a-z0-9_-]{1,63}\.)+[a-z0-9-]{2,63}$/i, "must be a domain name");
export const moment = z.iso.datetime({ offset: true });
export const day = z.iso.date();
/** A day, or a moment that is shown to the minute, UTC. */
export const when = z
  .union([day, moment], must("must be a date or a time, such as 2027-01-31 or 2027-01-31T12:00:00Z"))
  .transform((text) =>
    text.includes("T") ? `${new Date(text).toISOString().slice(0, 16).replace("T", " ")} UTC` : text,
  );
/** A link for people: nothing but http and https ever gets into a mail. */
export const link = z.url({ protocol: /^https?$/, ...must("must be an http or https address") }).max(500);
export const productName = words(oneLine.describe("The product's readable name"));
/** Mails print it into commands that people paste into a shell, so it is held to the form that orders give it. */
export const reference = z.string().regex(/^[A-Za-z0-9._-]{1,64}$/, "must be a certificate's reference");
/** The longest labels that DNS has, under a wildcard (RFC 1035, 2.3.4): what must fit wherever a domain is shown. */
export const LONG_DOMAIN = `*.${"a".repeat(63)}.${"b".repeat(63)}.example.com`;
export const account = oneLine.describe("The id of the eNom account");
export const certId = z.int().positive();

/** A text that is attached under the domain's name, with a name that every system can save. */
export function pemFile(domain: string, extension: "pem" | "csr", content: string): Attachment {
  return {
    filename: `${domain.replace("*", "wildcard")}.${extension}`,
    contentType: "application/x-pem-file",
    content,
  };
}
