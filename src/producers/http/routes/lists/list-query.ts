// What lists of certificates and their counts may be asked for.
import { z } from "zod";
import { type Status, statuses } from "../../../../shared/certificate/certificate.ts";
import type { Query } from "../../../../shared/certificate/list.ts";
import { isCursor, isCursorOf, sortOf, sorts } from "../../../../shared/certificate/lists/query.ts";
import { certificateBody } from "../../certificate-body.ts";
import { pageLimit } from "../../lists.ts";

type Field = keyof z.infer<typeof certificateBody>;
const fieldNames = Object.keys(certificateBody.shape) as Field[];

const time = z.union(
  [z.iso.date(), z.iso.datetime({ offset: true })],
  "must be a date such as 2027-01-31, or an RFC 3339 time",
);

/** `a,b`, or the name repeated, or both. Each must be one of `known`. */
function listOf<T extends string>(known: readonly T[], what: string) {
  return z
    .union([z.string().max(1_000), z.array(z.string().max(1_000)).max(100)])
    .transform((given, context): T[] => {
      const names = [given]
        .flat()
        .flatMap((text) => text.split(","))
        .map((name) => name.trim());
      const isKnown = (name: string): name is T => known.some((each) => each === name);
      const wrong = names.find((name) => !isKnown(name));
      if (wrong !== undefined) {
        const named = wrong === "" ? `names no ${what}` : `has no ${what} ${JSON.stringify(wrong.slice(0, 40))}`;
        context.addIssue({ code: "custom", message: `${named}. Known: ${known.join(", ")}` });
      }
      return names.filter(isKnown);
    })
    .optional();
}

const conditions = {
  status: listOf<Status>(statuses, "status").meta({
    description: `Only certificates of this status, or of one of several with commas between them: ${statuses.join(", ")}`,
    example: "issued,reissuing",
  }),
  domain: z
    .string()
    .max(100)
    .toLowerCase()
    .optional()
    .meta({ description: "Only certificates for this domain; the whole name", example: "shop.example.com" }),
  expires_before: time.optional().meta({
    description: "Only certificates that expire before this time; the list is then sorted by expiry",
    example: "2030-01-01",
  }),
  attention: z.literal("true").optional().meta({ description: "Only certificates that need attention" }),
  updated_since: time.optional().meta({
    description: "Only certificates that were changed at this time or later; the list is then sorted by change",
    example: "2026-12-01T09:00:00Z",
  }),
};

export const countQuery = z.strictObject(conditions);

export const listQuery = z
  .strictObject({
    ...conditions,
    sort: z.enum(sorts).optional().meta({
      description:
        "By acceptance, by expiry (only what was issued) or by the last change; with a minus the other way round",
      example: "-acceptedAt",
    }),
    fields: listOf<Field>(fieldNames, "field").meta({
      description: "Only these fields of each certificate, with commas between them",
      example: "reference,status,notAfter",
    }),
    limit: pageLimit,
    cursor: z.string().max(200).refine(isCursor, "must be the nextCursor of the page before").optional().meta({
      description: "The nextCursor of the page before, with the same sort; without it the first page",
      example: "MTc5NTM0ODgwMDAwMApiaWxsLTEwMDA",
    }),
  })
  .superRefine((given, context) => {
    const wanted = queryOf(given);
    if (wanted.updatedSince && !sortOf(wanted).endsWith("updated"))
      context.addIssue({ code: "custom", path: ["sort"], message: "must be updated or -updated with updated_since" });
    if (given.cursor !== undefined && !isCursorOf(given.cursor, wanted))
      context.addIssue({ code: "custom", path: ["cursor"], message: "is of a list with another sort" });
  });

/** As the store takes it. */
export function queryOf(given: z.infer<typeof countQuery> & Pick<Query, "sort">): Query {
  const { status, domain, attention, expires_before: before, updated_since: since, sort } = given;
  return {
    ...{ status, domain, sort },
    attention: attention === "true",
    expiresBefore: before === undefined ? undefined : new Date(before),
    updatedSince: since === undefined ? undefined : new Date(since),
  };
}
