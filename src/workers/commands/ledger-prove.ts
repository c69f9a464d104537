// `ledger prove`: every purchase that eNom shows against what the ledger says, both ways. Reads only, a frozen ledger's
// facts too.
import type { AccountProof, ProvenPurchase, UndecidedAttempt, Unmatched } from "../../shared/account/ledger-reports.ts";
import { sentAt } from "../ledger/attempt.ts";
import { type AnsweredOrder, allClaims, type OrderClaims, type OwnedSlot, readOrderClaims } from "./ledger-claims.ts";
import { type Desk, mustBeItsLogin, wantedAccounts } from "./ledger-desk.ts";
import { type Doubtful, type Facts, readFacts } from "./ledger-facts.ts";
import { isWithin, type Period } from "./ledger-history.ts";
import { findAtEnom, type Look, lookAtPurchases, shownIn } from "./ledger-look.ts";
import { match } from "./ledger-match.ts";
import { readLedgerStatus } from "./ledger-standing.ts";

/**
 * No accounts when none has that id. The ledger is read behind eNom's lists: whatever bought meanwhile stands in it by
 * then.
 * @throws Refused the account belongs to another login; Unavailable eNom does not respond, or shows no whole list: half
 * a proof is none
 */
export async function proveAccounts(
  { account: id, ...period }: Period & { account?: string | undefined },
  desk: Desk,
): Promise<AccountProof[]> {
  const wanted = wantedAccounts(desk, id);
  for (const account of wanted) await mustBeItsLogin(desk, account);
  const looks = await Promise.all(wanted.map((account) => lookAtPurchases(account, period, desk.clock.now())));
  if (looks.length === 0) return [];
  const claims = await readOrderClaims(desk);
  return Promise.all(looks.map((look) => proofOf(look, claims.get(look.account.entry.id) ?? NOTHING, desk)));
}

const NOTHING: OrderClaims = { slots: [], answers: [] };

async function proofOf(look: Look, claims: OrderClaims, desk: Desk): Promise<AccountProof> {
  const { account, period } = look;
  const { id, apiUrl, mode } = account.entry;
  const [{ state }, facts] = await Promise.all([readLedgerStatus(desk, id), readFacts(desk, id)]);
  const unbacked = await findUnbacked(look, claims, facts);
  const prices = new Map(claims.answers.map(({ orderId, price }) => [orderId, price]));
  // On an account that others use, too, and on one that this fleet never used, nothing is missing here.
  const rest = state === "unused" ? "legacy" : mode === "shared" ? "others" : "nobody";
  const { purchases, left } = match(await shownIn(look, prices), facts, rest);
  return {
    ...{ account: id, host: new URL(apiUrl).host, state, purchases },
    inDoubt: left
      .filter(isUndecided)
      .map(inDoubt)
      .filter(({ at }) => isWithin(at, period)),
    unmatched: [...purchases.filter(({ isMatched }) => !isMatched).map(unaccounted), ...unbacked],
  };
}

/**
 * What the ledger says and eNom does not. Slots that the list lacks and eNom knows all the same are added to the look:
 * it lags.
 */
async function findUnbacked(
  { account: { enom }, listed, period }: Look,
  { slots, answers }: OrderClaims,
  facts: Facts,
): Promise<Unmatched[]> {
  const unbacked: Unmatched[] = [];
  for (const claim of allClaims(facts, slots).filter(({ certId }) => !listed.has(certId))) {
    const late = await findAtEnom(enom.detail(claim.certId));
    if (late) listed.set(late.certId, late);
    else if (isWithin(claim.at, period)) unbacked.push(unknownSlot(claim));
  }
  const ordered = new Set([...listed.values()].map(({ orderId }) => orderId));
  for (const answer of answers.filter(({ orderId, at }) => !ordered.has(orderId) && isWithin(at, period))) {
    if (!(await findAtEnom(enom.order(answer.orderId)))) unbacked.push(unknownOrder(answer));
  }
  const torn = [...facts.held].filter(([reference, certId]) => facts.owners.get(certId) !== reference);
  return [...unbacked, ...torn.map(([reference, certId]) => tornMaps(reference, certId))];
}

function isUndecided({ state }: Doubtful): boolean {
  return state !== "ABANDONED";
}

function inDoubt({ reference, number, state, price, ...times }: Doubtful): UndecidedAttempt {
  return { reference, attempt: number, state, price, at: new Date(sentAt(times)).toISOString() };
}

function unaccounted({ certId, orderId, belongs, product, price }: ProvenPurchase): Unmatched {
  const thing = certId !== null ? `CertID ${certId} (${product})` : orderId !== null ? `order ${orderId}` : "a payment";
  const about = `${thing}${price === null ? "" : ` for ${price}`}`;
  const from = { side: "enom" as const, certId, orderId };
  if (belongs.to !== "attempt") return { ...from, reference: null, what: `${about}: no order here has it` };
  const { reference, attempt, state } = belongs;
  return {
    ...from,
    reference,
    what: `${about}: no order here has it; ${reference}#${attempt}, ${state}, may have bought it`,
  };
}

function unknownSlot({ certId, reference }: OwnedSlot): Unmatched {
  const who = reference === null ? "the pool of unused slots" : `order ${reference}`;
  const what = `${who} has CertID ${certId}, which eNom does not know`;
  return { side: "ledger", certId, orderId: null, reference, what };
}

function unknownOrder({ orderId, reference, attempt, certId }: AnsweredOrder): Unmatched {
  const what = `${reference}#${attempt} was answered with order ${orderId}, which eNom does not know`;
  return { side: "ledger", certId, orderId, reference, what };
}

function tornMaps(reference: string, certId: number): Unmatched {
  const what = `order ${reference} holds CertID ${certId}, which the ledger's other map gives to nobody or to another order`;
  return { side: "ledger", certId, orderId: null, reference, what };
}
