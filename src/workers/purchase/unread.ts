// Rows of eNom's list that cannot be read: which of them may be a purchase of ours. Such a row is never passed over: with
// it nothing is counted, missed or claimed (rules 10, 11, 13), and the account buys nothing until it can be read.
import { endStanding, findStanding, noteStanding } from "../../shared/account/not-understood.ts";
import { Unavailable } from "../../shared/base/errors.ts";
import { isFree } from "../../shared/certificate/slot-owner.ts";
import type { Account } from "../accounts/accounts.ts";
import type { UnreadRow } from "../enom/commands/commands.ts";
import { describeFault } from "../enom/wire/not-understood.ts";
import { type View, viewLedger } from "../ledger/view.ts";
import type { OrderNeeds } from "../order/needs.ts";
import { isRefundedSlot, type Listing, listAll } from "./listing.ts";

/** The purchase in doubt that is looked for; without one an account is only counted. */
export interface Sought {
  domain: string;
  /** The newest order before the purchase; eNom's numbers grow, so what is not above it was not made by it. */
  newestOrderId: number;
}

/**
 * Those that may be a slot of ours which no order has yet. Left out is only what surely is none: what an order holds or was
 * there before (by the ledger's map), what eNom refunded, and, where not even its CertID can be read, what is configured for
 * another domain, over, or older than the purchase.
 */
export function mayBeOurs(
  unread: readonly UnreadRow[],
  { mode, view, sought }: { mode: Account["entry"]["mode"]; view: Pick<View, "owners">; sought?: Sought | undefined },
): UnreadRow[] {
  return unread.filter((row) => {
    if (isRefundedSlot(row)) return false;
    const isOlder = sought !== undefined && row.orderId !== null && row.orderId <= sought.newestOrderId;
    const isOfAnother = row.domain !== null && row.domain !== "" && row.domain !== sought?.domain;
    const isNone = isOlder || isOfAnother || row.isExpired;
    if (row.certId === null) return !isNone && (sought !== undefined || mode === "dedicated");
    const owner = view.owners.get(row.certId);
    if (!isFree(owner)) return false;
    // An unused slot in a map, and in a shared account everything, matters to the purchase that is looked for alone.
    if (owner !== undefined || mode !== "dedicated") return sought !== undefined && !isNone;
    return true;
  });
}

/** `CertGetCerts: the row of CertID 900123 cannot be read: ProdType is no number (form: "A/A").` */
export function describeRows(rows: readonly UnreadRow[]): string {
  const [first] = rows;
  if (!first) return "";
  const which = first.certId === null ? "a row without a readable CertID" : `the row of CertID ${first.certId}`;
  const order = first.orderId === null ? "" : ` (order ${first.orderId})`;
  const more = rows.length > 1 ? ` ${rows.length - 1} more rows cannot be read, either.` : "";
  return `CertGetCerts: ${which}${order} cannot be read, and it may be a purchase of this fleet: ${first.faults.map(describeFault).join(", ")}.${more}`;
}

interface Seen {
  unread: readonly UnreadRow[];
  view: Pick<View, "owners">;
  sought?: Sought | undefined;
}

type StandingNeeds = Pick<OrderNeeds, "ledger" | "clock" | "log">;

/**
 * Notes why the account buys nothing, or that it may buy again.
 * @throws Unavailable `enom-not-understood` that names the row
 */
export async function mustBeUnderstood(
  { id, mode }: Pick<Account["entry"], "id" | "mode">,
  { sought, ...seen }: Seen,
  { ledger, clock, log }: StandingNeeds,
): Promise<void> {
  const rows = mayBeOurs(seen.unread, { ...seen, mode, sought });
  if (rows.length === 0) {
    // A row may matter to no purchase in doubt, and still be in the way of the count.
    if (mayBeOurs(seen.unread, { ...seen, mode }).length === 0) await endStanding(ledger, id, clock.now());
    return;
  }
  const message = describeRows(rows);
  if (!(await findStanding(ledger, id))) log.error({ event: "account.not-understood", account: id, reason: message });
  await noteStanding(ledger, id, message, clock.now());
  throw new Unavailable(message, { code: "enom-not-understood" });
}

/**
 * Before a purchase, where a count found a row that nobody understands: the list is read again, and the account goes on when
 * it is understood. A shared account is not counted, so nothing stops it.
 * @throws Unavailable `enom-not-understood` that names the row
 */
export async function mustBeCountable({ entry, enom }: Account, needs: OrderNeeds): Promise<void> {
  if (!(await findStanding(needs.ledger, entry.id))) return;
  const listing = await listAll(enom);
  await mustBeUnderstood(entry, { ...listing, view: await viewListing(listing, entry.id, needs) }, needs);
}

/** What the ledger knows of everything that was listed, as far as it has a number. */
export function viewListing(
  { listed, unread }: Listing,
  account: string,
  needs: Pick<OrderNeeds, "ledger">,
): Promise<View> {
  const certIds = [...listed, ...unread].flatMap(({ certId }) => (certId === null ? [] : [certId]));
  return viewLedger(needs, account, certIds);
}
