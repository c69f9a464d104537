// Nobody gives an API key more than he has himself: what of a new key goes beyond the key of whoever makes it.
import ipaddr from "ipaddr.js";
import type { Fault } from "../../base/fault.ts";
import { allows, type Scope } from "../scopes.ts";
import { type ApiKey, DEFAULT_RATE, type KeyTerms, type Rate } from "./key.ts";
import { hasQuota } from "./quota.ts";

/** What can be had for money, and so is counted by quotas. */
const SPENDING: readonly Scope[] = ["certificates:write", "money:decide"];

/** Undefined: whoever makes it has no key, and so no limits of one. */
export type Giver = Pick<ApiKey, "scopes" | "expires" | "from" | "rate" | "ordersPerDay" | "moneyPerDay">;

/** By the fields of the new key; none: it may be made. */
export function beyond(wanted: Omit<KeyTerms, "from"> & { from?: readonly string[] }, giver: Giver): Fault[] {
  const faults: Fault[] = [];
  const lacked = wanted.scopes.filter((scope) => !allows(giver.scopes, scope));
  if (lacked.length > 0)
    faults.push({ field: "scopes", message: `has more than the API key has: ${lacked.join(", ")}.` });
  if (hasQuota(giver) && SPENDING.some((scope) => allows(wanted.scopes, scope)))
    faults.push({ field: "scopes", message: "may order, and an API key with a quota makes none that orders." });
  const ends = giver.expires ?? null;
  if (ends !== null && (!wanted.expires || new Date(wanted.expires) > new Date(ends)))
    faults.push({ field: "expires", message: `is later than that of the API key, which ends at ${ends}.` });
  if (!isWithin(wanted.from ?? [], giver.from ?? []))
    faults.push({ field: "from", message: `goes beyond that of the API key: ${(giver.from ?? []).join(", ")}.` });
  if (perSecond(wanted.rate) > perSecond(giver.rate) || most(wanted.rate) > most(giver.rate))
    faults.push({ field: "rate", message: "is higher than that of the API key." });
  return faults;
}

/** Whether it is bound to a time, a place or a quota, as no console user is. */
export function isBound({ expires, from = [], ...quotas }: Giver): boolean {
  return (expires ?? null) !== null || from.length > 0 || hasQuota(quotas);
}

function perSecond(rate: Rate | null | undefined): number {
  const { requests, seconds } = rate ?? DEFAULT_RATE;
  return requests / seconds;
}

/** At once. */
function most(rate: Rate | null | undefined): number {
  return (rate ?? DEFAULT_RATE).requests;
}

function isWithin(wanted: readonly string[], given: readonly string[]): boolean {
  if (given.length === 0) return true;
  if (wanted.length === 0) return false;
  const blocks = given.map((each) => ipaddr.parseCIDR(each));
  return wanted.every((each) => {
    const [address, bits] = ipaddr.parseCIDR(each);
    return blocks.some(
      ([net, length]) => net.kind() === address.kind() && bits >= length && address.match([net, length] as never),
    );
  });
}
