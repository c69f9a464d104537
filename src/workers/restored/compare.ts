// After a restore ledger and journal are equally old, and agree. What was bought since the backup only eNom's list can tell:
// each slot that the ledger does not know gets a place, so that no order is bought again that was bought then.
import type { Clock } from "../../shared/base/clock.ts";
import { DAY_MS } from "../../shared/base/dates.ts";
import { Refused } from "../../shared/base/errors.ts";
import type { Certificate } from "../../shared/certificate/certificate.ts";
import { csrHash } from "../../shared/certificate/csr.ts";
import { isHeldByOrder, orderOf, slotOwners } from "../../shared/certificate/slot-owner.ts";
import type { CertificateStore } from "../../shared/certificate/store.ts";
import type { Account } from "../accounts/accounts.ts";
import { isSettled } from "../ledger/attempt.ts";
import { POOL_AGE_MS } from "../ledger/begin.ts";
import { bind, findBinding } from "../ledger/bind.ts";
import { type LedgerContext, ledgerNow } from "../ledger/context.ts";
import { tracesOf } from "../ledger/left-over.ts";
import { enterSlot } from "../ledger/maintenance.ts";
import { noteFound } from "../ledger/restored/found.ts";
import type { View } from "../ledger/view.ts";
import { isTaken, placeOf } from "../purchase/count-check.ts";
import { classOf, isRefundedSlot, isUntouched, type Listed, type Listing, orderedOn } from "../purchase/listing.ts";
import { viewListing } from "../purchase/unread.ts";

export interface CompareContext extends LedgerContext {
  certificates: CertificateStore;
  clock: Clock;
  who: string;
}

export interface Since {
  /** When the restore ended, milliseconds of the ledger's time, and the watched time then. */
  at: number;
  dwell: number;
  backupAt: string;
}

export interface Compared {
  /** Slots with a name in them that no order is known for. */
  found: number[];
  /** eNom has given their money back: the orders that they were bought for are not bought anew without a person's word. */
  refunded: number[];
  /** Never touched: the next order of the product takes them. */
  unused: number[];
}

/**
 * What was sent in the last moment before the loss shows up in eNom's list within T_settle. Until then a slot that is missing there
 * proves nothing.
 * @returns seconds that are left; 0: the list may be believed
 */
export async function secondsToSettle(context: CompareContext, account: string, { at, dwell }: Since): Promise<number> {
  const { ledger } = context;
  const { settleMs } = ledger;
  const [watched, epoch] = await ledger.redis.hmget(ledger.keys.ledger.meta(account), "dwell", "epoch");
  const now = await ledgerNow(context);
  // A ledger that is not in use yet is watched by nobody.
  const view = { now, dwell: epoch ? Number(watched ?? 0) : dwell + (now - at), settleMs };
  if (isSettled({ gateAt: at, gateDwell: dwell }, view)) return 0;
  return Math.ceil(Math.max(at + settleMs - view.now, dwell + settleMs - view.dwell, 1_000) / 1_000);
}

/** Takes an account into use that the backup does not know: what eNom sold before is nobody's, as at any first use. */
export async function bindWithout(
  context: CompareContext,
  { entry }: Account,
  listing: Listing,
  since: Since,
): Promise<void> {
  if ((await findBinding(context, entry)) !== "unbound") return;
  const before = listing.listed.filter((each) => !isSince(each, since));
  const numbers = (refunded: boolean): number[] =>
    before.filter((each) => isRefundedSlot(each) === refunded).map(({ certId }) => certId);
  await bind(context, entry, { legacy: numbers(false), refunded: numbers(true) });
}

/**
 * Gives every listed slot its place. May be done again, and die anywhere: what has a place keeps it.
 * @throws Unavailable eNom cannot be asked: what was entered stays, and the account stays frozen
 */
