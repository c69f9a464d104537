// What many orders would cost, by product and account, as a dry run finds it: the first purchase of each.
import { type Money, sumMoney } from "../../../shared/base/money.ts";
import type { ResultLine } from "../../bulk/result-line.ts";
import { table } from "../table.ts";

export interface Cost {
  /** Null in the sums. */
  product: string | null;
  /** Null: no account is known that may buy it, or a sum. */
  account: string | null;
  currency: string | null;
  orders: number;
  /** Of those whose price is known. */
  cost: Money;
  /** Orders whose price nobody knows. */
  unpriced: number;
}

export interface Costs {
  add: (result: ResultLine) => void;
  /** By product and account, and behind them the sum of each currency. */
  result: () => Cost[];
}

export function costsOf(): Costs {
  const found = new Map<string, Cost>();
  return {
    add({ rehearsal }) {
      // An order that was accepted before costs nothing more.
      if (!rehearsal || rehearsal.warnings.some(({ code }) => code === "accepted-before")) return;
      const { product, account, currency, price } = rehearsal;
      const key = [product, account, currency].join(" ");
      const before = found.get(key) ?? { product, account, currency, orders: 0, cost: "0.00", unpriced: 0 };
      found.set(key, plus(before, { orders: 1, cost: price ?? "0.00", unpriced: price === null ? 1 : 0 }));
    },
    result() {
      const rows = [...found.values()].sort((a, b) => nameOf(a).localeCompare(nameOf(b)));
      const sums = Map.groupBy(rows, ({ currency }) => currency);
      const totals = [...sums].map(([currency, each]) =>
        each.reduce(plus, { product: null, account: null, currency, orders: 0, cost: "0.00", unpriced: 0 }),
      );
      return [...rows, ...totals];
    },
  };
}

function nameOf({ product, account }: Cost): string {
  return `${product} ${account}`;
}

function plus(a: Cost, b: Pick<Cost, "orders" | "cost" | "unpriced">): Cost {
  return { ...a, orders: a.orders + b.orders, cost: sumMoney([a.cost, b.cost]), unpriced: a.unpriced + b.unpriced };
}

export function costTable(costs: readonly Cost[]): string {
  const rows = costs.map(({ product, account, orders, cost, currency, unpriced }) => [
    product ?? "Total",
    account ?? "–",
    `${orders}`,
    `${cost} ${currency ?? ""}`.trimEnd(),
    unpriced === 0 ? "–" : `${unpriced}`,
  ]);
  return rows.length === 0
    ? "Nothing new would be bought."
    : table(["PRODUCT", "ACCOUNT", "ORDERS", "FIRST PURCHASES", "WITHOUT A PRICE"], rows);
}
