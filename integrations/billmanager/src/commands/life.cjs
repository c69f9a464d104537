// close ends the fleet's plan for an item. suspend, resume, setparam and cancel_prolong change nothing at eNom.
"use strict";

const { findOrders, isOver } = require("../fleet/orders.cjs");
const { readItem, tell } = require("../panel/item.cjs");
const { openItem } = require("./session.cjs");

const REASON = "the service was deleted in BILLmanager";

/** @typedef {import("../context.cjs").Context} Context */

/** Nothing is bought, reissued or mailed for it any more. A certificate that is issued stays valid. @param {Context} context */
async function close(context) {
  const { item, gateway } = await openItem(context);
  const { all } = await findOrders(gateway, item);
  for (const order of all.filter((each) => !isOver(each))) {
    const body = { reason: REASON, confirm: order.reference };
    await gateway.send("POST", `/certificates/${order.reference}/cancel`, { body });
  }
  await tell(context, "service.postclose", item.id);
}

/** @param {string} done what the panel is told */
function onlyTell(done) {
  return async (/** @type {Context} */ context) => {
    const { id } = await readItem(context, context.options.item ?? "");
    await tell(context, done, id);
  };
}

module.exports = {
  close,
  suspend: onlyTell("service.postsuspend"),
  resume: onlyTell("service.postresume"),
  setParam: onlyTell("service.postsetparam"),
  /** What was paid stays paid. */
  cancelProlong: async () => undefined,
};
