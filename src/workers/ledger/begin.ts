// Begins a purchase (rules 4, 5, 6): at most one open attempt an order, the pool first, never more in flight than allowed.
import { DAY_MS } from "../../shared/base/dates.ts";
import { type Money, moneyUnits } from "../../shared/base/money.ts";
import { UNUSED_DAYS } from "../../shared/certificate/changes/cancelled-money.ts";
import { type AttemptState, type Intent, slotClass } from "./attempt.ts";
import { type LedgerContext, ledgerNow, slotKeys } from "./context.ts";
import { ledgerScript, step } from "./script.ts";

/** A slot bought too many is used for a new order only while its term is young. */
export const POOL_AGE_MS = UNUSED_DAYS * DAY_MS;

const BEGIN = ledgerScript({
  step: "begin",
  whenFrozen: "refused",
  keys: ["certificate", "held", "owner", "version", "unsettled", "spent", "pool", "newest", "next", "stream"],
  args: ["reference", "number", "class", "limits", "poolAgeMs", "onlyUnused", "at"],
});

export type Begun =
  | { kind: "prepared"; number: number }
  /** The order has a slot already, or was given an unused one: configure it. */
  | { kind: "holds"; certId: number }
  | { kind: "from-pool"; certId: number }
  /** An earlier attempt may have bought: reconcile, never send. */
  | { kind: "in-doubt"; state: AttemptState }
  | { kind: TooMuch }
  | { kind: "wrong-state"; state: string }
  | { kind: "changed" };

/** Whether a young unused slot of the class waits (rule 6): then neither money nor room is needed. `begin` decides. */
export async function hasUnusedSlot(
  context: LedgerContext,
  { account, service, years }: Pick<Intent, "account" | "service" | "years">,
): Promise<boolean> {
  const { redis, keys } = context.ledger;
  const since = (await ledgerNow(context)) - POOL_AGE_MS;
  return (await redis.zcount(keys.ledger.pool(account, slotClass(service, years)), since, "+inf")) > 0;
}

/**
 * Gives the order an unused slot, or prepares attempt `newest + 1` unless `sparesOnly`, or says what is to be done instead. A crash
 * right behind it costs nothing: the next run voids what was prepared, or configures what the order now owns.
 */
export async function beginAttempt(
  context: LedgerContext,
  intent: Intent,
  { newest, limits, at, sparesOnly = false }: { newest: number; limits: Limits; at: Date; sparesOnly?: boolean },
): Promise<Begun> {
  const { reference, account, service, years, ...money } = intent;
  const { keys } = context.ledger;
  const { ledger } = keys;
  const kind = slotClass(service, years);
  const fields = Object.entries({ account, service, years, ...money }).flat();
  const { code, details } = await step(context, BEGIN, {
    ...{ account, reference },
    keys: {
      ...slotKeys(context, { reference, account }),
      unsettled: ledger.unsettled(account),
      spent: ledger.spent(account),
      pool: ledger.pool(account, kind),
      newest: ledger.attempt(reference, newest),
      next: ledger.attempt(reference, newest + 1),
      stream: keys.events,
    },
    args: {
      reference,
      number: newest,
      class: kind,
      limits: limitsArgument(context, limits, intent.price),
      poolAgeMs: POOL_AGE_MS,
      onlyUnused: sparesOnly ? "only" : "",
      at: at.toISOString(),
    },
    moreArgs: fields,
  });
  const [detail = ""] = details;
  switch (code as Begun["kind"]) {
    case "prepared":
      return { kind: "prepared", number: newest + 1 };
    case "holds":
    case "from-pool":
      return { kind: code as "holds", certId: Number(detail) };
    case "in-doubt":
      return { kind: "in-doubt", state: detail as AttemptState };
    case "wrong-state":
      return { kind: "wrong-state", state: detail };
    default:
      return { kind: code as TooMuch | "changed" };
  }
}

export interface Limits {
  /** K: unsettled attempts a class. */
  maxUnsettled: number;
  /** Unsettled money of the account. */
  maxUnsettledMoney: Money;
  /** Spend guards of the account; nothing set, or none, nothing capped. */
  perHour?: Money | "none" | undefined;
  perDay?: Money | "none" | undefined;
  /** How often a machine may buy again for one order (rule 11). */
  rebuyBudget: number;
  /** What the account can spend; left out, nobody looks. */
  funds?: Funds | undefined;
}

/** A balance, and what may have been on its way to it when it was read. */
export interface Funds {
  available: Money;
  /** What must stay. */
  minimum: Money;
  /** Asked before the balance was (`readInFlight`): everything sent since, and all that was in flight, counts as not in it yet. */
  before: InFlight;
}

/** Milliseconds of the ledger's time, and the price of all that was unsettled then, in whole ten-thousandths. */
export interface InFlight {
  at: number;
  units: number;
}

/** A doubt that a machine may answer by buying again holds new gates of its class from this share of T_settle on. */
const REST_SHARE = 0.2;

/** As the scripts read them: whole ten-thousandths and milliseconds. */
export function limitsArgument({ ledger }: LedgerContext, limits: Limits, price: Money): string {
  const { maxUnsettled, maxUnsettledMoney, perHour, perDay, rebuyBudget, funds } = limits;
  return JSON.stringify({
    price: moneyUnits(price),
    most: maxUnsettled,
    money: moneyUnits(maxUnsettledMoney),
    hour: capUnits(perHour),
    day: capUnits(perDay),
    settle: ledger.settleMs,
    rest: rebuyBudget > 0 ? Math.floor(ledger.settleMs * REST_SHARE) : -1,
    ...(funds && {
      left: moneyUnits(funds.available) - moneyUnits(funds.minimum) - funds.before.units,
      readAt: funds.before.at,
    }),
  });
}

function capUnits(cap: Limits["perHour"]): number {
  return cap === undefined || cap === "none" ? -1 : moneyUnits(cap);
}

export type TooMuch = "stopped" | "resting" | "too-many" | "too-much" | "hour-spent" | "day-spent" | "short";

const AIR = ledgerScript({ step: "air", whenFrozen: "goes-on", keys: ["unsettled"], args: [] });

/** To be asked before a balance is read: what may be missing in it. */
export async function readInFlight(context: LedgerContext, account: string): Promise<InFlight> {
  const keys = { unsettled: context.ledger.keys.ledger.unsettled(account) };
  const { details, now } = await step(context, AIR, { account, keys, args: {} });
  return { at: now, units: Number(details[0]) };
}

const ROOM = ledgerScript({
  step: "room",
  whenFrozen: "refused",
  keys: ["unsettled", "spent"],
  args: ["class", "limits"],
});

/** Asked before eNom is asked anything: whether one more purchase could begin now. Nothing is kept; `begin` decides. */
export async function findTooMuch(
  context: LedgerContext,
  intent: { account: string; service: string; years: number; price: Money },
  limits: Limits,
): Promise<TooMuch | undefined> {
  const { keys } = context.ledger;
  const { account, service, years, price } = intent;
  const { code } = await step(context, ROOM, {
    account,
    keys: { unsettled: keys.ledger.unsettled(account), spent: keys.ledger.spent(account) },
    args: { class: slotClass(service, years), limits: limitsArgument(context, limits, price) },
  });
  return code === "room" ? undefined : (code as TooMuch);
}
