// The life of one certificate on a clock of its own, event by event to the end of its paid term: the policy's schedule,
// and a CA that answers.
import { DAY_MS, HOUR_MS } from "../base/dates.ts";
import { type Due, dueOf, ENDS, type Subscription, stagesBehind } from "../subscription/due.ts";
import { latestNotAfter } from "../subscription/limits.ts";
import type { HeldPolicy, Policy } from "../subscription/policy.ts";
import { boughtEnd, paidEnd, yearsLeft, yearsToBuy } from "../subscription/term.ts";
import { mustValidate, type Validated } from "../subscription/validation.ts";

type Issue = NonNullable<Subscription["issue"]>;
/** What brings a certificate: another term, a reissue, or a term that was bought before. */
type Act = "purchase" | "reissue" | "issue";

export type LifeEvent = { at: Date } & (
  | { kind: "purchase"; years: number }
  /** Of the certificate with this serial number. */
  | { kind: "reissue"; serialNumber: string }
  /** The domain's owner must act. */
  | { kind: "validation" }
  /** The certificate is here; the CA may have made it earlier. */
  | { kind: "issue"; issue: Issue }
  /** The customer is told that the certificate ends, or the department that the next term must be bought. */
  | { kind: "reminder"; of: "certificate" | "term" }
  /** The certificate ended within the paid term, and the policy replaces none. */
  | { kind: "lapse" }
);

export interface Beginning {
  at: Date;
  subscription: Subscription;
  validated: Validated | null;
  /** What is under way by then, done at once. */
  first?: Act;
}

export interface Span {
  from: Date;
  to: Date;
}

/** What the schedule does not decide. */
export interface Surroundings {
  /** The terms, in years, that the product is sold for. */
  sold: readonly number[];
  /** How long the domain's owner takes. */
  ownerMs?: number;
  /** From one sweep to the next, counted from 1970. */
  sweepMs?: number;
  /** Nothing is acted on meanwhile; oldest first. */
  outages?: readonly Span[];
  /** So many days does the CA stay below the longest life that is allowed. */
  daysBelow?: number;
}

interface State extends Omit<Beginning, "first"> {
  /** Certificates that came. */
  count: number;
}
/** With what the policy says of a remainder. */
type Around = Surroundings & Pick<HeldPolicy, "giveUpDays">;
type Told = Exclude<Due["kind"], "reissue" | "renew" | "ends">;

/**
 * Everything that happens; made as it is asked for, so that whoever has seen enough may stop. Ends with the paid term,
 * or with a lapse.
 */
export function* lifeOf(
  { first, ...beginning }: Beginning,
  policy: HeldPolicy,
  surroundings: Surroundings,
): Generator<LifeEvent, void> {
  const subscription = { ...beginning.subscription, isBusy: false };
  let state: State = { ...beginning, subscription, at: awakeAt(beginning.at, surroundings, 1), count: 0 };
  const around = { ...surroundings, giveUpDays: policy.giveUpDays };
  if (first) state = yield* obtain(first, state, around);
  for (;;) {
    const found = dueOf(state.subscription, policy);
    const at = found && awakeAt(found.at > state.at ? found.at : state.at, surroundings);
    const due = at && dueOf(state.subscription, policy, at);
    if (!due || isOver(state.subscription, policy, at)) return yield* lapse(state);
    state = { ...state, at };
    if (due.kind === "ends") state = { ...state, subscription: endTold(state.subscription) };
    else if (due.kind === "reissue") state = yield* obtain("reissue", state, around);
    else if (due.kind === "renew") state = yield* obtain("purchase", state, around);
    else state = yield* tell(due.kind, state, policy);
  }
}

/** The first sweep from this time on that is no outage's. */
function awakeAt(time: Date, { outages = [], sweepMs = HOUR_MS }: Surroundings, everyMs = sweepMs): Date {
  const sweepFrom = (ms: number): number => Math.ceil(ms / everyMs) * everyMs;
  let at = sweepFrom(time.getTime());
  for (const { from, to } of outages) if (from.getTime() <= at && at < to.getTime()) at = sweepFrom(to.getTime());
  return new Date(at);
}

