// The step that begins a purchase (rules 4 to 6): on the first account by sort that can sell it and pay it, one attempt.
import { randomUUID } from "node:crypto";
import { mustBeCompared } from "../../shared/backup/restored-fleet.ts";
import { type AttentionCode, attentionOf, goesOnByItself } from "../../shared/base/codes.ts";
import { utcDate } from "../../shared/base/dates.ts";
import { Refused, Unavailable } from "../../shared/base/errors.ts";
import { type Certificate, paidEnd, policyOf } from "../../shared/certificate/certificate.ts";
import type { Account } from "../accounts/accounts.ts";
import { askForBalance } from "../balance/ask.ts";
import { findAttempts } from "../ledger/attempt.ts";
import { beginAttempt } from "../ledger/begin.ts";
import { findHeldSlot } from "../ledger/claim.ts";
import { takeFound } from "../ledger/restored/take-found.ts";
import { loadOrder } from "../order/load.ts";
import type { OrderNeeds } from "../order/needs.ts";
import { codeOf } from "../order/step-errors.ts";
import { whyNotBought } from "../order/usable-method.ts";
import { raiseAttention, retryLater } from "../order/waiting.ts";
import type { Outcome } from "../runtime/outcome.ts";
import { claimSlot } from "./claim-slot.ts";
import { CROWDED_SECONDS, type Obstacle, type PreparedPurchase, preparePurchase } from "./prepare.ts";
import type { BegunPurchase } from "./send.ts";

const WAITS_FOR_MONEY = "no-account-with-funds";
const CARRIED_ON = { waitSeconds: 1, because: "another worker is processing this order" } as const;

/** Nothing that costs is sent here: the attempt is PREPARED in the ledger, or the order has a slot, or waits. */
export async function buy(certificate: Certificate, needs: OrderNeeds): Promise<Certificate | BegunPurchase | Outcome> {
  const { order, term } = certificate;
  const held = await findOwnSlot(certificate, needs);
  if (held) return claimSlot(held, needs);
  const unwanted = term > 1 ? whyNotRenewed(certificate, needs) : undefined;
  if (unwanted) return raiseAttention(certificate, { code: "renewal-due", message: unwanted }, needs);
  const needed = whyNotBought(certificate, needs.clock.now());
  if (needed) return raiseAttention(certificate, needed, needs);
  await mustBeCompared(needs.ledger);
  const found = await takeFound(certificate, needs);
  if ("slot" in found) return claimSlot(found.slot, needs);
  if ("message" in found) return raiseAttention(certificate, { code: "ledger-frozen", ...found }, needs);
  const { sound, troubled } = await candidatesFor(certificate, needs);
  const passed: Passed[] = [];
  for (const candidate of sound) {
    const ready = await readyOrNot(candidate, certificate, needs);
    if ("result" in ready) return ready.result;
    if ("intent" in ready) return begin(ready, needs);
    passed.push({ ...ready, account: candidate.entry.id });
  }
  const isSoldNowhere = passed.every(isNotSold);
  if (isSoldNowhere) passed.push(...troubled.map(notAsked)); // they may sell it
  const kept = await loadOrder(order.reference, needs);
  // Somebody requested something, or money arrived, while the accounts were asked: decided anew over that.
  if (kept.version !== certificate.version) return kept;
  const left = nobodyLeft(passed, isSoldNowhere ? [] : troubled.map(notAsked), certificate);
  // One that could not be asked may pay in a moment: nobody is told before an hour of that.
  const away = passed.find(({ code }) => code === "enom-unavailable");
  if (away) return retryLater(kept, { ...away, message: left.message }, needs);
  if (left.code === WAITS_FOR_MONEY && kept.record.attention?.code !== WAITS_FOR_MONEY)
    for (const { entry } of sound) await askForBalance(entry.id, needs); // from now on they are read more often
  return raiseAttention(kept, left, needs);
}

/** A slot that an earlier run took and did not tell of (rule 5): with one in hand nothing is bought. */
async function findOwnSlot({ order, record }: Certificate, needs: OrderNeeds) {
  const account = record.account === null ? undefined : needs.accounts.find(record.account);
  if (!account) return undefined;
  const { reference, product: service } = order;
  const certId = await findHeldSlot(needs, { reference, account: account.entry.id });
  const years = record.plan?.years ?? record.terms.years;
  return certId && { reference, account: account.entry.id, service, years, number: 0, certId, orderId: null };
}

/** Begins the attempt, unless somebody was faster. What is in doubt or held by then is the next step's. */
async function begin(
  { certificate, intent, account, limits }: PreparedPurchase,
  needs: OrderNeeds,
): Promise<Certificate | BegunPurchase | Outcome> {
  const begun = await beginAttempt(needs, intent, { newest: certificate.attempt, limits, at: needs.clock.now() });
  switch (begun.kind) {
    case "prepared":
      return { ticket: { intent, number: begun.number, sender: randomUUID() }, account, limits };
    case "holds":
    case "from-pool":
      return claimSlot({ ...intent, number: 0, certId: begun.certId, orderId: null }, needs);
    case "in-doubt":
      return begun.state === "PARKED" ? CARRIED_ON : loadOrder(intent.reference, needs);
    case "wrong-state":
    case "changed":
      return CARRIED_ON;
    default:
      return {
        waitSeconds: CROWDED_SECONDS,
        because: "other purchases of this account were faster; this one is tried again",
      };
  }
}

