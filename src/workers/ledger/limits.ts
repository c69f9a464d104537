// How much may be in the air (rule 5), how much may be spent, and when a class of slots rests until its doubts are decided.
import { type Money, moneyUnits } from "../../shared/base/money.ts";
import { slotClass } from "./attempt.ts";
import type { LedgerContext } from "./context.ts";
import { type Script, step } from "./script.ts";

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

/** The longest silence that counts as watched (rule 9). */
export const LONGEST_DWELL_MS = 60_000;

/** Lua: an entry of `unsettled`, which is `class|price|gateAt|gateDwell|S, U or C`, and rule 9. */
export const IN_AIR = `
local function inAir(entry)
  local class, price, at, since, flag = string.match(entry, '^(.*)|(%d+)|(%d+)|(%d+)|(%u)$')
  return { class = class, price = tonumber(price), at = tonumber(at), since = tonumber(since), flag = flag }
end
local function settled(e, settle) return now - e.at >= settle and dwell - e.since >= settle end
`;

/**
 * Lua: why one more purchase of the class would be too much; nil when it would not. COVERED ones count until they are settled.
 * `resting`: an undecided doubt is old enough; new attempts would settle after it and make it undecidable (rule 11).
 */
export const LIMITS = `${IN_AIR}
local function spentFrom(spent, from)
  local sum = 0
  for _, member in ipairs(redis.call('ZRANGE', spent, from, '+inf', 'BYSCORE')) do
    sum = sum + tonumber(string.match(member, '|(%d+)$'))
  end
  return sum
end
local function tooMuch(unsettled, spent, class, limits)
  if stopped then return 'stopped' end
  local count, sum = 0, 0
  for _, entry in ipairs(redis.call('HVALS', unsettled)) do
    local e = inAir(entry)
    if not (e.flag == 'C' and settled(e, limits.settle)) then
      sum = sum + e.price
      if e.class == class then
        count = count + 1
        if e.flag ~= 'C' and limits.rest >= 0 and now - e.at >= limits.rest then return 'resting' end
      end
    end
  end
  if count >= limits.most then return 'too-many' end
  if sum + limits.price > limits.money then return 'too-much' end
  local function spentSince(ms) return spentFrom(spent, string.format('(%.0f', now - ms)) end
  if limits.hour >= 0 and spentSince(3600000) + limits.price > limits.hour then return 'hour-spent' end
  if limits.day >= 0 and spentSince(86400000) + limits.price > limits.day then return 'day-spent' end
  if limits.left and spentFrom(spent, string.format('%.0f', limits.readAt)) + limits.price > limits.left then return 'short' end
  return nil
end`;

export type TooMuch = "stopped" | "resting" | "too-many" | "too-much" | "hour-spent" | "day-spent" | "short";

/** K unsettled. Reads only. */
const AIR: Script = {
  name: "air",
  whenFrozen: "goes-on",
  lua: `${IN_AIR}
local sum = 0
for _, entry in ipairs(redis.call('HVALS', K[1])) do sum = sum + inAir(entry).price end
return answer('air', string.format('%.0f', sum))`,
};

/** To be asked before a balance is read: what may be missing in it. */
export async function readInFlight(place: LedgerContext, account: string): Promise<InFlight> {
  const keys = [place.ledger.keys.ledger.unsettled(account)];
  const { details, now } = await step(place, AIR, { account, keys, args: [] });
  return { at: now, units: Number(details[0]) };
}

const ROOM: Script = {
  name: "room",
  whenFrozen: "refused",
  lua: `${LIMITS}
return answer(tooMuch(K[1], K[2], A[1], cjson.decode(A[2])) or 'room')`,
};

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
    keys: [keys.ledger.unsettled(account), keys.ledger.spent(account)],
    args: [slotClass(service, years), limitsArgument(place, limits, price)],
  });
  return code === "room" ? undefined : (code as TooMuch);
}
