// `ledger spares`: slots that were bought too many, how long a later order may take them, and until when eNom gives the
// money back. `ledger slots`: all that is paid and serves nobody, with its price and what to do.

import type { IdleSlots, UnusedSlot, UnusedSlots } from "../../shared/account/ledger-reports.ts";
import { DAY_MS } from "../../shared/base/dates.ts";
import { Refused, Unavailable } from "../../shared/base/errors.ts";
import { lastRefundDay } from "../../shared/certificate/changes/cancelled-money.ts";
import { findProduct } from "../../shared/certificate/products.ts";
import { slotOwners } from "../../shared/certificate/slot-owner.ts";
import type { Account } from "../accounts/accounts.ts";
import { POOL_AGE_MS } from "../ledger/begin.ts";
import { ledgerNow } from "../ledger/context.ts";
import { findIdleSlots, readPools } from "../purchase/idle-slots.ts";
import { classOf, type Listing, listAll } from "../purchase/listing.ts";
import { describeRows } from "../purchase/unread.ts";
import { type Desk, wantedAccounts } from "./ledger-desk.ts";
import { readFacts } from "./ledger-facts.ts";

/** Undefined when no account has that id. */
export async function listSpares(account: string | undefined, desk: Desk): Promise<UnusedSlots | undefined> {
  const wanted = wantedAccounts(desk, account);
  if (wanted.length === 0) return undefined;
  const found = await Promise.all(wanted.map((each) => sparesOf(each, desk)));
  const spares = found.flatMap((each) => each.spares);
  const last = "9999-12-31";
  return {
    spares: spares.sort((a, b) => (a.refundUntil ?? last).localeCompare(b.refundUntil ?? last) || a.certId - b.certId),
    unasked: found.flatMap(({ unasked }) => unasked),
  };
}

async function sparesOf(account: Account, desk: Desk): Promise<UnusedSlots> {
  const { id } = account.entry;
  const [{ owners }, pooled, now] = await Promise.all([readFacts(desk, id), readPools(id, desk), ledgerNow(desk)]);
  const certIds = [...owners].filter(([, owner]) => owner === slotOwners.unused).map(([certId]) => certId);
  const bought = certIds.length === 0 ? new Map<number, Bought>() : await boughtAt(account);
  const spares = certIds.map((certId): UnusedSlot => {
    const known = typeof bought === "string" ? undefined : bought.get(certId);
    const { slotClass = known?.slotClass, since } = pooled.get(certId) ?? {};
    const [service, years] = slotClass?.split("/") ?? [];
    const day = known?.day ?? (since === undefined ? null : new Date(since).toISOString().slice(0, 10));
    const refundUntil = day === null ? null : lastRefundDay(new Date(day));
    return {
      ...{ account: id, certId },
      product: service === undefined ? null : (findProduct(service)?.name ?? service),
      years: years === undefined ? null : Number(years),
      since: since === undefined ? null : new Date(since).toISOString(),
      isYoung: since !== undefined && now - since <= POOL_AGE_MS,
      refundUntil,
      daysLeft: refundUntil === null ? null : Math.floor((Date.parse(refundUntil) - now) / DAY_MS) + 1,
    };
  });
  return { spares, unasked: typeof bought === "string" ? [{ account: id, why: bought }] : [] };
}

interface Bought {
  /** eNom's own day. */
  day: string | null;
  slotClass: string;
}

/** As eNom lists it, or why it cannot be asked. */
async function boughtAt({ enom }: Account): Promise<ReadonlyMap<number, Bought> | string> {
  try {
    const { listed } = await listAll(enom);
    return new Map(
      listed.map((each) => [each.certId, { day: each.orderDate?.slice(0, 10) ?? null, slotClass: classOf(each) }]),
    );
  } catch (error) {
    if (error instanceof Unavailable || error instanceof Refused) return error.message;
    throw error;
  }
}

/** Undefined when no account has that id. */
export async function listIdleSlots(account: string | undefined, desk: Desk): Promise<IdleSlots | undefined> {
  const wanted = wantedAccounts(desk, account);
  if (wanted.length === 0) return undefined;
  const found = await Promise.all(wanted.map((each) => idleOf(each, desk)));
  return { slots: found.flatMap(({ slots }) => slots), unasked: found.flatMap(({ unasked }) => unasked) };
}

async function idleOf({ entry, enom }: Account, desk: Desk): Promise<IdleSlots> {
  const { id } = entry;
  const unasked: IdleSlots["unasked"] = [];
  const { listed, unread } = await listAll(enom).catch((error: unknown): Listing => {
    if (!(error instanceof Unavailable) && !(error instanceof Refused)) throw error;
    unasked.push({ account: id, why: error.message });
    return { listed: [], unread: [] };
  });
  if (unread.length > 0) unasked.push({ account: id, why: describeRows(unread) });
  return { slots: await findIdleSlots({ account: id, listed, now: desk.clock.now() }, desk), unasked };
}