/** The next term may wait long for money or an account: whether it is still wanted is looked at again. */
function whyNotRenewed(certificate: Certificate, { policyFor, clock }: OrderNeeds): string | undefined {
  const ends = paidEnd(certificate);
  if (ends && ends <= clock.now())
    return `The paid term ended on ${utcDate(ends)}: the next term is not bought. Cancel the order, or extend it and resolve it with --retry.`;
  const { mode } = policyOf(certificate, policyFor);
  if (mode === "auto") return undefined;
  return `The policy is now ${mode}: the next term is not bought. Set it to auto and resolve it with --retry, or cancel the order.`;
}

/** Nothing is sent to an account that cannot be asked: it is passed over for the next, where there is one. */
async function readyOrNot(
  account: Account,
  certificate: Certificate,
  needs: OrderNeeds,
): Promise<PreparedPurchase | Obstacle | { result: Certificate | Outcome }> {
  try {
    return await preparePurchase(account, certificate, needs);
  } catch (error) {
    if (!(error instanceof Refused || error instanceof Unavailable)) throw error;
    // Ours, not the account's: its turn comes, or it is decided anew. No reason to pay elsewhere.
    const known = attentionOf(error);
    if (error instanceof Unavailable && error.code !== undefined && known === undefined) throw error;
    const message = `Account ${account.entry.id}: ${error.message}`;
    if (error instanceof Refused) return { code: codeOf(error), message };
    if (known !== undefined) return { code: known, message };
    const { retryAfterSeconds, answered } = error;
    return { code: "enom-unavailable", message, retryAfterSeconds, answered };
  }
}

function notAsked({ entry: { id } }: Account): Passed {
  return {
    account: id,
    code: "enom-unavailable",
    message: `Account ${id} is not asked, because its last connection check failed.`,
  };
}

/** An account that is passed over, and why: shown when none is left. */
interface Passed extends Obstacle {
  account: string;
}

interface Candidates {
  /** To be tried, in order. */
  sound: readonly Account[];
  /** They fit as well, and are not asked while their last check counts as failed. */
  troubled: readonly Account[];
}

/** One alone where something was sent before, or a term was bought: there is no other then. */
async function candidatesFor(certificate: Certificate, needs: OrderNeeds): Promise<Candidates> {
  const { order, record, attempt, term } = certificate;
  if (record.account !== null && (term > 1 || (await wasSent(order.reference, attempt, needs)))) {
    const bound = needs.accounts.find(record.account);
    return { sound: bound?.entry.enabled ? [bound] : [], troubled: [] };
  }
  const fitting = needs.accounts.fitting(order);
  if (fitting.length < 2) return { sound: fitting, troubled: [] };
  const checks = await Promise.all(fitting.map(({ entry }) => needs.lastCheckFailed(entry.id)));
  const sound = fitting.filter((_account, i) => !checks[i]);
  if (sound.length === 0) return { sound: fitting, troubled: [] }; // eNom itself says what is wrong
  return { sound, troubled: fitting.filter((_account, i) => checks[i]) };
}

/**
 * What an order waits for when every account was passed over, and where: money before all, since it comes by itself; then what it goes on
 * after by itself, last of all that it is not sold. The message tells of each account, of those that were not asked, too.
 */
function nobodyLeft(
  passed: readonly Passed[],
  unasked: readonly Passed[],
  certificate: Certificate,
): { code: AttentionCode; message: string; account?: string } {
  const [first] = passed;
  if (!first) return { code: "no-account", message: noAccount(certificate) };
  const poor = passed.find((each) => each.code === "no-account-with-funds");
  const others = passed.filter((each) => goesOnByItself(each.code) && !isNotSold(each));
  const { code, account } = poor ?? others[0] ?? passed.find((each) => goesOnByItself(each.code)) ?? first;
  const message = [...new Set([...passed, ...unasked].map((each) => each.message))].join(" ");
  return { code, message, account };
}

function isNotSold({ code }: Pick<Passed, "code">): boolean {
  return code === "product-not-sold" || code === "renewal-not-sold";
}

/** A purchase that passed its gate may have reached eNom, however it ended. */
async function wasSent(reference: string, newest: number, needs: OrderNeeds): Promise<boolean> {
  return (await findAttempts(needs, reference, newest)).some(({ gateAt }) => gateAt !== undefined);
}

function noAccount({ order, record }: Certificate): string {
  const named = order.account ?? record.account;
  if (named) return `No enabled account ${named} is configured here.`;
  return `No enabled account fits this order${order.dataCenter ? ` in data center ${order.dataCenter}` : ""}.`;
}
