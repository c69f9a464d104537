// The plan of purchases as the gateway keeps it: made in the background, old by a minute at most where the fleet is small.

import { mustStay } from "../../shared/account/minimum-balance.ts";
import type { AccountRecord } from "../../shared/account/records.ts";
import type { Clock } from "../../shared/base/clock.ts";
import { utcDate } from "../../shared/base/dates.ts";
import { withDeadline } from "../../shared/base/time/deadline.ts";
import { planPurchases, type SpendingPlan } from "../../shared/forecast/planned-purchases.ts";
import { type Runway, runwayOf } from "../../shared/forecast/runway.ts";
import { type SharedWork, sharedWork } from "./forecast/shared-work.ts";
import type { App, GatewayNeeds } from "./needs.ts";

const KEPT_MS = 60_000;
/** A large fleet is looked through less often: the work takes at most this share of the time. */
const SHARE = 0.05;
/** So long is the first plan waited for; the API must answer. */
const PATIENCE_MS = 1_000;

export interface KeptPlan {
  /** The newest plan there is; undefined while the first one takes longer than this, or could not be made. */
  find: (patienceMs?: number) => Promise<SpendingPlan | undefined>;
  /** Forecasts are made in turn with it: one thing at a time reads the whole fleet. */
  shared: SharedWork;
}

/** Ends with the gateway. */
export function keepPlan(app: App, needs: GatewayNeeds): KeptPlan {
  const closing = new AbortController();
  const shared = sharedWork();
  let kept: SpendingPlan | undefined;
  let nextMs = 0;
  let making: Promise<void> | undefined;

  const make = async (): Promise<void> => {
    let begun = performance.now();
    try {
      const plan = async (): Promise<SpendingPlan> => {
        begun = performance.now();
        return planPurchases({ ...needs, signal: closing.signal });
      };
      kept = await shared.inTurn(plan, closing.signal);
    } catch (err) {
      if (!closing.signal.aborted) needs.log.warn({ event: "plan.failed", err });
    } finally {
      const ended = performance.now();
      nextMs = ended + Math.max(KEPT_MS, (ended - begun) / SHARE);
      making = undefined;
    }
  };

  app.addHook("preClose", async () => {
    closing.abort();
    await making;
  });

  return {
    shared,
    async find(patienceMs = PATIENCE_MS) {
      if (performance.now() >= nextMs) making ??= make();
      if (!kept && making && patienceMs > 0) await withDeadline(making, patienceMs, () => undefined);
      return kept;
    },
  };
}

/** The account's money against what is planned; null without a balance, or while there is no plan. */
export async function findRunway(
  account: AccountRecord,
  clock: Clock,
  plan: KeptPlan,
  patienceMs?: number,
): Promise<(Runway & { until: string }) | null> {
  const { id, balance } = account;
  const found = balance && (await plan.find(patienceMs));
  if (!found) return null;
  const money = { available: balance.available, stays: mustStay(account), today: utcDate(clock.now()) };
  return { ...runwayOf(money, found.of(id)), until: found.until };
}