export async function placeUnknown(
  context: CompareContext,
  { entry, enom }: Account,
  { listing, since }: { listing: Listing; since: Since },
): Promise<Compared> {
  const { id, mode } = entry;
  const view = await viewListing(listing, id, context);
  const found: number[] = [];
  const refunded: number[] = [];
  const note = async (listed: Listed, holder?: string): Promise<void> => {
    const { csr, domain } = await detailOf(listed, enom);
    const slot = {
      ...{ certId: listed.certId, slotClass: classOf(listed), domain: domain || listed.domain },
      ...{ csr: csr === "" ? "" : csrHash(csr), orderId: listed.orderId, boughtAt: placeOf(listed).boughtAt },
      ...(holder !== undefined && { holder }),
      ...(isRefundedSlot(listed) && { refunded: true }),
    };
    if (await noteFound(context, id, slot)) (slot.refunded ? refunded : found).push(listed.certId);
  };
  const untouched: Listed[] = [];
  for (const listed of listing.listed) {
    const owner = view.owners.get(listed.certId);
    if (isRefundedSlot(listed)) {
      // Its order was cancelled since: known as not bought yet, or sent again, it would be bought once more.
      if (owner === undefined && mode === "dedicated" && isSince(listed, since)) await note(listed);
    } else if (owner === undefined) {
      // Of an account that others use, too, only what is new can be ours; and an untouched slot may be theirs.
      if (mode === "shared" && !isSince(listed, since)) continue;
      // One that is too old for the next order may still be what its own order stands with: a person says so.
      if (mode === "dedicated" && isUntouched(listed) && isGivenAway(listed, view)) untouched.push(listed);
      else await note(listed);
    } else if (owner === slotOwners.unused) {
      if (isTaken(listed, view)) await note(listed);
    } else if (isHeldByOrder(owner) && (await isOfAnother(listed, owner, { context, view, enom })))
      await note(listed, owner);
  }
  return { found, refunded, unused: await enterUnused(context, id, untouched) };
}

/** All of them: a purchase in doubt finds an unused slot, too (rule 10 c), and what lies in no map would not keep anybody from buying. */
async function enterUnused(context: CompareContext, id: string, untouched: readonly Listed[]): Promise<number[]> {
  const unused: number[] = [];
  for (const slot of untouched)
    if (await enterSlot(context, { account: id, ...placeOf(slot) }, slotOwners.unused)) unused.push(slot.certId);
  return unused;
}

/** Whether the next order of the class would take it, by the same age as `begin.lua`. */
function isGivenAway(listed: Listed, { now }: View): boolean {
  return placeOf(listed).boughtAt >= now - POOL_AGE_MS;
}

/**
 * Whether eNom shows a name or a CSR in the slot that its order never had: it was given away since the backup. Once a certificate
 * was issued the slot stays with its order, and another CSR in it is a reissue.
 */
async function isOfAnother(
  listed: Listed,
  owner: string,
  { context, view, enom }: { context: CompareContext; view: View; enom: Account["enom"] },
): Promise<boolean> {
  const { certId } = listed;
  const domain = listed.domain.toLowerCase();
  if (domain === "") return false;
  const reference = orderOf(owner);
  const order: Certificate | undefined = await context.certificates.find(reference);
  const left = view.left(certId);
  const own = order && tracesOf(order);
  const { correction } = order?.record ?? {};
  const names = [...(own?.domains ?? []), ...(correction ? [correction.domain] : []), ...(left?.domains ?? [])];
  if (!names.includes(domain)) return true;
  if (!own || owner !== reference || order.record.issue !== null) return false;
  const { csr } = await detailOf(listed, enom);
  const wanted = correction ? [csrHash(correction.csr)] : [];
  return csr !== "" && ![...own.csrHashes, ...wanted, ...(left?.csrHashes ?? [])].includes(csrHash(csr));
}

/** eNom's days are its own: one day of grace. What shows no day may be new. */
function isSince(listed: Listed, { backupAt }: Since): boolean {
  const ordered = orderedOn(listed);
  return ordered === null || ordered.getTime() >= Date.parse(backupAt) - 2 * DAY_MS;
}

/** A detail that eNom refuses to show is no evidence for anybody. */
async function detailOf({ certId, domain }: Listed, enom: Account["enom"]): Promise<{ csr: string; domain: string }> {
  try {
    return await enom.detail(certId);
  } catch (error) {
    if (error instanceof Refused && error.code === "enom-refused") return { csr: "", domain };
    throw error;
  }
}
