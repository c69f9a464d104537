// An API key as it is kept and judged, wherever it stands: in Redis, in certfleet.yaml or in the environment.
import ipaddr from "ipaddr.js";
import { z } from "zod";
import { money } from "../../base/money.ts";
import { type Scope, scopes } from "../scopes.ts";

/** What CERTFLEET_API_KEY is called in logs and timelines. */
export const ENVIRONMENT_KEY = "environment";

/** So many requests at once, which come back evenly within so many seconds. */
export const rate = z.object({ requests: z.number().positive(), seconds: z.number().positive() });
export type Rate = z.infer<typeof rate>;

/** 100 requests a second, 1,000 at once. */
export const DEFAULT_RATE: Rate = { requests: 1_000, seconds: 10 };

/** What a key may do, from where, until when and how much of it. What is absent is not limited, except for the rate. */
export const keyTerms = z.object({
  scopes: z.array(z.enum(scopes)),
  /** RFC 3339; from then on it is refused. */
  expires: z.string().nullish(),
  /** CIDR blocks; none: from everywhere. */
  from: z.array(z.string()).default([]),
  rate: rate.nullish(),
  /** Orders, and money, that it may place in any 24 hours. */
  ordersPerDay: z.number().int().nullish(),
  moneyPerDay: money.nullish(),
});
export type KeyTerms = z.infer<typeof keyTerms>;

/** A key that may be shown by a caller. `sha256`: of its secret, hexadecimal. */
export type ApiKey = { id: string; sha256: string; scopes: readonly Scope[] } & Partial<Omit<KeyTerms, "scopes">>;

/** As Redis keeps it. */
export const keptKey = keyTerms.extend({
  id: z.string(),
  sha256: z.string(),
  createdAt: z.string(),
  createdBy: z.string(),
  /** Of the last new secret. */
  rotatedAt: z.string().nullish(),
  /** The secret before, and until when it opens as well. */
  before: z.object({ sha256: z.string(), until: z.string() }).nullish(),
  revokedAt: z.string().nullish(),
  revokedBy: z.string().nullish(),
});
export type KeptKey = z.infer<typeof keptKey>;

export function isExpired({ expires }: Pick<ApiKey, "expires">, now: Date): boolean {
  return expires !== undefined && expires !== null && new Date(expires) <= now;
}

/** Whether a request from there may use it. Whoever has no address (a Unix socket) comes from none of the blocks. */
export function isFrom({ from = [] }: Pick<ApiKey, "from">, address: string | null): boolean {
  if (from.length === 0) return true;
  if (address === null || !ipaddr.isValid(address)) return false;
  const peer = ipaddr.process(address);
  return from.some((block) => {
    const [net, bits] = ipaddr.parseCIDR(block);
    return net.kind() === peer.kind() && peer.match(net, bits);
  });
}
