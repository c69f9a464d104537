// `certificate restore`: takes the certificates of another fleet's export in. Each is compared with eNom's list first, so that
// nothing is taken in that was bought again since, and nothing is looked after before it is adopted.
import { Refused } from "../../../shared/base/errors.ts";
import type { Certificate } from "../../../shared/certificate/certificate.ts";
import { findProduct } from "../../../shared/certificate/products.ts";
import { withEvent } from "../../../shared/certificate/record.ts";
import { isHeldByOrder } from "../../../shared/certificate/slot-owner.ts";
import type { RestoreAnswer, RestoreAsked } from "../../../shared/moving/move-reports.ts";
import { mustBeItsLogin, wantedAccounts } from "../../commands/ledger-desk.ts";
import { slotClass } from "../../ledger/attempt.ts";
import { type Entered, enterOrder } from "../../ledger/imported/enter-order.ts";
import { bindOrVerify } from "../../purchase/binding.ts";
import { isRefundedSlot, listAll, orderedOn } from "../../purchase/listing.ts";
import { viewListing } from "../../purchase/unread.ts";
import type { MovingDesk } from "../desk/moving-desk.ts";
import { type Known, knownOf } from "../reading/listed-rows.ts";
import { checkMoveFile, type MoveHead, type MoveLine, moveLines } from "./move-file.ts";

/** What eNom lists on an account of the file, and whose that is here. */
interface Place {
  rows: ReadonlyMap<number, Known>;
  owners: ReadonlyMap<number, string>;
}

/**
 * May be killed anywhere and said again: what is here as in the file is left as it is.
 * @throws Refused the file is damaged; Unavailable eNom or Redis does not respond
 */
export async function restoreCertificates(
  { file, isSourceStopped, progress }: RestoreAsked,
  desk: MovingDesk,
): Promise<RestoreAnswer> {
  const { head, count } = await checkMoveFile(file);
  const { at, fleet } = head;
  if (!head.handedOver && !isSourceStopped) return { state: "not-handed-over", at, fleet };
  const places = new Map<string, Place | string>();
  const refused: { line: number; reference: string; what: string }[] = [];
  let [restored, same, done] = [0, 0, 0];
  for await (const { number, line } of moveLines(file)) {
    const what = await one(line, head, places, desk);
    if (what === "restored") restored++;
    else if (what === "same") same++;
    else refused.push({ line: number, reference: line.reference, what });
    done++;
    progress({ done, total: count, odd: refused.length });
  }
  const accounts = [...places].flatMap(([id, place]) => (typeof place === "string" ? [] : [id]));
  return { state: "restored", file, at, fleet, certificates: count, restored, same, accounts, refused };
}

/** `restored`, `same`, or why not. */
async function one(
  line: MoveLine,
  head: MoveHead,
  places: Map<string, Place | string>,
  desk: MovingDesk,
): Promise<string> {
  const { account, ledger, order, record, reference } = line;
  const now = desk.clock.now();
  if (account === null) return "it was bought on no account: order it again where it is wanted";
  if (reference !== order.reference) return "its reference is not the one of its order";
  if (!findProduct(order.product))
    return `${order.product} is no product known here: add it under products: in certfleet.yaml`;
  const place = places.get(account) ?? (await placeOf(account, desk));
  places.set(account, place);
  if (typeof place === "string") return place;
  const bought = boughtSince(line, place);
  if (bought !== undefined) return bought;
  const { adopted: _adopted, ...rest } = record;
  const origin = { kind: "moved" as const, at: now.toISOString(), account, fleet: head.fleet };
  const moved = withEvent({ ...rest, origin }, now, "certificate.moved", `from ${head.fleet}, as of ${head.at}`);
  const certificate: Certificate = {
    ...{ order, record: moved, told: moved, acceptedAt: new Date(line.acceptedAt), state: ledger.state },
    ...{ certId: ledger.certId, purchases: ledger.purchases, term: ledger.term, attempt: 0, rebuys: 0, version: 1 },
    ...(ledger.slotAt !== null && { slotBoughtAt: new Date(ledger.slotAt) }),
  };
  const entered = await enterOrder(
    desk,
    {
      ...{ account, certificate, former: ledger.former, digests: line.digests },
      ...{
        slotClass: slotClass(order.product, record.plan?.years ?? order.years),
        share: { by: line.share[0], of: line.share[1] },
      },
    },
    now,
  );
  if (entered.kind === "known") return "same";
  return entered.kind === "refused" ? whyRefused(entered) : "restored";
}

function whyRefused({ why, by, certId }: Extract<Entered, { kind: "refused" }>): string {
  switch (why) {
    case "another":
      return "an order of this reference is here already, with another content";
    case "holds":
      return `the ledger has CertID ${by} for this reference`;
    case "owned":
      return `CertID ${certId} is ${isHeldByOrder(by) ? `order ${by}'s` : by} here`;
    default:
      return `CertID ${certId} is in no map, and a purchase of its product is not decided: decide that first`;
  }
}

/** A sentence where nothing can be taken in for that account. */
async function placeOf(id: string, desk: MovingDesk): Promise<Place | string> {
  const [account] = wantedAccounts(desk, id);
  if (!account) return `the account ${id} is not configured here`;
  try {
    await mustBeItsLogin(desk, account);
  } catch (error) {
    if (error instanceof Refused) return error.message;
    throw error;
  }
  await bindOrVerify(desk, account);
  const listing = await listAll(account.enom);
  const { owners } = await viewListing(listing, id, desk);
  return { rows: new Map(knownOf(listing).map((row) => [row.certId, row])), owners };
}

/**
 * What would have it bought once more: eNom does not have its slot, or has given the money back; or has a younger certificate
 * for the same name and product that no order here has, so that its next term was bought since the export.
 */
function boughtSince({ ledger, order }: MoveLine, { rows, owners }: Place): string | undefined {
  const { certId, state } = ledger;
  if (certId === null || state !== "CONFIGURED") return undefined;
  const row = rows.get(certId);
  if (!row) return `eNom does not list its CertID ${certId} on this account`;
  if (isRefundedSlot(row)) return `eNom has given the money for CertID ${certId} back`;
  const prodType = findProduct(order.product)?.prodType;
  const since = Date.parse(ledger.slotAt ?? "");
  for (const each of rows.values()) {
    const owner = owners.get(each.certId);
    const isOurs = owner !== undefined && isHeldByOrder(owner);
    if (each.certId <= certId || each.domain !== order.domain || isOurs || isRefundedSlot(each)) continue;
    if (!("prodType" in each) || each.prodType !== prodType) continue;
    const ordered = orderedOn(each)?.getTime() ?? Number.POSITIVE_INFINITY;
    if (ordered > since)
      return `CertID ${each.certId} was bought for ${order.domain} since: export it again where it is looked after`;
  }
  return undefined;
}
