// sync_item: reads the order and writes what became of it into the item: state, dates, certificate. Each value is written
// only where the panel has another one, so that whatever an earlier call left undone is done by the next.
"use strict";

const { getOrder } = require("../fleet/orders.cjs");
const { tell, writeExpiration, writeParam, writeState } = require("../panel/item.cjs");
const { DELETED, openItem } = require("./session.cjs");

const SENT = "3";
const WAITS = "4";
const ISSUED = "5";
const FAILED = "6";

/** @typedef {import("./session.cjs").Session} Session */

/** @param {import("../context.cjs").Context} context */
async function syncItem(context) {
  const session = await openItem(context);
  // What was deleted is not looked at any more, whatever the schedule says.
  if (session.item.get("itemState") === DELETED) return;
  await writeOrder(session, await getOrder(session.gateway, session.item));
}

/**
 * The state that BILLmanager has for it. A certificate that has ended was issued all the same: its date tells the rest.
 * @param {any} order
 */
function stateOf({ status, validation, expirationDate }) {
  switch (status) {
    case "issued":
    case "expired":
      return ISSUED;
    case "failed":
    case "cancelled":
      return FAILED;
    case "awaiting-validation":
    case "reissuing":
      return WAITS;
    case "attention":
      return validation.pendingSince || expirationDate ? WAITS : SENT;
    default:
      return SENT;
  }
}

/** @param {Session} session @param {any} order as the API shows it */
async function writeOrder(session, order) {
  const { context, item } = session;
  await writeReferences(session, order);
  await writeParam(context, item, "paidUntil", order.paidUntil ?? "");
  if (order.validation.dns) await writeParam(context, item, "dnsRecord", order.validation.dns.value);
  const state = stateOf(order);
  if (state === ISSUED) return writeIssued(session, order);
  // Its own state stands last: what comes before it may set another one.
  if (state === FAILED && item.get("state") !== FAILED) await tell(context, "certificate.failed", item.id);
  return writeState(context, item, state);
}

/** Under which names the order is found, here and at eNom. @param {Session} session @param {any} order */
async function writeReferences({ context, item }, order) {
  await writeParam(context, item, "reference", order.reference);
  await writeParam(context, item, "orderId", order.reference);
  if (order.orderId) await writeParam(context, item, "enomOrder", String(order.orderId));
  if (order.certId) await writeParam(context, item, "enomCertificate", String(order.certId));
}

/** The state is written last of what others see: a call that was killed before is done again. @param {Session} session @param {any} order */
async function writeIssued({ context, item, gateway }, order) {
  const { reference, serialNumber, expirationDate } = order;
  const isNew = item.get("state") !== ISSUED;
  if (isNew || item.get("serial") !== serialNumber) {
    const crt = await gateway.text(`/certificates/${reference}/pem`);
    await context.panel.call("certificate.save", { sok: "ok", elid: item.id }, { crt });
  }
  await writeExpiration(context, item, expirationDate);
  if (isNew) await tell(context, "certificate.open", item.id);
  await writeState(context, item, ISSUED);
  await writeParam(context, item, "serial", serialNumber);
}

/** The same, where it is a courtesy: the next sync_item does what is left. @param {Session} session @param {any} order */
async function tryToWrite({ context, ...session }, order) {
  try {
    await writeOrder({ context, ...session }, order);
  } catch (error) {
    context.log.write("WARNING", `left to the next sync_item: ${error instanceof Error ? error.message : error}`);
  }
}

module.exports = { FAILED, SENT, stateOf, syncItem, tryToWrite, writeOrder, writeReferences };
