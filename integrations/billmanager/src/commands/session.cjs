// What a command on an item begins with: the item, its handler, and the fleet that the handler leads to.
"use strict";

const { Fault } = require("../fault.cjs");
const { gatewayOf } = require("../fleet/gateway.cjs");
const { connectionOf, readHandler } = require("../panel/handler.cjs");
const { readItem } = require("../panel/item.cjs");

/** @typedef {import("../context.cjs").Context} Context */
/** @typedef {Awaited<ReturnType<typeof openItem>>} Session */

/** @param {Context} context */
async function openItem(context) {
  const item = await readItem(context, context.options.item ?? "");
  const named = context.options.module || item.get("handler");
  return { context, item, ...(await openHandler(context, /^\d+$/.test(named) ? named : "")) };
}

/** The state of a service that BILLmanager has deleted. */
const DELETED = "4";

/**
 * Asked before anything that costs money: an operation may be started again after its service was deleted.
 * @param {Session["item"]} item
 * @throws {Fault}
 */
function mustNotBeDeleted(item) {
  if (item.get("itemState") !== DELETED) return;
  throw new Fault("pmenomfleet_deleted", "item", `The service ${item.id} is deleted: nothing is ordered for it.`);
}

/**
 * @param {Context} context
 * @param {string} id of the handler; empty: the environment says where the fleet is
 */
async function openHandler(context, id) {
  const handler = await readHandler(context, id);
  context.handler = handler;
  const connection = connectionOf(context, handler.params);
  return { handler, connection, gateway: gatewayOf(context, connection) };
}

module.exports = { DELETED, mustNotBeDeleted, openHandler, openItem };
