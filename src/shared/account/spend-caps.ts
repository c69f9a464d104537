// Whether an account has spent what it may in an hour or a day: read from what the ledger keeps for its own guards.

import { DAY_MS, HOUR_MS } from "../base/dates.ts";
import { type Money, moneyUnits } from "../base/money.ts";
import { nextStep } from "../certificate/attention.ts";
import type { RedisClient } from "../redis/client.ts";
import type { Keys } from "../redis/keys.ts";
import { type AccountRecord, accountRecords, type Offer } from "./records.ts";

type Capped = Pick<AccountRecord, "id" | "currency" | "purchases" | "perHour" | "perDay">;

export interface ReachedCap {
  field: "perHour" | "perDay";
  cap: Money;
  /** When the cheapest purchase fits again, if nothing is bought meanwhile. */
  until: Date;
}

/** One purchase, as `ledger/lua/gate.lua` keeps it: ms of Redis, whole ten-thousandths. */
interface Spent {
  at: number;
  units: number;
}

/**
 * The cap that lets nothing more be bought: not even the cheapest product that eNom sells to the account, or, where orders wait for
 * the cap, not all of them. Null while there is room, or no cap.
 */
export async function findReachedCap(
  account: Capped,
  { redis, keys }: { redis: RedisClient; keys: Keys },
): Promise<ReachedCap | null> {
  const { id, purchases, perHour, perDay } = account;
  if (!purchases || (perHour === null && perDay === null)) return null;
  const [[seconds, micros], flat] = await Promise.all([
    redis.time(),
    redis.zrange(keys.ledger.spent(id), "0", "-1", "WITHSCORES"),
  ]);
  if (flat.length === 0) return null;
  const now = Number(seconds) * 1_000 + Math.floor(Number(micros) / 1_000);
  const spent: Spent[] = [];
  for (let i = 0; i < flat.length; i += 2)
    spent.push({ at: Number(flat[i + 1]), units: Number(flat[i]?.split("|").at(-1) ?? 0) });
  const [offers, waits] = await Promise.all([
    accountRecords(redis, keys).catalogue(id),
    redis.hexists(keys.cases(id), "spend-cap-reached"),
  ]);
  const next = nextPrice(offers, waits === 1);
  const reached = [
    perDay === null ? null : reachedBy("perDay", perDay, { spent, now, ms: DAY_MS, next }),
    perHour === null ? null : reachedBy("perHour", perHour, { spent, now, ms: HOUR_MS, next }),
  ];
  return reached.find((each) => each !== null) ?? null;
}

/** In words, for people. */
export function reachedText(
  { id, currency }: Capped,
  { field, cap, until }: ReachedCap,
): { message: string; next: string } {
  const span = field === "perHour" ? "in an hour" : "in a day";
  const at = `${until.toISOString().slice(0, 16).replace("T", " ")} UTC`;
  const message = `Account ${id} has spent what it may ${span}: ${cap} ${currency} (purchasing.${field}). Purchases wait, and go on by themselves; there is room again at ${at}.`;
  return { message, next: nextStep("spend-cap-reached", "REF") };
}

/** Of what must fit: the cheapest product, or the dearest one where orders wait and nobody says for which. */
function nextPrice(offers: readonly Offer[], waits: boolean): number {
  const prices = offers.filter(({ enabled }) => enabled).map(({ price }) => moneyUnits(price));
  if (prices.length === 0) return 1;
  return waits ? Math.max(...prices) : Math.min(...prices);
}

function reachedBy(
  field: ReachedCap["field"],
  cap: Money,
  { spent, now, ms, next }: { spent: readonly Spent[]; now: number; ms: number; next: number },
): ReachedCap | null {
  const counted = spent.filter(({ at }) => at > now - ms).sort((a, b) => a.at - b.at);
  let sum = counted.reduce((all, { units }) => all + units, 0);
  if (sum === 0 || sum + next <= moneyUnits(cap)) return null;
  let until = now;
  for (const { at, units } of counted) {
    if (sum + next <= moneyUnits(cap)) break;
    sum -= units;
    until = at + ms;
  }
  return { field, cap, until: new Date(until) };
}
