// All certificates of an account as eNom lists them, whole and without a filter (rule 10), and what a listed one can be for an order.
import { daysBetween } from "../../shared/base/dates.ts";
import { Unavailable } from "../../shared/base/errors.ts";
import { findProductOfType } from "../../shared/certificate/products.ts";
import { again } from "../enom/commands/again.ts";
import type { CertificatePage, Enom, UnreadRow } from "../enom/commands/commands.ts";
import { slotClass } from "../ledger/attempt.ts";

export type Listed = CertificatePage["certificates"][number];

const PAGE = 250;
/** A list that changes while it is read is read again so often before the queue is asked to wait. */
const TRIES = 4;

export interface Listing {
  listed: Listed[];
  /** Of these something that matters cannot be read. Whoever decides by the list decides what of them matters. */
  unread: UnreadRow[];
}

/**
 * Newest first, pages overlapping by one, until the distinct certificates are as many as eNom counts.
 * @throws Unavailable when they never are, or eNom cannot be asked
 */
export async function listAll(enom: Pick<Enom, "listCertificates">): Promise<Listing> {
  for (let tries = 1; ; tries++) {
    const { found, unread, total } = await readPages(enom);
    if (found.size + unread.size === total) return { listed: [...found.values()], unread: [...unread.values()] };
    if (tries === TRIES)
      throw new Unavailable("eNom's list of certificates is inconsistent; it is read again later", { answered: true });
  }
}

interface Pages {
  found: Map<number, Listed>;
  /** By CertID, else by their own words: a row that two pages show is one row. */
  unread: Map<string, UnreadRow>;
  total: number;
}

async function readPages(enom: Pick<Enom, "listCertificates">): Promise<Pages> {
  const pages: Pages = { found: new Map(), unread: new Map(), total: 0 };
  for (let start = 1; ; ) {
    const { certificates, unread, total } = await again(() => enom.listCertificates({ start, size: PAGE }));
    pages.total = total;
    for (const each of certificates) pages.found.set(each.certId, each);
    const alike = new Map<string, number>();
    for (const each of unread) {
      const count = (alike.get(each.words) ?? 0) + 1;
      alike.set(each.words, count);
      if (each.certId === null) pages.unread.set(`${count} ${each.words}`, each);
      else if (!pages.found.has(each.certId)) pages.unread.set(`${each.certId}`, each);
    }
    for (const { certId } of certificates) pages.unread.delete(`${certId}`); // readable on one of two pages
    const shown = certificates.length + unread.length;
    const end = start - 1 + shown;
    if (shown === 0 || end >= total) return pages;
    start = Math.max(start + 1, end);
  }
}

const AWAITING_CONFIGURATION = 1;

/** Statuses in which eNom lets a slot be configured: awaiting configuration, rejected by the customer. */
const CONFIGURABLE = new Set([AWAITING_CONFIGURATION, 6]);

const REFUNDED = new Set([7, 8]);

const OLDEST_DAYS = 7;

export function isRefundedSlot({ statusId }: { statusId: number | null }): boolean {
  return statusId !== null && REFUNDED.has(statusId);
}

/** Not at the certificate authority: eNom takes a configuration, also another one than before. */
export function isConfigurable({ statusId }: Pick<Listed, "statusId">): boolean {
  return CONFIGURABLE.has(statusId);
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
