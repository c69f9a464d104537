// What the account ordered and what it paid, newest first. Nothing here changes anything.
import { Refused, Unavailable } from "../../../shared/base/errors.ts";
import type { EnomSwitches } from "../../../shared/enom/switches.ts";
import type { EnomClient } from "../client.ts";
import { describeFault } from "../wire/not-understood.ts";
import { writeDate } from "./date.ts";
import { understand } from "./fields.ts";
import {
  isRead,
  type ListedOrder,
  type OrderedThing,
  orderedIn,
  ordersIn,
  type Transaction,
  transactionsIn,
  type Unread,
} from "./history-rows.ts";
import { type Page, readNewest } from "./newest.ts";

/**
 * `start` counts from 1. `from` and `to` are `YYYY-MM-DD` of eNom's clock; without them the last six months are shown.
 */
export interface HistoryPage {
  start: number;
  from?: string | undefined;
  to?: string | undefined;
}

/**
 * A page that shows another number of rows than it counts is Unavailable: a shorter list would make a purchase look
 * absent.
 */
export interface HistoryCommands {
  /** Orders of every product, newest first, 25 a page. `total` is the number of orders in the window. */
  orderPage(page: HistoryPage): Promise<{ orders: ListedOrder[]; total: number }>;
  /**
   * The highest order id on the first page, of whatever product; undefined for an account without orders in six months.
   */
  newestOrderId(): Promise<number | undefined>;
  /** Every order above `orderId` of the last six months, newest first, each once. */
  ordersAfter(orderId: number): Promise<ListedOrder[]>;
  /** @throws Refused also when eNom says that the order is not this account's */
  order(orderId: number): Promise<OrderedThing>;
  /** Movements of money, newest first, 25 a page. */
  transactionPage(page: HistoryPage): Promise<{ transactions: Transaction[]; total: number }>;
  /**
   * Every transaction newer than the newest payment of an order at or below `orderId`, and all of newer orders that
   * stand beside it: eNom may bill a little out of turn. A refund of an old order is no end, for the payment looked for
   * may lie behind it.
   */
  transactionsAfter(orderId: number): Promise<Transaction[]>;
}

/** (eNom API, GetOrderList, GetOrderDetail, GetTransHistory) Each throws Unavailable or Refused, as `ask` does. */
export function historyCommands(client: EnomClient, { dates }: Pick<EnomSwitches, "dates">): HistoryCommands {
  const ordersFrom = async ({ start, from, to }: HistoryPage): Promise<Page<ListedOrder | Unread>> => {
    // Without EndDate its default is now, while a bare date would hide the orders of today.
    const parameters = { Start: String(start), ...windowOf({ BeginDate: from, EndDate: to }) };
    const reply = await client.ask("GetOrderList", parameters);
    return understand(reply, Unavailable, (root) => ordersIn(root, start, { report: reply.report, dates }));
  };
  const transactionsFrom = async ({ start, from, to }: HistoryPage): Promise<Page<Transaction | Unread>> => {
    const parameters = { StartPosition: String(start), ...windowOf({ StartDate: from, EndDate: to }) };
    const reply = await client.ask("GetTransHistory", parameters);
    return understand(reply, Unavailable, (root) => transactionsIn(root, start, { report: reply.report, dates }));
  };
  return {
    async orderPage(page) {
      const { rows, total } = await ordersFrom(page);
      return { orders: allRead("GetOrderList", rows), total };
    },
    async newestOrderId() {
      const { rows } = await ordersFrom({ start: 1 });
      const someRead = rows.filter(isRead<ListedOrder>);
      // One that is passed over leaves the number lower: more orders are looked at afterwards, never fewer.
      const read = someRead.length > 0 ? someRead : allRead("GetOrderList", rows);
      return read.length === 0 ? undefined : Math.max(...read.map(({ orderId }) => orderId));
    },
    async ordersAfter(orderId) {
      const isOld = (order: ListedOrder | Unread): boolean => isRead<ListedOrder>(order) && order.orderId <= orderId;
      const rows = await readNewest(
        (start) => ordersFrom({ start }),
        (read) => read.some(isOld),
      );
      const newer = allRead("GetOrderList", upTo(rows, isOld)).filter((order) => !isOld(order));
      return [...new Map(newer.map((order) => [order.orderId, order])).values()];
    },
    async order(orderId) {
      const reply = await client.ask("GetOrderDetail", { OrderID: String(orderId) });
      const found = understand(reply, Unavailable, (root) => orderedIn(root, orderId, dates));
      if (!found) throw new Refused(`order ${orderId} is not one of this account`, { code: "enom-refused" });
      return found;
    },
    async transactionPage(page) {
      const { rows, total } = await transactionsFrom(page);
      return { transactions: allRead("GetTransHistory", rows), total };
    },
    async transactionsAfter(orderId) {
      const isOld = (row: Transaction | Unread): boolean =>
        isRead<Transaction>(row) && row.orderId !== null && row.orderId <= orderId && row.amount.startsWith("-");
      const rows = await readNewest(
        (start) => transactionsFrom({ start }),
        (read) => read.some(isOld),
      );
      const read = allRead("GetTransHistory", upTo(rows, isOld));
      const end = read.some(isOld) ? read.findIndex(isOld) : read.length;
      return read.filter((row, index) => index < end || (row.orderId ?? 0) > orderId);
    },
  };
}

/**
 * The list as far as it may hold something new. It goes from newest to oldest, if not quite in turn: what cannot be read is
 * old only behind the first old row and behind every new one.
 */
function upTo<Row extends object>(
  rows: readonly (Row | Unread)[],
  isOld: (row: Row | Unread) => boolean,
): (Row | Unread)[] {
  const firstOld = rows.findIndex(isOld);
  const lastNew = rows.findLastIndex((row) => isRead<Row>(row) && !isOld(row));
  return rows.filter((row, index) => isRead<Row>(row) || firstOld === -1 || index < firstOld || index < lastNew);
}

/**
 * A row that cannot be read may be the very order, or payment, that is looked for.
 * @throws Unavailable `enom-not-understood`
 */
function allRead<Row extends object>(command: string, rows: readonly (Row | Unread)[]): Row[] {
  const unread = rows.find((row) => !isRead<Row>(row)) as Unread | undefined;
  if (unread)
    throw new Unavailable(`${command}: a row cannot be read: ${describeFault(unread.unread)}`, {
      code: "enom-not-understood",
    });
  return rows.filter(isRead<Row>);
}

/** Those that are given, as eNom wants them. */
function windowOf(named: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(named).flatMap(([name, date]) => (date === undefined ? [] : [[name, writeDate(date)]])),
  );
}
