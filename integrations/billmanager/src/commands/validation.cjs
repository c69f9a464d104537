// send_dv_dns and send_dv_email: the certificate authority is to look for the DNS record again, or to write once more.
"use strict";

const { getOrder } = require("../fleet/orders.cjs");
const { writeParam } = require("../panel/item.cjs");
const { openItem } = require("./session.cjs");
const { writeOrder } = require("./sync-item.cjs");

/** @typedef {import("../context.cjs").Context} Context */

/** @param {Context} context */
async function sendDns(context) {
  const session = await openItem(context);
  const { reference } = await getOrder(session.gateway, session.item);
  const { body } = await session.gateway.send("POST", `/certificates/${reference}/look`);
  await writeOrder(session, body);
}

/** The same address again: the mail is sent again. @param {Context} context */
async function sendEmail(context) {
  const session = await openItem(context);
  const { gateway, item } = session;
  const order = await getOrder(gateway, item);
  const [email = ""] = (context.options.emails ?? "").split(/[\s,;]+/).filter((each) => each !== "");
  const isSame = email === "" || email.toLowerCase() === order.validation.approverEmail?.toLowerCase();
  await gateway.send("POST", `/certificates/${order.reference}/approver`, { body: isSame ? {} : { email } });
  if (email !== "") await writeParam(context, item, "approverEmail", email);
}

module.exports = { sendDns, sendEmail };
