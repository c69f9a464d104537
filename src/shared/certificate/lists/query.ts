// What a list may be asked for, and in which order it then is.
import { type Certificate, type Status, statusOf } from "../certificate.ts";
import { readCursor } from "./page.ts";

export const sorts = ["acceptedAt", "-acceptedAt", "expiry", "-expiry", "updated", "-updated"] as const;
/** With a minus the newest, or the one that ends last, comes first. */
export type Sort = (typeof sorts)[number];

export interface Query {
  status?: Status | readonly Status[] | undefined;
  domain?: string | undefined;
  expiresBefore?: Date | undefined;
  attention?: boolean | undefined;
  /** Saved, or ended, at this time or later. Only with an order by time of change. */
  updatedSince?: Date | undefined;
  sort?: Sort | undefined;
}

/** Undefined: of any status. */
export function statusesOf({ status }: Query): readonly Status[] | undefined {
  return status === undefined ? undefined : [...new Set([status].flat() as Status[])];
}

/** Where nothing was said: by what was asked for. */
export function sortOf(query: Query): Sort {
  const { sort, updatedSince, expiresBefore } = query;
  if (sort !== undefined) return sort;
  if (updatedSince) return "updated";
  return expiresBefore || statusesOf(query)?.join() === "expired" ? "expiry" : "acceptedAt";
}

/** Whether it still is what its list says: another process may be changing it just now. */
export function fits(certificate: Certificate, query: Query, now: Date): boolean {
  const { domain, attention, expiresBefore } = query;
  const { order, record } = certificate;
  if (statusesOf(query)?.includes(statusOf(certificate, now)) === false) return false;
  if (domain && order.domain !== domain) return false;
  if (expiresBefore && !(record.issue && new Date(record.issue.notAfter) < expiresBefore)) return false;
  return !attention || record.attention !== null;
}

/** Whether a list can go on from here; another text would quietly start it anew. */
export function isCursor(text: string): boolean {
  return readCursor(text) !== undefined;
}

/** Whether the page before was one of a list in the same order. */
export function isCursorOf(text: string, query: Query): boolean {
  const { sort } = readCursor(text) ?? {};
  return sort === undefined || sort === sortOf(query);
}
