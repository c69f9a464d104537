// When the policy acts on a certificate next, and how: reissue, buy the next term, remind. Pure, so that a forecast
// runs the same code.
import { createHash } from "node:crypto";
import { DAY_MS, daysBetween, HOUR_MS, plusDays } from "../base/dates.ts";
import { limitsAt } from "./limits.ts";
import type { HeldPolicy, Policy } from "./policy.ts";
import { boughtEnd, daysUncovered, paidEnd, type RenewalRule, type Term } from "./term.ts";

/** What the schedule of one certificate depends on. */
export interface Subscription {
  /** A number from 0 up to 1 that stays the certificate's own: spreads the work of a day. */
  share: number;
  /** Paid for, from the first purchase. */
  years: number;
  /** Purchases whose money was not given back, oldest first. */
  terms: readonly Term[];
  rule: RenewalRule;
  issue: { serialNumber: string; notBefore: Date; notAfter: Date } | null;
  /** Nothing may be begun: something is under way, or the order is over. */
  isBusy: boolean;
  /** Nothing is due before this time; `adoption`: nothing at all until it is adopted. Absent and null: not held. */
  heldUntil?: Date | "adoption" | null;
  /** A reissue is under way: nothing but the next term may overtake it. */
  isReissuing?: boolean;
  /** Serial number of the issue that the policy asked a reissue of: once an issue. */
  actedOn: string | null;
  /** Stages of reminding that are behind, of the issue with this serial number. */
  reminded: { serialNumber: string; stages: readonly (Stage | typeof ENDS)[] } | null;
  /** Purchases there were when the department was told that another is due; 0 before. */
  toldOfRenewal: number;
  /** Purchases there were when the customer was told that the rest of the paid term is given up; absent: 0. */
  toldOfRemainder?: number;
}

/** `lead`: when the policy says. The others: so many days before the end, unless the certificate was replaced. */
export const stages = ["lead", "3-days", "1-day"] as const;
export type Stage = (typeof stages)[number];
const STAGE_DAYS: Readonly<Record<Exclude<Stage, "lead">, number>> = { "3-days": 3, "1-day": 1 };

/** Behind: that the certificate ends, and nothing comes after it. */
export const ENDS = "ends";

export type Due =
  /** The customer is told that the last certificate of the term ends. */
  | { kind: "ends"; at: Date }
  | { kind: "reissue" | "renew" | "tell-of-renewal" | "tell-of-remainder"; at: Date }
  /** `stages`: those that are over by `at`; one mail for all of them. */
  | { kind: "remind"; at: Date; stage: Stage };

/** A certificate that lives less of its permitted life than this was cut at the end of the term that was bought. */
const CUT_BELOW = 0.9;
/** Our books date a purchase by eNom's answer, eNom's own by its beginning. */
const SKEW_MS = HOUR_MS;

/**
 * The lead that the policy really has, in days: never more than half of the issue's life, so that no reissue chases
 * itself, nor of the life that its successor may have then, so that each reissue gains time.
 */
export function effectiveLead(beforeDays: number, issue: { notBefore: Date; notAfter: Date } | null): number {
  if (!issue) return beforeDays;
  let lead = Math.min(beforeDays, Math.floor(daysBetween(issue.notBefore, issue.notAfter) / 2));
  // A later day may have a shorter limit still; lives only get shorter, so this ends.
  for (;;) {
    const successors = Math.floor(limitsAt(plusDays(issue.notAfter, -lead)).validityDays / 2);
    if (successors >= lead) return lead;
    lead = successors;
  }
}

/**
 * The next thing to do, however late; null when there is nothing. Whoever is about to act says when (`now`): behind its
 * term no certificate is reissued, and where the next term may be bought by then, a reissue is not needed.
 */
export function dueOf(subscription: Subscription, policy: HeldPolicy, now?: Date): Due | null {
  const held = subscription.heldUntil ?? null;
  if (held === "adoption") return null;
  const due = dueUnheld(subscription, policy, now);
  return due && held && due.at < held ? { ...due, at: held } : due;
}

