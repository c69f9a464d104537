// What an order will cost from now to the end of its paid term, however often its policy has it bought: for quotas,
// which must rather count too much.
import { fits } from "../account/fitting-accounts.ts";
import type { AccountRecords } from "../account/records.ts";
import type { Actor } from "../authority/actor.ts";
import { compareMoney, type Money, timesMoney } from "../base/money.ts";
import { type Certificate, policyOf } from "../certificate/certificate.ts";
import { newCertificate } from "../certificate/new-record.ts";
import type { Order } from "../certificate/order.ts";
import type { HeldPolicy, PolicyFor } from "../subscription/policy.ts";
import { beginningOf } from "./forecast.ts";
import { lifeOf } from "./life.ts";

export interface CostNeeds {
  accounts: Pick<AccountRecords, "all" | "catalogue">;
  policyFor: PolicyFor;
}

/**
 * As if the policy bought every term, whatever its mode: who orders may turn it on later. Null as `costToCome`.
 * @throws what Redis throws
 */
export async function costOfOrder(order: Order, at: Date, needs: CostNeeds): Promise<Money | null> {
  const by: Actor = { kind: "fleet", id: "quota" };
  const certificate = newCertificate(order, at, by);
  const policy = policyOf(certificate, needs.policyFor);
  return costToCome(certificate, at, { ...needs, policy: { ...policy, mode: "auto" } });
}

/**
 * By the policy that the certificate has, unless another is given; at today's prices, on the dearest account that may
 * be asked. Null where something is to be bought and no such account tells a price.
 * @throws what Redis throws
 */
export async function costToCome(
  certificate: Certificate,
  at: Date,
  { accounts, policyFor, policy = policyOf(certificate, policyFor) }: CostNeeds & { policy?: HeldPolicy },
): Promise<Money | null> {
  const { order, record } = certificate;
  const payers = (await accounts.all()).filter((each) => fits(each, order) || each.id === record.account);
  const offers = await Promise.all(payers.map(({ id }) => accounts.catalogue(id)));
  const costs = offers.flat().flatMap(({ service, enabled, years, price }) => {
    if (!enabled || service.toLowerCase() !== order.product.toLowerCase()) return [];
    return timesMoney(price, yearsToCome(certificate, at, { sold: years.length > 0 ? years : [1], policy }));
  });
  const [first, ...others] = costs;
  if (first === undefined) return yearsToCome(certificate, at, { sold: [1], policy }) === 0 ? "0.00" : null;
  return others.reduce((dearest, cost) => (compareMoney(cost, dearest) > 0 ? cost : dearest), first);
}

function yearsToCome(
  certificate: Certificate,
  at: Date,
  { sold, policy }: { sold: readonly number[]; policy: HeldPolicy },
): number {
  if (certificate.state === "CANCELLED" || certificate.state === "REFUSED") return 0;
  let years = 0;
  for (const event of lifeOf(beginningOf(certificate, at), policy, { sold }))
    if (event.kind === "purchase") years += event.years;
  return years;
}