/** Whoever only reminds is not heard any more once the certificate has ended. */
function isOver({ issue }: Subscription, { mode }: Policy, at: Date): boolean {
  return mode !== "auto" && issue !== null && at > issue.notAfter;
}

/**
 * Asks the owner where the CA does, and has the certificate as soon as the CA has made it and somebody is awake to
 * fetch it.
 */
function* obtain(act: Act, state: State, surroundings: Around): Generator<LifeEvent, State> {
  const { at, subscription, count } = state;
  let { terms, actedOn } = subscription;
  if (act === "purchase") {
    const years = yearsToBuy(surroundings.sold, yearsLeft(subscription, at, surroundings.giveUpDays));
    terms = [...terms, { at, years }];
    yield { kind: "purchase", at, years };
  }
  if (act === "reissue" && subscription.issue) {
    actedOn = subscription.issue.serialNumber;
    yield { kind: "reissue", at, serialNumber: actedOn };
  }
  let { validated } = state;
  let issuedAt = at;
  if (mustValidate(validated, at)) {
    yield { kind: "validation", at };
    validated = { method: validated?.method ?? "dns", at };
    issuedAt = new Date(at.getTime() + (surroundings.ownerMs ?? 0));
  }
  // No CA's serial number: what is known of a real certificate is never taken for one of these.
  const serialNumber = `#${count + 1}`;
  const issue = issueOf(serialNumber, issuedAt, boughtEnd(terms, subscription.rule) ?? issuedAt, surroundings);
  const here = awakeAt(issuedAt, surroundings, 1);
  yield { kind: "issue", at: here, issue };
  return { at: here, validated, count: count + 1, subscription: { ...subscription, terms, actedOn, issue } };
}

/**
 * As long as the rules of the day and the CA's habits allow, and never beyond what was bought; in whole seconds (RFC
 * 5280, 4.1.2.5).
 */
function issueOf(serialNumber: string, issuedAt: Date, bought: Date, { daysBelow = 0 }: Surroundings): Issue {
  const notBefore = new Date(Math.floor(issuedAt.getTime() / 1_000) * 1_000);
  const longest = latestNotAfter(notBefore, issuedAt).getTime() - daysBelow * DAY_MS;
  const end = Math.floor(bought.getTime() / 1_000) * 1_000;
  return { serialNumber, notBefore, notAfter: new Date(Math.min(longest, end)) };
}

/** The mail that tells of the end is no event of the forecast: the end itself is one. */
function endTold(subscription: Subscription): Subscription {
  return { ...subscription, reminded: { serialNumber: subscription.issue?.serialNumber ?? "", stages: [ENDS] } };
}

function* tell(kind: Told, state: State, policy: Policy): Generator<LifeEvent, State> {
  const { at, subscription } = state;
  yield { kind: "reminder", at, of: kind === "remind" ? "certificate" : "term" };
  if (kind === "tell-of-renewal")
    return { ...state, subscription: { ...subscription, toldOfRenewal: subscription.terms.length } };
  if (kind === "tell-of-remainder")
    return { ...state, subscription: { ...subscription, toldOfRemainder: subscription.terms.length } };
  const reminded = {
    serialNumber: subscription.issue?.serialNumber ?? "",
    stages: stagesBehind(subscription, policy, at),
  };
  return { ...state, subscription: { ...subscription, reminded } };
}

/** Of a last day that was begun nobody says that it lapsed: paid terms are counted in days. */
function* lapse({ subscription: { issue, terms, years } }: State): Generator<LifeEvent, void> {
  const paid = paidEnd(terms, years);
  if (issue && paid && paid.getTime() - issue.notAfter.getTime() > DAY_MS) yield { kind: "lapse", at: issue.notAfter };
}
