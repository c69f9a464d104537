// Orders and payments of an account over a period, as eNom's books show them.
import { plusDays, utcDate } from "../../shared/base/dates.ts";
import type { Enom, ListedOrder, Transaction } from "../enom/commands/commands.ts";
import { readNewest } from "../enom/commands/newest.ts";

/** Both days belong to it, `YYYY-MM-DD` of eNom's clock. */
export interface Period {
  from?: string | undefined;
  to?: string | undefined;
}

export interface History {
  orders: ListedOrder[];
  /** Money that left the account; each with what it names. */
  debits: Transaction[];
}

/** eNom shows at most six months at once (eNom API, GetOrderList, GetTransHistory). */
const WINDOW_DAYS = 150;

/** What has no date may lie in any period. */
export function isWithin(time: string | null, { from, to }: Period): boolean {
  const day = time?.slice(0, 10);
  return day === undefined || (day >= (from ?? day) && day <= (to ?? day));
}

/** Without `from` the six months that eNom shows by itself. @throws Unavailable when a list cannot be read whole */
export async function readHistory(
  enom: Pick<Enom, "orderPage" | "transactionPage">,
  period: Period,
  now: Date,
): Promise<History> {
  const orders = new Map<number, ListedOrder>();
  const debits = new Map<string, Transaction>();
  for (const window of windowsOf(period, now)) {
    const listed = await readNewest(
      async (start) => {
        const page = await enom.orderPage({ start, ...window });
        return { rows: page.orders, total: page.total };
      },
      () => false,
    );
    for (const order of listed) orders.set(order.orderId, order);
    const moved = await readNewest(
      async (start) => {
        const page = await enom.transactionPage({ start, ...window });
        return { rows: page.transactions, total: page.total };
      },
      () => false,
    );
    // A row of two windows is the same to the balance behind it.
    for (const row of moved.filter(isDebit)) debits.set(JSON.stringify(row), row);
  }
  return {
    orders: [...orders.values()].filter(({ orderDate }) => isWithin(orderDate, period)),
    debits: [...debits.values()].filter(({ at }) => isWithin(at, period)),
  };
}

/** The words of eNom for payments that were not made: failed, void. */
function isDebit({ amount, status }: Transaction): boolean {
  return amount.startsWith("-") && !/^(fail|void)/i.test(status);
}

/**
 * Windows that eNom accepts, each beginning on the day on which the one before ends: whether a last day belongs to a
 * window is not documented. For the same reason the day behind `to` is named, and none when `to` may be today by eNom's
 * clock.
 */
export function windowsOf({ from, to }: Period, now: Date): Period[] {
  const end = to !== undefined && to < utcDate(plusDays(now, -1)) ? laterDay(to, 1) : undefined;
  if (from === undefined) return [{ to: end }];
  const windows: Period[] = [];
  let start = from;
  for (let next = laterDay(start, WINDOW_DAYS); next < (end ?? utcDate(now)); next = laterDay(start, WINDOW_DAYS)) {
    windows.push({ from: start, to: next });
    start = next;
  }
  return [...windows, { from: start, to: end }];
}

function laterDay(day: string, days: number): string {
  return utcDate(plusDays(new Date(`${day}T00:00:00Z`), days));
}
