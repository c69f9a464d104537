// Which accounts an order may be bought on, and who is asked first: one rule for the workers that buy and for those who
// forecast with it.

import type { Order } from "../certificate/order.ts";
import type { AccountEntry, FleetFile } from "../config/fleet-file.ts";

/** All of an account that decides on it. */
export interface Buyer {
  id: string;
  sort: number;
  enabled: boolean;
  dataCenter: string | null;
  /** Service codes of what is bought here; null: everything. */
  products: readonly string[] | null;
  /** Service codes of what is bought on other accounts only. */
  otherProducts: readonly string[];
}

/** As certfleet.yaml has the account, and `products[].accounts` beside it. */
export function buyerOf(
  { id, sort, enabled, dataCenter, products }: AccountEntry,
  file: Pick<FleetFile, "products">,
): Buyer {
  const others = file.products.filter(({ accounts }) => accounts && !accounts.includes(id));
  return {
    ...{ id, sort, enabled },
    dataCenter: dataCenter ?? null,
    products: products ?? null,
    otherProducts: others.map(({ service }) => service),
  };
}

/** The smallest `sort` first, then the id. */
export function inTurn(a: Buyer, b: Buyer): number {
  return a.sort - b.sort || (a.id < b.id ? -1 : 1);
}

/**
 * The account that the order names, else each that sells its product in its data center; an absent data center is any.
 */
export function fits(
  buyer: Buyer,
  { account, dataCenter, product }: Pick<Order, "account" | "dataCenter" | "product">,
): boolean {
  const has = (services: readonly string[]): boolean =>
    services.some((each) => each.toLowerCase() === product.toLowerCase());
  if (!buyer.enabled || has(buyer.otherProducts)) return false;
  if (buyer.products && !has(buyer.products)) return false;
  if (account && account !== buyer.id) return false;
  return !dataCenter || !buyer.dataCenter || dataCenter === buyer.dataCenter;
}
