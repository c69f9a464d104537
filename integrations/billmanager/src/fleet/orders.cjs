// The orders of an item in the fleet. Their references follow from the item: bm-ITEM-1, and one more where an order is over
// and another one is placed. So a call that is repeated, or was killed, finds the order that it made.
"use strict";

const { domainToASCII } = require("node:url");
const { Fault } = require("../fault.cjs");

const MOST_ORDERS = 100;
const OVER = new Set(["failed", "cancelled"]);

/** @typedef {import("./gateway.cjs").Gateway} Gateway */
/** @typedef {import("../panel/item.cjs").Item} Item */
/** `all`: oldest first; `current`: the newest that is not over, else the newest; `next`: the reference of the next one. */
/** @typedef {{ all: any[], current: any, next: string }} Orders */

/** @param {any} order as the API shows it */
function isOver(order) {
  return OVER.has(order.status);
}

/**
 * @param {Gateway} gateway
 * @param {Item} item
 * @param {{ mayDiffer?: boolean }} [about] `mayDiffer`: the item has got another name, and the order gets it now
 * @returns {Promise<Orders>}
 * @throws {Fault} where an order of this reference is for another domain: another panel uses the same fleet
 */
async function findOrders(gateway, item, { mayDiffer = false } = {}) {
  const found = await listOrders(gateway, item);
  const domain = bareName(item.get("domain").split(/[\s,]+/)[0] ?? "");
  const strange = found.all.find((order) => domain !== "" && bareName(order.domain) !== domain);
  if (!strange || mayDiffer) return found;
  const why = `${strange.reference} of the fleet is for ${strange.domain}, and item ${item.id} is for ${domain}`;
  throw new Fault("pmenomfleet_conflict", "domain", `${why}. Each BILLmanager needs a fleet of its own.`);
}

/** As certificates write names; with and without www is the same. @param {string} name */
function bareName(name) {
  const lower = name.toLowerCase().replace(/^www\./, "");
  const ascii = domainToASCII(lower.replace(/^\*\./, ""));
  return ascii === "" ? lower : lower.startsWith("*.") ? `*.${ascii}` : ascii;
}

/** @param {Gateway} gateway @param {Item} item @returns {Promise<Orders>} */
async function listOrders(gateway, item) {
  const all = [];
  const stored = item.get("reference");
  // An order that was taken over from elsewhere has the reference that it had there.
  if (isReference(stored) && !stored.startsWith(`bm-${item.id}-`)) {
    const taken = await gateway.find(`/certificates/${stored}`);
    if (taken) all.push(taken);
  }
  for (let n = 1; n <= MOST_ORDERS; n += 1) {
    const order = await gateway.find(`/certificates/bm-${item.id}-${n}`);
    if (!order)
      return { all, current: all.findLast((each) => !isOver(each)) ?? all.at(-1), next: `bm-${item.id}-${n}` };
    all.push(order);
  }
  throw new Fault(
    "pmenomfleet_conflict",
    "order",
    `Item ${item.id} has ${MOST_ORDERS} orders in the fleet: look at bm-${item.id}-1.`,
  );
}

/** @param {string} text */
function isReference(text) {
  return /^(?!\.{1,2}$)[A-Za-z0-9._-]{1,64}$/.test(text);
}

/**
 * The order of an item that must have one.
 * @param {Gateway} gateway
 * @param {Item} item
 * @param {Parameters<typeof findOrders>[2]} [about]
 * @returns {Promise<any>}
 */
async function getOrder(gateway, item, about) {
  const { current } = await findOrders(gateway, item, about);
  if (current) return current;
  throw new Fault(
    "pmenomfleet_not_found",
    "item",
    `The fleet has no order for item ${item.id}: order or import it first.`,
  );
}

/**
 * What makes a repeated call of one operation the same call. Interactive calls have no operation.
 * @param {Item} item
 * @param {string} command
 * @param {string} operation
 */
function operationKey(item, command, operation) {
  return `bm-${item.id}-${command}-${operation}`;
}

module.exports = { findOrders, getOrder, isOver, operationKey };
