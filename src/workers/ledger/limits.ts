// How much may be in the air (rule 5), how much may be spent, and when a class of slots rests until its doubts are decided.
import { type Money, moneyUnits } from "../../shared/base/money.ts";
import { slotClass } from "./attempt.ts";
import type { LedgerContext } from "./context.ts";
import { ledgerScript, step } from "./script.ts";

export interface Limits {
  /** K: unsettled attempts a class. */
  maxUnsettled: number;
  /** Unsettled money of the account. */
  maxUnsettledMoney: Money;
  /** Spend guards of the account; nothing set, nothing capped. */
  perHour?: Money | undefined;
  perDay?: Money | undefined;
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
  /** Asked before the balance was (`readInAir`): everything sent since, and all that was in the air, counts as not in it yet. */
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
    hour: perHour === undefined ? -1 : moneyUnits(perHour),
    day: perDay === undefined ? -1 : moneyUnits(perDay),
    settle: ledger.settleMs,
    rest: rebuyBudget > 0 ? Math.floor(ledger.settleMs * REST_SHARE) : -1,
    ...(funds && {
      left: moneyUnits(funds.available) - moneyUnits(funds.minimum) - funds.before.units,
      readAt: funds.before.at,
    }),
  });
}

export type TooMuch = "stopped" | "resting" | "too-many" | "too-much" | "hour-spent" | "day-spent" | "short";

const AIR = ledgerScript({ step: "air", whenFrozen: "goes-on", keys: ["unsettled"], args: [] });

/** To be asked before a balance is read: what may be missing in it. */
export async function readInFlight(place: LedgerContext, account: string): Promise<InFlight> {
  const keys = { unsettled: place.ledger.keys.ledger.unsettled(account) };
  const { details, now } = await step(place, AIR, { account, keys, args: {} });
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
  place: LedgerContext,
  intent: { account: string; service: string; years: number; price: Money },
  limits: Limits,
): Promise<TooMuch | undefined> {
  const { keys } = place.ledger;
  const { account, service, years, price } = intent;
  const { code } = await step(place, ROOM, {
    account,
    keys: { unsettled: keys.ledger.unsettled(account), spent: keys.ledger.spent(account) },
    args: { class: slotClass(service, years), limits: limitsArgument(place, limits, price) },
  });
  return code === "room" ? undefined : (code as TooMuch);
}
