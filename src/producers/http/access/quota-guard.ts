// Holds what a key asks for against its quotas before anything is kept: an order, a longer term, a policy that buys more
// often, a purchase that is made again.
import { randomUUID } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import type { FastifyRequest } from "fastify";
import type { ApiKey } from "../../../shared/authority/keys/key.ts";
import { hasQuota, reserve } from "../../../shared/authority/keys/quota.ts";
import { compareMoney, type Money, sumMoney, timesMoney } from "../../../shared/base/money.ts";
import type { Certificate } from "../../../shared/certificate/certificate.ts";
import type { Order } from "../../../shared/certificate/order.ts";
import { type CostNeeds, costOfOrder, costToCome } from "../../../shared/forecast/cost-to-come.ts";
import type { GatewayNeeds } from "../needs.ts";
import { type ProblemError, problem } from "../problems.ts";

type QuotaNeeds = Pick<GatewayNeeds, "redis" | "keys" | "policyFor" | "clock"> & CostNeeds;

/** So long may a price be unknown without the caller asking again in vain. */
const PRICE_SECONDS = 60;

/**
 * For `acceptOrder`: counts a new order of this caller's. Undefined where the caller has no quota. `tries`: of a dry run,
 * which is refused alike and counts nothing.
 */
export function admission(
  { caller: { key } }: FastifyRequest,
  needs: QuotaNeeds,
  { tries = false } = {},
): ((order: Order) => Promise<void>) | undefined {
  if (!key || !hasQuota(key)) return undefined;
  return async (order) => {
    const now = needs.clock.now();
    const cost = hasMoneyQuota(key) ? await costOfOrder(order, now, needs) : NOTHING;
    await count(key, { what: order.reference, cost, now, tries }, needs);
  };
}

const NOTHING: Money = "0.00";

/**
 * Counts what a change makes a certificate cost more, by today's prices.
 * @throws the problem `quota-exceeded`, or `not-now` where nobody knows the price
 */
export async function admitChange(
  { caller: { key } }: FastifyRequest,
  { before, after }: { before: Certificate; after: Certificate },
  needs: QuotaNeeds,
): Promise<void> {
  if (!key || !hasMoneyQuota(key) || buysAlike(before, after)) return;
  const now = needs.clock.now();
  const [was, becomes] = await Promise.all([costToCome(before, now, needs), costToCome(after, now, needs)]);
  const cost = was === null || becomes === null ? null : sumMoney([becomes, timesMoney(was, -1)]);
  if (cost !== null && compareMoney(cost, NOTHING) <= 0) return;
  await count(key, { what: `+${randomUUID()}`, cost, now }, needs);
}

/** Nothing changes that decides what is bought. */
function buysAlike({ record: { terms: a } }: Certificate, { record: { terms: b } }: Certificate): boolean {
  return isDeepStrictEqual([a.years, a.policy, a.remainder], [b.years, b.policy, b.remainder]);
}

/** Counts an order that may be bought again as a new one. @throws as `admitChange` */
export async function admitAgain(
  { caller: { key } }: FastifyRequest,
  { order }: Certificate,
  needs: QuotaNeeds,
): Promise<void> {
  if (!key || !hasMoneyQuota(key)) return;
  const now = needs.clock.now();
  await count(key, { what: `+${randomUUID()}`, cost: await costOfOrder(order, now, needs), now }, needs);
}

function hasMoneyQuota({ moneyPerDay }: ApiKey): boolean {
  return (moneyPerDay ?? null) !== null;
}

async function count(
  key: ApiKey,
  { what, cost, now, tries = false }: { what: string; cost: Money | null; now: Date; tries?: boolean },
  needs: QuotaNeeds,
): Promise<void> {
  const more = tries ? { valid: false as const } : {};
  if (cost === null) throw unpriced(key, more);
  const reserved = await reserve(key, { what, price: cost, now, tries }, needs);
  if (reserved !== "counted") throw exceeded(key, { cost, now, ...reserved }, more);
}

function exceeded(
  { id, ordersPerDay, moneyPerDay }: ApiKey,
  { full, cost, now, at }: { full: "orders" | "money" | "never"; cost: Money; now: Date; at: Date },
  more: { valid?: false },
): ProblemError {
  const seconds = Math.max(1, Math.ceil((at.getTime() - now.getTime()) / 1_000));
  const quota =
    full === "orders" || ordersPerDay === 0
      ? `The API key ${id} may place ${ordersPerDay} orders in 24 hours.`
      : `The API key ${id} may order for ${moneyPerDay} in 24 hours, and this costs ${cost}, all paid years included.`;
  const next =
    full === "never"
      ? "It is more than the whole quota: have the quota raised."
      : `There is room for it again at ${at.toISOString()}.`;
  return problem("quota-exceeded", `${quota} ${next}`, { headers: { "retry-after": `${seconds}` }, ...more });
}

/** Never let through uncounted: what is not known may be any amount. */
function unpriced({ id, moneyPerDay }: ApiKey, more: { valid?: false }): ProblemError {
  return problem(
    "not-now",
    `The API key ${id} may order for ${moneyPerDay} in 24 hours, and no price of this product is known: no account that may buy it has a price list with it yet. Start a worker of that account, or order another product.`,
    { headers: { "retry-after": `${PRICE_SECONDS}` }, ...more },
  );
}