function dueUnheld(subscription: Subscription, policy: HeldPolicy, now?: Date): Due | null {
  const { issue, isBusy, terms, years, actedOn } = subscription;
  const paid = paidEnd(terms, years);
  const bought = boughtEnd(terms, subscription.rule);
  if (isBusy || !issue || !paid || !bought) return null;
  if (lastEnd(subscription, now)) return dueOfEnd(subscription, policy, now);
  if (issue.notAfter >= paid || (now && paid <= now)) return null;
  const isGivenUp = givesUp({ paid, bought }, policy);
  const renewal = isGivenUp ? null : renewalOf(subscription, { paid, bought, issue });
  const ofTerm = isGivenUp ? dueOfRemainder(subscription, bought) : renewal && dueOfTerm(subscription, policy, renewal);
  if (subscription.isReissuing) return ofTerm;
  const isLast = gainsNothing(bought, issue, subscription.rule) || (now !== undefined && bought <= now);
  if (isLast || policy.mode === "none") {
    const reminder = policy.mode === "manual" && renewal ? reminderOf(subscription, policy, issue) : null;
    return earlier(ofTerm, reminder);
  }
  if (policy.mode === "manual") return earlier(reminderOf(subscription, policy, issue), ofTerm);
  const at = spread(subscription.share, issue.notAfter, effectiveLead(policy.beforeDays, issue));
  const reissue: Due | null = actedOn === issue.serialNumber ? null : { kind: "reissue", at };
  return ofTerm && now && ofTerm.at <= now ? ofTerm : earlier(ofTerm, reissue);
}

/**
 * When everything ends that was paid for: the end of the issue that nothing comes after, no reissue and no other term.
 * Null while something may come, while something is under way, and once it has ended.
 */
export function lastEnd(subscription: Subscription, now?: Date): Date | null {
  const { issue, isBusy, isReissuing, terms, years, rule } = subscription;
  const paid = paidEnd(terms, years);
  const bought = boughtEnd(terms, rule);
  if (isBusy || isReissuing || !issue || !paid || !bought || (now && issue.notAfter <= now)) return null;
  if (issue.notAfter >= paid || (now && paid <= now)) return issue.notAfter;
  if (renewalOf(subscription, { paid, bought, issue })) return null;
  return gainsNothing(bought, issue, rule) || (now && bought <= now) ? issue.notAfter : null;
}

/** A reissue could end on the same day at most: terms are counted in days. */
function gainsNothing(bought: Date, issue: Issue, rule: RenewalRule): boolean {
  return dayOf(issue.notAfter) >= dayOf(bought) || endsWith(bought, issue, rule);
}

/** One mail; `none` leaves the customer in peace, as it always does. */
function dueOfEnd({ issue, reminded, share }: Subscription, policy: Policy, now?: Date): Due | null {
  if (!issue || policy.mode === "none" || (now && issue.notAfter <= now)) return null;
  const isTold = reminded?.serialNumber === issue.serialNumber && reminded.stages.includes(ENDS);
  return isTold ? null : { kind: "ends", at: spread(share, issue.notAfter, effectiveLead(policy.beforeDays, issue)) };
}

/** All stages of reminding that are over at this time, for the mail that stands for them. */
export function stagesBehind(subscription: Subscription, policy: Policy, now: Date): Stage[] {
  const { issue } = subscription;
  if (!issue) return [];
  return stageTimes(subscription, policy, issue)
    .filter(({ at }) => at <= now)
    .map(({ stage }) => stage);
}

/** Stays the same for a reference, on every machine. */
export function shareOf(reference: string): number {
  return createHash("sha256").update(reference).digest().readUInt32BE(0) / 2 ** 32;
}

type Issue = NonNullable<Subscription["issue"]>;

