// Where a certificate stands in the lists, as the scripts read it; whether all certificates stand where they belong.

import type { RedisClient } from "../../redis/client.ts";
import type { Keys } from "../../redis/keys.ts";
import { type Adoptable, heldUntil } from "../imported/origin.ts";

/** Of the lists. Another number has every certificate listed anew in the background. */
export const LIST_RULES = "1";

export interface ListNeeds {
  redis: RedisClient;
  keys: Keys;
}

/** What decides in which lists a certificate stands. */
export interface Listing {
  domain: string;
  /** One of `statuses`. */
  status: string;
  attention: boolean;
  /** RFC 3339; null: nothing was issued yet. */
  notAfter: string | null;
}

/** The end in the lists by expiry, which tell of what ends soon: whoever is not adopted stands in none of them. */
export function listedEnd(record: Adoptable & { issue?: { notAfter: string } | null | undefined }): string | null {
  return heldUntil(record) === "adoption" ? null : (record.issue?.notAfter ?? null);
}

/** In front of the names of all lists, for the scripts. */
export function listRoot({ prefix }: Pick<Keys, "prefix">): string {
  return `${prefix}:index`;
}

/** As `lua/listing.lua` takes it apart. */
export function listedText({ domain, status, attention, notAfter }: Listing): string {
  const end = notAfter === null ? "" : `${new Date(notAfter).getTime()}`;
  return [domain, status, attention ? "1" : "", end].join("|");
}

/**
 * Whether every certificate stands in all its lists. Until then, after an update, only the lists of version 0.1.0 are
 * complete: by acceptance, status, domain, expiry, and those with attention.
 */
export async function areListsWhole({ redis, keys }: ListNeeds): Promise<boolean> {
  return (await redis.hget(keys.listed, "whole")) === LIST_RULES;
}

/** Whether every certificate stands in the list by time of change, which is younger than the others. */
export async function isUpdateListWhole({ redis, keys }: ListNeeds): Promise<boolean> {
  return (await redis.hget(keys.listed, "updated")) === "1";
}
