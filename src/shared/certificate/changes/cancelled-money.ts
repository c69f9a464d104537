// What cancelling does with the money, in facts and in words: nothing was bought, the slot is unused, eNom's support gives the
// money back until a day, or it is spent.

import { DAY_MS, utcDate } from "../../base/dates.ts";
import type { CancellationFacts } from "../../refund/cancellation.ts";
import type { Certificate } from "../certificate.ts";
import { findProduct } from "../products.ts";

/** Refunds only through support, within 30 days of the purchase. (eNom API, certificate statuses: 7 and 8) */
export const REFUND_DAYS = 30;
/** An unused slot is given to a later order only while it is as young as this: its term is running (rule 6). */
export const UNUSED_DAYS = 7;

export interface Paid {
  certId: number | null;
  orderId: number | null;
  price: string | null;
  currency: string;
  at: Date;
}

/**
 * What was paid last for the order; undefined when nothing was, or the money came back. A slot that was given to it unused was
 * bought earlier than it got it: that day counts for a refund.
 */
export function paidFor({ purchases, record, slotBoughtAt }: Certificate): Paid | undefined {
  const newest = purchases.at(-1);
  if (!newest || newest.refunded) return undefined;
  const { certId, orderId, at } = newest;
  const { price = null, currency = "USD" } = record.plan ?? {};
  return { certId, orderId, price, currency, at: slotBoughtAt ?? new Date(at) };
}

/** Last day on which eNom's support refunds a purchase of that time. eNom counts in its own days: the earlier one is named. */
export function lastRefundDay(boughtAt: Date): string {
  return utcDate(new Date(boughtAt.getTime() + REFUND_DAYS * DAY_MS));
}

export function isRefundable(boughtAt: Date, now: Date): boolean {
  return utcDate(now) <= lastRefundDay(boughtAt);
}

/** What a ticket is about. `isIssued`: a certificate was issued with the slot. */
export interface TicketAbout {
  product: string;
  account: string;
  reason: string;
  isIssued: boolean;
}

/** The text for eNom's support, ready to paste. */
export function ticketText(
  { certId, orderId, price, currency, at }: Paid,
  { product, account, reason, isIssued }: TicketAbout,
): string {
  return [
    `Please refund this certificate of our account ${account}.`,
    ...(certId === null ? [] : [`CertID: ${certId}`]),
    ...(orderId === null ? [] : [`Order: ${orderId}`]),
    `Product: ${findProduct(product)?.name ?? product}`,
    `Bought: ${utcDate(at)}${price === null ? "" : `, for ${price} ${currency}`}`,
    `Reason: ${reason.slice(0, 200)}`,
    isIssued ? "It was issued; it will not be used, and may be revoked." : "It is not used and will not be used.",
    `Last day of the refund: ${lastRefundDay(at)}`,
  ].join("\n");
}

/** Nothing was bought, or the money is back already. */
export const NO_MONEY: CancellationFacts = {
  money: "none",
  price: null,
  currency: "USD",
  certId: null,
  refundBy: null,
  ticket: null,
};

/** `isUnused`: the slot has gone to the unused ones; a machine gives it away while it is young. */
export function moneyOf(
  bought: Paid | undefined,
  { isUnused, now, ...about }: TicketAbout & { isUnused: boolean; now: Date },
): CancellationFacts {
  if (!bought) return NO_MONEY;
  const { certId, price, currency, at } = bought;
  const isYoung = now.getTime() - at.getTime() <= UNUSED_DAYS * DAY_MS;
  const refundable = isRefundable(at, now);
  const money = isUnused && isYoung ? "unused-slot" : refundable ? "refundable" : "spent";
  const ticket = refundable ? ticketText(bought, about) : null;
  return { ...{ money, price, currency, certId, ticket }, refundBy: refundable ? lastRefundDay(at) : null };
}

/** One or two sentences for the timeline, `explain` and the mail. */
export function moneyWords({ money, price, currency, certId, refundBy }: Omit<CancellationFacts, "ticket">): string {
  const amount = price === null ? "Its price" : `${price} ${currency}`;
  const slot = certId === null ? "the slot" : `slot ${certId}`;
  switch (money) {
    case "none":
      return "Nothing was bought for it, or the money is back: no money is lost.";
    case "unused-slot":
      return `${amount}: ${slot} is unused, and the next order of this product and term takes it.${refundBy ? ` If none comes, eNom's support refunds it until ${refundBy}.` : ""}`;
    case "refundable":
      return `${amount}: eNom's support refunds ${slot} until ${refundBy}, when asked by ticket. After that the money is lost.`;
    case "spent":
      return `${amount} for ${slot} is spent: eNom refunds for ${REFUND_DAYS} days only.`;
  }
}

/**
 * Why cancelling wants to be confirmed, in words for whoever cancels; undefined where no money is lost. A slot that is not
 * issued and young becomes unused, unless eNom no longer lets its order be withdrawn: only a worker finds that out.
 */
export function findLoss(certificate: Certificate, now: Date): string | undefined {
  const { record, state } = certificate;
  if (state === "CANCELLED" || state === "REFUSED") return undefined;
  const bought = paidFor(certificate);
  const isIssued = record.issue !== null;
  if (!isIssued && (!bought || now.getTime() - bought.at.getTime() <= UNUSED_DAYS * DAY_MS)) return undefined;
  const why = isIssued
    ? "The certificate is issued, and its slot cannot be used again."
    : "Its slot is too old for a later order.";
  return `${why} ${lossWords(bought, now)}`;
}

export type Confirmation = { confirmed?: true } | { wrong: string };

/**
 * Whether a cancellation may be asked for: where money would be lost it wants the order's reference as `confirm`; a wrong one is
 * wrong everywhere.
 */
export function confirmCancel(certificate: Certificate, confirm: string | undefined, now: Date): Confirmation {
  const { reference } = certificate.order;
  if (confirm !== undefined && confirm !== reference)
    return { wrong: `It must be the reference of the order that is cancelled, ${reference}.` };
  const loss = findLoss(certificate, now);
  if (loss === undefined || confirm === reference) return confirm === reference ? { confirmed: true } : {};
  return { wrong: `${loss} To cancel all the same, give ${reference} here.` };
}

/** Which amount is lost, and until when it is not. */
export function lossWords(bought: Paid | undefined, now: Date): string {
  if (!bought) return "What was paid for it is not refunded by cancelling.";
  const amount = bought.price === null ? "Its price" : `${bought.price} ${bought.currency}`;
  const refund = isRefundable(bought.at, now)
    ? `would be lost, unless eNom's support is asked by ticket to refund it until ${lastRefundDay(bought.at)}`
    : `is lost: the last day of its refund was ${lastRefundDay(bought.at)}`;
  return `${amount} for slot ${bought.certId} ${refund}.`;
}
