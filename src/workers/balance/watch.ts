// What a reading of an account's balance means to its department: one mail when it falls below the minimum, one when it
// is back.

import { mustStay } from "../../shared/account/minimum-balance.ts";
import type { BalanceReading } from "../../shared/account/records.ts";
import { utcDate } from "../../shared/base/dates.ts";
import type { Log } from "../../shared/base/log.ts";
import type { AccountEntry } from "../../shared/config/fleet-file.ts";
import type { SpendingPlan } from "../../shared/forecast/planned-purchases.ts";
import { runwayOf } from "../../shared/forecast/runway.ts";
import type { Enqueue } from "../../shared/queue/queues.ts";
import type { RedisClient } from "../../shared/redis/client.ts";
import type { Keys } from "../../shared/redis/keys.ts";
import { tellDepartment } from "../order/department.ts";
import { forgetTurns, judge, noteTold, type Turn, untoldTurns } from "./crossings.ts";

export interface WatchNeeds {
  redis: RedisClient;
  keys: Pick<Keys, "turns" | "events">;
  enqueue: Enqueue;
  log: Log;
  /** `balance.restoredMargin`: a part of the minimum (`20%`), or an amount. */
  restoredMargin: string;
  /** Whether the minimum must stay, or is only warned of. */
  minimumBlocks: boolean;
  /** What is to be paid in the coming days; asked only when a fall is told. */
  planPurchases: () => Promise<SpendingPlan>;
}

type Watched = Pick<AccountEntry, "id" | "name" | "department" | "currency" | "minimumBalance">;

/** A good reading. May run at once in several processes: together they tell each turn once. */
export async function watchBalance(entry: Watched, seen: BalanceReading, needs: WatchNeeds): Promise<void> {
  const { id, minimumBalance: minimum } = entry;
  if (minimum === undefined) return forgetTurns(needs, id);
  await judge(needs, id, { available: seen.available, minimum, at: seen.at }, needs.restoredMargin);
  await tellTurns(entry, needs);
}

/**
 * The state turns first: whoever dies before the mail is queued has left it to the next poll. The key makes two of them
 * one mail.
 */
export async function tellTurns(entry: Watched, needs: WatchNeeds): Promise<void> {
  for (const turn of await untoldTurns(needs, entry.id)) {
    await tellDepartment(entry, await mailOf(turn, entry, needs), needs);
    await noteTold(needs, entry.id, turn);
    const { available, minimum } = turn.reading;
    needs.log.warn({
      event: turn.kind === "fell" ? "balance.low" : "balance.restored",
      ...{ account: entry.id, available, minimum, currency: entry.currency },
    });
  }
}

async function mailOf(
  { number, kind, reading }: Turn,
  { id, name = id, currency }: Watched,
  needs: WatchNeeds,
): Promise<Parameters<typeof tellDepartment>[1]> {
  const values = { account: id, name, currency: currency.toUpperCase(), ...reading };
  if (kind === "restored") return { key: `${id}:balance-restored:${number}`, template: "balance-restored", values };
  const runway = await runwayFor(id, reading, needs);
  const blocked = needs.minimumBlocks;
  return { key: `${id}:low-balance:${number}`, template: "low-balance", values: { ...values, ...runway, blocked } };
}

/** The mail matters more than its outlook: where that cannot be made, it goes without. */
async function runwayFor(
  account: string,
  { available, minimum, at }: Turn["reading"],
  { planPurchases, minimumBlocks, log }: WatchNeeds,
): Promise<{ runwayDays: number | null; exhaustedOn: string | null; plannedUntil: string | null }> {
  try {
    const plan = await planPurchases();
    const stays = mustStay({ minimumBalance: minimum, minimumBlocks });
    const { days, exhaustedOn } = runwayOf({ available, stays, today: utcDate(new Date(at)) }, plan.of(account));
    return { runwayDays: days, exhaustedOn, plannedUntil: plan.until };
  } catch (err) {
    log.warn({ event: "runway.unknown", account, err });
    return { runwayDays: null, exhaustedOn: null, plannedUntil: null };
  }
}
