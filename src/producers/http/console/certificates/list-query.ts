// What the list of certificates may be asked for, in its address: the same fields for the page, its CSV and a bulk change.
import { z } from "zod";
import { type Status, statuses } from "../../../../shared/certificate/certificate.ts";
import { sorts } from "../../../../shared/certificate/lists/query.ts";
import { addressOf } from "../frame/query.ts";
import type { Wanted } from "./search-index.ts";

export const PAGE = 50;

/** What a row can show; the first column, the certificate itself, is always there. */
export const columnNames = [
  ...(["status", "product", "ends", "paidUntil", "next", "customer", "brand"] as const),
  ...(["account", "certId", "orderId", "serial", "accepted"] as const),
] as const;
export type ColumnName = (typeof columnNames)[number];
export const defaultColumns: readonly ColumnName[] = ["status", "product", "ends", "next", "customer"];

const text = z.string().max(200).trim().default("");

/** One value with commas, or the name repeated; what is unknown is left out, so that an old link still opens. */
function listOf<T extends string>(known: readonly T[]) {
  return z
    .union([z.string().max(500), z.array(z.string().max(500)).max(20)])
    .default("")
    .transform((given) => {
      const names = [given].flat().flatMap((each) => each.split(","));
      return known.filter((each) => names.includes(each));
    });
}

const day = z
  .union([z.literal(""), z.iso.date(), z.iso.datetime({ offset: true })], "must be a date such as 2027-01-31")
  .default("");

export const listQuery = z.object({
  q: text,
  status: listOf<Status>(statuses),
  attention: z.string().max(5).default(""),
  expires_before: day,
  ...{ customer: text, brand: text, product: text },
  sort: z.enum(["", ...sorts]).default(""),
  cursor: z.string().max(300).default(""),
  columns: listOf<ColumnName>(columnNames),
  said: z.string().max(40).optional(),
  lang: z.string().max(10).optional(),
});
export type ListQuery = z.infer<typeof listQuery>;

/** Whether the lists in Redis answer it; else it is looked for in memory. */
export function isPlain({ q, customer, brand, product }: ListQuery): boolean {
  return q === "" && customer === "" && brand === "" && product === "";
}

export function wantedOf(query: ListQuery): Wanted {
  const { q, status, attention, customer, brand, product, expires_before: before, sort } = query;
  return {
    ...{ q, status, customer, brand, product },
    attention: attention === "true",
    expiresBefore: before === "" ? undefined : new Date(before).getTime(),
    sort: sort === "" ? (before === "" ? "-acceptedAt" : "expiry") : sort,
  };
}

/** The address of the same list with something changed; the page always starts anew. */
export function listAddress(path: string, query: ListQuery, changed: Partial<ListQuery> = {}): string {
  const { cursor: _cursor, said: _said, lang: _lang, ...asked } = { ...query, ...changed };
  return addressOf(path, asked);
}

/** The same conditions as the API has them. */
export function apiAddress(query: ListQuery, more: Readonly<Record<string, string>>): string {
  const { status, attention, expires_before, sort } = query;
  const asked = { status, expires_before, ...(attention === "true" && { attention }) };
  return addressOf("/v1/certificates", {
    ...asked,
    sort: sort === "" ? (expires_before === "" ? "-acceptedAt" : "expiry") : sort,
    ...more,
  });
}
