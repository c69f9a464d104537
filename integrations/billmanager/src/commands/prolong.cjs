// prolong: adds the item's period to the paid term, once an operation. The fleet buys the next term when it is due.
"use strict";

const { Fault } = require("../fault.cjs");
const { findOrders, isOver, operationKey } = require("../fleet/orders.cjs");
const { problemFault } = require("../fleet/problems.cjs");
const { yearsOf } = require("../order/body.cjs");
const { readItem, tell, writeParam } = require("../panel/item.cjs");
const { placeOrder } = require("./open.cjs");
const { mustNotBeDeleted, openItem } = require("./session.cjs");
const { tryToWrite } = require("./sync-item.cjs");

/** An order is paid for so many years in all; then a new one follows. */
const MOST_YEARS = 5;
/** A new order begins at once: the days that the old one has left are lost. */
const LAST_DAYS = 60;
const DAY_MS = 86_400_000;

/** @typedef {import("./session.cjs").Session} Session */

/** @param {import("../context.cjs").Context} context */
async function prolong(context) {
  const session = await openItem(context);
  const order = await prolonged(session);
  await tell(context, "service.postprolong", session.item.id);
  // BILLmanager moves dates of its own then: they are read again, and put right.
  await tryToWrite({ ...session, item: await readItem(context, session.item.id) }, order);
}

/** @param {Session} session @returns {Promise<any>} the order that covers the new term */
async function prolonged(session) {
  const { context, item, gateway } = session;
  const years = yearsOf(item);
  const { all, current, next } = await findOrders(gateway, item);
  const operation =
    context.options.runningoperation || `at-${current?.paidUntil ?? current?.expirationDate ?? "first"}`;
  const key = operationKey(item, "prolong", operation);
  const placed = all.find(({ reference }) => item.get("renewal") === `${operation}:${reference}`);
  if (placed) return placed;
  mustNotBeDeleted(item);
  const about = { current, next, operation, key };
  if (!current || isOver(current)) return placeNext(session, about);
  // Asked before anything is calculated: of a call that is repeated the fleet knows what it came to.
  const path = `/certificates/${current.reference}/extend`;
  const answer = await gateway.sendOnce("POST", path, { body: { years }, key, statuses: [409, 422] });
  if (answer.status < 300) return answer.body;
  // The operation has placed the order that is current now.
  if (answer.code === "idempotency-key-reused") return current;
  const isAtItsEnd = current.status === "expired" || current.years + years > MOST_YEARS;
  if (answer.status === 409 && isAtItsEnd) return placeNext(session, about);
  throw problemFault(answer);
}

/**
 * A new, paid order: where there is none, where the last one is over, or cannot be prolonged any more. It is noted before it
 * is placed: a call that is repeated places the same one.
 * @param {Session} session
 * @param {{ current: any, next: string, operation: string, key: string }} about
 */
async function placeNext(session, { current, next, operation, key }) {
  const left = current && !isOver(current) ? daysLeft(current) : 0;
  if (left > LAST_DAYS) {
    const why = `${current.reference} is paid for ${current.years} years, and ${MOST_YEARS} are possible in all. A new order begins at once`;
    throw new Fault(
      "pmenomfleet_early",
      "period",
      `${why}: renew the item in its last ${LAST_DAYS} days, ${left} are left.`,
    );
  }
  await writeParam(session.context, session.item, "renewal", `${operation}:${next}`);
  return placeOrder(session, next, key);
}

/** Of the paid term, in whole days. @param {any} order */
function daysLeft({ paidUntil, years, purchases, acceptedAt }) {
  const end = new Date(paidUntil ?? purchases[0]?.at ?? acceptedAt);
  if (!paidUntil) end.setUTCFullYear(end.getUTCFullYear() + years);
  return Math.floor((end.getTime() - Date.now()) / DAY_MS);
}

module.exports = { prolong };
