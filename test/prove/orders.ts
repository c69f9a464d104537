// The orders of all runs: made once, since a CSR takes OpenSSL longer than a whole run lasts.
import { type Order, parseOrder } from "../../src/shared/certificate/order.ts";
import { orderBody } from "../support/order.ts";
import { SERVICES } from "./run.ts";

/** One more than a run orders: the last CSR is the colleague's own. Behind it, two names for each order that is corrected. */
const MOST = 5;
const NAMES = 2;
const made = new Map<string, Order>();

/** A domain and a CSR of its own for each; to be awaited before the first run. */
export async function makeOrders(): Promise<void> {
  for (let i = 0; i < MOST + NAMES * (MOST - 1); i++) {
    const body = await orderBody({ cn: `shop${i}.example.com`, reference: `order-${i}` });
    for (const product of SERVICES) {
      const order = { ...body, product, approver: { method: "email", email: "admin@example.com" } };
      const parsed = await parseOrder(order, new Date("2026-11-22T12:00:00Z"));
      if ("faults" in parsed) throw new Error(`the model's order is wrong: ${JSON.stringify(parsed.faults)}`);
      made.set(`${product} ${i}`, parsed.order);
    }
  }
}

/** What the order of that number is corrected to. */
export function correctedOrder(i: number, name: number, product: string): Order {
  return orderOf(MOST + NAMES * i + name, product);
}

export function orderOf(i: number, product: string): Order {
  const order = made.get(`${product} ${i}`);
  if (!order) throw new Error("makeOrders was not awaited");
  return order;
}
