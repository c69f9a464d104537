// reopen: a new certificate within the term that is paid, for the CSR that the item has now.
"use strict";

const { Fault } = require("../fault.cjs");
const { getOrder, isOver, operationKey } = require("../fleet/orders.cjs");
const { tell } = require("../panel/item.cjs");
const { writeSent } = require("./open.cjs");
const { openItem } = require("./session.cjs");

const REASON = "asked for in BILLmanager";

/** @param {import("../context.cjs").Context} context */
async function reopen(context) {
  const session = await openItem(context);
  const { item, gateway } = session;
  const order = await getOrder(gateway, item, { mayDiffer: item.get("reference") !== "" });
  if (isOver(order))
    throw new Fault("pmenomfleet_conflict", "order", `${order.reference} is ${order.status}: place a new order.`);
  const csr = item.get("csr");
  const operation = context.options.runningoperation ?? "";
  const key = operation === "" ? {} : { key: operationKey(item, "reopen", operation) };
  const path = `/certificates/${order.reference}`;
  if (order.expirationDate === null) await correct(gateway, path, csr, key);
  else {
    const body = { ...(csr !== "" && { csr }), reason: REASON };
    // While one is under way its certificate comes anyway.
    const statuses = order.status === "reissuing" ? [409] : [];
    await gateway.send("POST", `${path}/reissues`, { body, ...key, statuses });
  }
  await writeSent(session);
  await tell(context, "service.postreopen", item.id);
}

/**
 * What is not issued yet is corrected: the slot and the money stay.
 * @param {import("../fleet/gateway.cjs").Gateway} gateway @param {string} path @param {string} csr @param {{ key?: string }} key
 */
async function correct(gateway, path, csr, key) {
  if (csr === "") throw new Fault("pmenomfleet_no_csr", "csr", "The item has no certificate signing request (CSR).");
  await gateway.send("PUT", `${path}/csr`, { body: { csr, reason: REASON }, ...key });
}

module.exports = { reopen };
