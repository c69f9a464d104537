// What a mail template is made of, and the forms of the values that several of them ask for.
import { z } from "zod";

export interface Attachment {
  filename: string;
  contentType: string;
  content: string;
}

export interface Template {
  /** Strict, so that a value nobody prints is noticed as early as one that is missing. */
  values: z.ZodObject;
  example: Record<string, unknown>;
  /** What a mail carries beside its words, made of values that `values` has parsed. */
  attach?(values: Record<string, unknown>): Attachment[];
}

/** Holds example and attachments to the schema beside them. */
export function template<S extends z.ZodObject>(made: {
  values: S;
  example: z.input<S>;
  attach?: (values: z.output<S>) => Attachment[];
}): Template {
  const { attach, ...rest } = made;
  return { ...rest, ...(attach && { attach: (values) => attach(values as z.output<S>) }) };
}

export const oneLine = z.string().regex(/^[^\p{Cc}\p{Zl}\p{Zp}]{1,500}$/u, "must be one line of 1 to 500 characters");
export const manyLines = z
  .string()
  .overwrite((text) => text.replace(/\r\n?/g, "\n"))
  .regex(/^(?:[^\p{Cc}]|[\n\t])+$/u, "must be text without control characters");
/** A host name in ASCII, perhaps a wildcard: safe as a file name too. */
export const domain = z.string().regex(/^(\*\.)?([a-z0-9_-]{1,63}\.)+[a-z0-9-]{2,63}$/i, "must be a domain name");
export const moment = z.iso.datetime({ offset: true });
export const day = z.iso.date();
export const productName = oneLine.describe("The product's readable name");

/** A text that is attached under the domain's name, with a name that every system can save. */
export function pemFile(domain: string, extension: "pem" | "csr", content: string): Attachment {
  return {
    filename: `${domain.replace("*", "wildcard")}.${extension}`,
    contentType: "application/x-pem-file",
    content,
  };
}
