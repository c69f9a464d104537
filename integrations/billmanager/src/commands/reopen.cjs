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
  const key = operation === "" ? undefined : operationKey(item, "reopen", operation);
  // While one is under way its certificate comes anyway.
  const statuses = order.status === "reissuing" ? [409] : [];
  const isIssued = order.expirationDate !== null;
  if (!isIssued && csr === "")
    throw new Fault("pmenomfleet_no_csr", "csr", `Item ${item.id} has no certificate signing request (CSR).`);
  // What is not issued yet is corrected: the slot and the money stay.
  const [method, path] = isIssued ? ["POST", "reissues"] : ["PUT", "csr"];
  const about = { body: { ...(csr !== "" && { csr }), reason: REASON }, statuses };
  const url = `/certificates/${order.reference}/${path}`;
  await (key ? gateway.sendOnce(method, url, { ...about, key, maySayOther: true }) : gateway.send(method, url, about));
  await writeSent(session);
  await tell(context, "service.postreopen", item.id);
}

module.exports = { reopen };
