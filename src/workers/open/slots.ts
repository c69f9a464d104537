// What a listed certificate can be for an order: a slot of its class, untouched, young (rule 10 c).
import { daysBetween } from "../../shared/dates.ts";
import { findProductOfType } from "../../shared/products.ts";
import { slotClass } from "../ledger/attempt.ts";
import type { Listed } from "./listing.ts";

const AWAITING_CONFIGURATION = 1;
const REFUNDED = new Set([7, 8]);
const OLDEST_DAYS = 7;

export function isRefundedSlot({ statusId }: Pick<Listed, "statusId">): boolean {
  return REFUNDED.has(statusId);
}

/** Never touched, by its number and its empty domain; the text beside the number varies. */
export function isUntouched({ statusId, domain, isExpired }: Listed): boolean {
  return statusId === AWAITING_CONFIGURATION && domain === "" && !isExpired;
}

/** The beginning of eNom's own day of the purchase; null when eNom shows none. */
export function orderedOn({ orderDate }: Pick<Listed, "orderDate">): Date | null {
  return orderDate === null ? null : new Date(`${orderDate.slice(0, 10)}T00:00:00Z`);
}

/** At most a week old. eNom's dates are its own local days: one day of grace. */
export function isYoung(listed: Listed, now: Date): boolean {
  const ordered = orderedOn(listed);
  return ordered !== null && daysBetween(ordered, now) <= OLDEST_DAYS + 1;
}

/** The class of a listed certificate. What the product table does not know has a class of its own: no order ever asks for it. */
export function classOf({ prodType, validityMonths }: Pick<Listed, "prodType" | "validityMonths">): string {
  return slotClass(findProductOfType(prodType)?.service ?? `type-${prodType}`, validityMonths / 12);
}
