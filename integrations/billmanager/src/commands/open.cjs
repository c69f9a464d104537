// open: places the order of an item. A call that is repeated finds the order that the first one placed.
"use strict";

const { Fault } = require("../fault.cjs");
const { findAccount } = require("../fleet/account.cjs");
const { findOrders, isOver } = require("../fleet/orders.cjs");
const { problemFault } = require("../fleet/problems.cjs");
const { orderBody } = require("../order/body.cjs");
const { tell } = require("../panel/item.cjs");
const { mustNotBeDeleted, openItem } = require("./session.cjs");
const { FAILED, SENT, stateOf, tryToWrite, writeOrder, writeReferences } = require("./sync-item.cjs");

/** @typedef {import("./session.cjs").Session} Session */

/** @param {import("../context.cjs").Context} context */
async function open(context) {
  const session = await openItem(context);
  const { item, gateway } = session;
  const { current, next } = await findOrders(gateway, item);
  if (current && isOver(current) && item.get("state") !== FAILED) {
    // The panel has not heard of it yet. Whoever starts the operation again after that wants a new order.
    await writeOrder(session, current);
    throw refusedOrder(current);
  }
  const order = current && !isOver(current) ? current : await placeOrder(session, next);
  await writeReferences(session, order);
  if (stateOf(order) === SENT || !["4", "5"].includes(item.get("state"))) await writeSent(session);
  await tryToWrite(session, order);
  await tell(context, "service.postopen", item.id);
}

/** @param {any} order */
function refusedOrder({ reference, status, failure }) {
  const why = failure?.message ?? `The order is ${status}.`;
  return new Fault(
    "pmenomfleet_failed",
    "order",
    `${reference}: ${why} Start the operation again to place a new order.`,
  );
}

/**
 * @param {Session} session
 * @param {string} reference the same one again is the same order, and buys nothing
 * @param {string} [key] of the operation that it is placed for
 * @returns {Promise<any>} the order
 */
async function placeOrder({ context, item, handler, gateway, connection }, reference, key) {
  mustNotBeDeleted(item);
  const body = await orderBody(context, item, handler.params);
  const account = await findAccount(gateway, connection.username);
  const about = { body: { reference, account: account.id, ...body }, statuses: [409] };
  const answer = key
    ? await gateway.sendOnce("POST", "/certificates", { ...about, key, maySayOther: true })
    : await gateway.send("POST", "/certificates", about);
  if (answer.status !== 409) return answer.body;
  // Another call of the same operation was faster; what it placed is the order of this item.
  if (answer.code === "reference-taken") return gateway.get(`/certificates/${reference}`);
  throw problemFault(answer);
}

/** Whatever the item has: the panel is told that the request is sent. @param {Session} session */
async function writeSent({ context, item }) {
  await context.panel.call("service.setstatus", { elid: item.id, service_status: SENT });
  item.values[context.names.fields.state[0] ?? "service_status"] = SENT;
}

module.exports = { open, placeOrder, writeSent };