/** When the bought term really ends, where it ends before the paid one; null where nothing more must be bought. */
function renewalOf(
  { rule }: Subscription,
  { paid, bought, issue }: { paid: Date; bought: Date; issue: Issue },
): { ends: Date } | null {
  if (dayOf(bought) >= dayOf(paid)) return null;
  return { ends: endsWith(bought, issue, rule) && issue.notAfter < bought ? issue.notAfter : bought };
}

/** Whether the paid term is not bought to its end: too few of its days are left. */
export function givesUp(ends: { paid: Date; bought: Date }, { giveUpDays = 0 }: HeldPolicy): boolean {
  const days = daysUncovered(ends);
  return days > 0 && days < giveUpDays;
}

/** The customer is told once a term, when the next one could be bought: in time to order something else. */
function dueOfRemainder({ rule, terms, toldOfRemainder = 0 }: Subscription, bought: Date): Due | null {
  const at = new Date(bought.getTime() - rule.windowDays * DAY_MS);
  return toldOfRemainder === terms.length ? null : { kind: "tell-of-remainder", at };
}

/** Counted from 1970: terms are compared by their UTC dates. */
function dayOf(time: Date): number {
  return Math.floor(time.getTime() / DAY_MS);
}

function dueOfTerm(
  { share, rule, terms, toldOfRenewal }: Subscription,
  { mode, beforeDays }: Policy,
  { ends }: { ends: Date },
): Due | null {
  const opens = new Date(ends.getTime() - rule.windowDays * DAY_MS);
  if (mode !== "auto") return toldOfRenewal === terms.length ? null : { kind: "tell-of-renewal", at: opens };
  const at = spread(share, ends, Math.min(beforeDays, rule.windowDays));
  // The term may end later by our books than this certificate does: bought before the window opens, what is left would
  // not count.
  const safe = new Date(opens.getTime() + SKEW_MS);
  return { kind: "renew", at: at < safe ? safe : at };
}

/**
 * Whether no reissue makes this certificate last longer: it ends with the term, or it was cut where eNom says that the
 * term ends, which may be days before it ends by our books (an unused slot that was taken, a purchase adopted late).
 */
function endsWith(bought: Date, { notBefore, notAfter }: Issue, { windowDays }: RenewalRule): boolean {
  const left = bought.getTime() - notAfter.getTime();
  if (left <= SKEW_MS) return true;
  const isCut = daysBetween(notBefore, notAfter) < limitsAt(notBefore).validityDays * CUT_BELOW;
  return isCut && left <= windowDays * DAY_MS;
}

function reminderOf(subscription: Subscription, policy: Policy, issue: Issue): Due | null {
  const { reminded } = subscription;
  const behind = reminded?.serialNumber === issue.serialNumber ? reminded.stages : [];
  const next = stageTimes(subscription, policy, issue).find(({ stage }) => !behind.includes(stage));
  return next ? { kind: "remind", ...next } : null;
}

/** A later stage that would come no later than the lead is none. */
function stageTimes({ share }: Subscription, { beforeDays }: Policy, issue: Issue): { stage: Stage; at: Date }[] {
  const lead = effectiveLead(beforeDays, issue);
  return stages
    .filter((stage) => stage === "lead" || STAGE_DAYS[stage] < lead)
    .map((stage) => ({
      stage,
      at: spread(share, issue.notAfter, stage === "lead" ? lead : STAGE_DAYS[stage]),
    }));
}

/**
 * So many days before `end`, on that UTC day, at this certificate's share of what has passed of it by then: work is
 * spread over the day, what ends earlier comes earlier, and nothing comes later than whole days before its end.
 */
function spread(share: number, end: Date, days: number): Date {
  const latest = end.getTime() - days * DAY_MS;
  const ofDay = latest % DAY_MS;
  return new Date(latest - ofDay + Math.floor(share * ofDay));
}

/** Of two at the same time the first: a new term makes a reissue unnecessary. */
function earlier(first: Due | null, second: Due | null): Due | null {
  if (!first || !second) return first ?? second;
  return second.at < first.at ? second : first;
}
