// Slots that are paid and serve nobody: unused ones, and those of cancelled orders that eNom's support still refunds. What they cost,
// until when the money comes back, and what to do.

import type { IdleSlot } from "../../shared/account/ledger-reports.ts";
import { accountRecords } from "../../shared/account/records.ts";
import { DAY_MS } from "../../shared/base/dates.ts";
import { timesMoney } from "../../shared/base/money.ts";
import type { Certificate } from "../../shared/certificate/certificate.ts";
import {
  isRefundable,
  lastRefundDay,
  type Paid,
  paidFor,
  ticketText,
  UNUSED_DAYS,
} from "../../shared/certificate/changes/cancelled-money.ts";
import { findProduct } from "../../shared/certificate/products.ts";
import { slotOwners } from "../../shared/certificate/slot-owner.ts";
import type { CertificateStore } from "../../shared/certificate/store.ts";
import type { LedgerContext } from "../ledger/context.ts";
import { classOf, type Listed, orderedOn } from "./listing.ts";

interface Needs extends LedgerContext {
  certificates: Pick<CertificateStore, "find">;
}

/** A slot of the account, by CertID; what eNom lists may be missing where it cannot be asked. */
interface Wanted {
  account: string;
  listed: readonly Listed[];
  now: Date;
}

/** Soonest refund day first. `listed`: all certificates of the account, or none where eNom cannot be asked. */
export async function findIdleSlots({ account, listed, now }: Wanted, needs: Needs): Promise<IdleSlot[]> {
  const { redis, keys } = needs.ledger;
  const [owners, cancelled, pooled, prices] = await Promise.all([
    redis.hgetall(keys.ledger.owner(account)),
    cancelledOrders(account, needs),
    readPools(account, needs),
    accountRecords(redis, keys).catalogue(account),
  ]);
  const shown = new Map(listed.map((each) => [each.certId, each]));
  const idle = (certId: number, kind: IdleSlot["kind"], of: Certificate | undefined): IdleSlot => {
    const known = shown.get(certId);
    const { slotClass = known && classOf(known), since } = pooled.get(certId) ?? {};
    const [service = of?.order.product ?? null, term] = slotClass?.split("/") ?? [];
    const years = term === undefined ? (of?.record.plan?.years ?? null) : Number(term);
    const own = of && paidFor(of);
    const boughtAt = (known && orderedOn(known)) ?? own?.at ?? (since === undefined ? null : new Date(since));
    const offer = prices.find((each) => each.service === service);
    const price = own?.price ?? (offer && years !== null ? timesMoney(offer.price, years) : null);
    const orderId = known?.orderId ?? own?.orderId ?? null;
    const paid: Paid | null = boughtAt && { certId, orderId, price, currency: own?.currency ?? "USD", at: boughtAt };
    const refundable = boughtAt !== null && isRefundable(boughtAt, now);
    const refundUntil = boughtAt && lastRefundDay(boughtAt);
    const isYoung = kind === "unused" && since !== undefined && now.getTime() - since <= UNUSED_DAYS * DAY_MS;
    const isIssued = known ? ISSUED.has(known.statusId) : kind === "refundable" && of?.record.issue !== null;
    const reason = of ? `the order ${of.order.reference} was cancelled` : "it was bought too many";
    return {
      ...{ account, certId, kind, service, years, price, isYoung, refundUntil },
      product: service === null ? null : (findProduct(service)?.name ?? service),
      currency: paid?.currency ?? "USD",
      daysLeft: refundUntil === null ? null : Math.floor((Date.parse(refundUntil) - now.getTime()) / DAY_MS) + 1,
      reference: of?.order.reference ?? null,
      domain: of?.order.domain ?? null,
      todo: todo({ kind, isYoung, refundable, refundUntil }),
      ticket:
        paid && refundable ? ticketText(paid, { product: service ?? "certificate", account, reason, isIssued }) : null,
    };
  };
  const lastOwner = new Map(cancelled.flatMap((each) => (slotOf(each) === null ? [] : [[slotOf(each), each]])));
  const unused = Object.entries(owners)
    .filter(([, owner]) => owner === slotOwners.unused)
    .map(([certId]) => idle(Number(certId), "unused", lastOwner.get(Number(certId))));
  const refundable = cancelled.flatMap((each) => {
    const { certId, order } = each;
    if (certId === null || owners[certId] !== order.reference || !paidFor(each)) return [];
    const slot = idle(certId, "refundable", each);
    return slot.ticket === null ? [] : [slot];
  });
  const last = "9999-12-31";
  return [...unused, ...refundable].sort(
    (a, b) => (a.refundUntil ?? last).localeCompare(b.refundUntil ?? last) || a.certId - b.certId,
  );
}

function slotOf({ record, certId }: Certificate): number | null {
  return certId ?? record.cancellation?.certId ?? null;
}

/** eNom's statuses of a certificate that was issued. */
const ISSUED = new Set([4, 12, 13]);

/** What an order was issued with, or eNom does not let go, nobody can adopt. */
function todo(slot: Pick<IdleSlot, "kind" | "isYoung" | "refundUntil"> & { refundable: boolean }): string {
  if (slot.isYoung) return "nothing: the next order of this product and term takes it";
  if (slot.kind === "refundable") return `have eNom's support refund it by ticket until ${slot.refundUntil}`;
  if (slot.refundable) return `have eNom's support refund it by ticket until ${slot.refundUntil}, or adopt it by hand`;
  return "too late for a refund: adopt it by hand";
}

/** Notes that an order's money may still come back: for how long it is of interest is asked when it is read. */
export async function noteCancelled(
  { account, reference, until }: { account: string; reference: string; until: string },
  { ledger: { redis, keys } }: LedgerContext,
): Promise<void> {
  await redis.zadd(keys.refunds(account), Date.parse(until) + DAY_MS, reference);
}

/** Orders whose slots may be refunded still, or were until a month ago: an unused one is shown with its price that long. */
async function cancelledOrders(
  account: string,
  { ledger: { redis, keys }, certificates }: Needs,
): Promise<Certificate[]> {
  const references = await redis.zrange(keys.refunds(account), "0", "-1");
  const found = await Promise.all(references.map((each) => certificates.find(each).catch(() => undefined)));
  return found.filter((each) => each?.state === "CANCELLED").filter((each) => each !== undefined);
}

/** Every class that ever changed hands has a version; its pool has the time (ms) at which each slot was bought. */
export async function readPools(
  account: string,
  { ledger: { redis, keys } }: LedgerContext,
): Promise<ReadonlyMap<number, { slotClass: string; since: number }>> {
  const found = new Map<number, { slotClass: string; since: number }>();
  for (const slotClass of await redis.hkeys(keys.ledger.version(account))) {
    const flat = await redis.zrange(keys.ledger.pool(account, slotClass), "0", "-1", "WITHSCORES");
    for (let i = 0; i < flat.length; i += 2) found.set(Number(flat[i]), { slotClass, since: Number(flat[i + 1]) });
  }
  return found;
}
