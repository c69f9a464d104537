// The money of each account for Prometheus: what there is, how long it lasts, what is under way, whether it may buy.
import type { AccountRecord } from "../../../shared/account/records.ts";
import { ageSeconds } from "../../../shared/base/dates.ts";
import type { Sheet } from "../../../shared/metrics/exposition.ts";
import type { GatewayNeeds } from "../needs.ts";
import { findRunway, type KeptPlan } from "../spending-plan.ts";

const DAY_SECONDS = 86_400;

interface Needs extends Pick<GatewayNeeds, "redis" | "keys" | "clock"> {
  accounts: readonly AccountRecord[];
  plan: KeptPlan;
}

export async function accountMetrics(values: Sheet, { accounts, ...needs }: Needs): Promise<void> {
  await Promise.all(accounts.map((each) => oneAccount(values, each, needs)));
}

async function oneAccount(
  values: Sheet,
  record: AccountRecord,
  { redis, keys, clock, plan }: Omit<Needs, "accounts">,
): Promise<void> {
  const { id: account, currency, balance, minimumBalance } = record;
  const [[behind, frozen], unsettled, parked, breaker, runway] = await Promise.all([
    redis.hmget(keys.ledger.meta(account), "behind", "frozen"),
    redis.hvals(keys.ledger.unsettled(account)),
    redis.hlen(keys.ledger.parked(account)),
    redis.hexists(keys.breaker(account), "until"),
    findRunway(record, clock, plan, 0),
  ]);
  const isFrozen = [behind, frozen].some((reason) => reason !== null && reason !== undefined);
  values.set("certfleet_ledger_frozen", { account }, isFrozen ? 1 : 0);
  values.set("certfleet_purchases_in_air", { account }, unsettled.filter(isInAir).length);
  values.set("certfleet_purchases_parked", { account }, parked);
  values.set("certfleet_enom_breaker_open", { account }, breaker);
  values.set("certfleet_account_balance", { account, currency }, Number(balance?.available ?? Number.NaN));
  values.set("certfleet_account_balance_minimum", { account, currency }, Number(minimumBalance ?? 0));
  const age = balance ? ageSeconds(balance.at, clock.now()) : Number.NaN;
  values.set("certfleet_account_balance_age_seconds", { account }, age);
  values.set("certfleet_account_runway_seconds", { account }, runwaySeconds(runway, clock.now()));
}

/** The ledger's flag of an attempt: S sending, U unknown; C is covered by an answer and only not settled yet. */
function isInAir(entry: string): boolean {
  return !entry.endsWith("|C");
}

/** Where all is paid, until the end of what is planned. */
function runwaySeconds(runway: { days: number | null; until: string } | null, now: Date): number {
  if (!runway) return Number.NaN;
  if (runway.days !== null) return runway.days * DAY_SECONDS;
  return Math.max(0, Math.round((Date.parse(runway.until) - now.getTime()) / 1_000));
}
