// What a list may be asked for, and in which order it then is.
import { readCursor } from "./page.ts";

export const sorts = ["acceptedAt", "-acceptedAt", "expiry", "-expiry", "updated", "-updated"] as const;
/** With a minus the newest, or the one that ends last, comes first. */
export type Sort = (typeof sorts)[number];

export interface ListQuery {
  /** Of `statuses`. */
  status?: string | readonly string[] | undefined;
  domain?: string | undefined;
  expiresBefore?: Date | undefined;
  attention?: boolean | undefined;
  /** Saved, or ended, at this time or later. Only with an order by time of change. */
  updatedSince?: Date | undefined;
  sort?: Sort | undefined;
}

/** Undefined: of any status. */
export function statusesOf({ status }: Pick<ListQuery, "status">): readonly string[] | undefined {
  return status === undefined ? undefined : [...new Set([status].flat())];
}

/** Where nothing was said: by what was asked for. */
export function sortOf(query: ListQuery): Sort {
  const { sort, updatedSince, expiresBefore } = query;
  if (sort !== undefined) return sort;
  if (updatedSince) return "updated";
  return expiresBefore || statusesOf(query)?.join() === "expired" ? "expiry" : "acceptedAt";
}

/** Whether a list can go on from here; another text would quietly start it anew. */
export function isCursor(text: string): boolean {
  return readCursor(text) !== undefined;
}

/** Whether the page before was one of a list in the same order. */
export function isCursorOf(text: string, query: ListQuery): boolean {
  const { sort } = readCursor(text) ?? {};
  return sort === undefined || sort === sortOf(query);
}
