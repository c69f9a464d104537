// check_param: whether the fleet would take one value, tried in an order that is not kept.
"use strict";

const { Fault } = require("../fault.cjs");
const { findAccount } = require("../fleet/account.cjs");
const { panelField } = require("../fleet/problems.cjs");
const { productOf, readItem } = require("../panel/item.cjs");
const { refuseOtherNames, yearsOf } = require("../order/body.cjs");
const { contactsOf } = require("../order/contacts.cjs");
const { childOf, parseXml } = require("../xml.cjs");
const { openHandler } = require("./session.cjs");

/** In the place of what the customer has not filled in yet: faults of other fields are not told. */
const PERSON = { firstName: "Ada", lastName: "Example", email: "admin@example.com", phone: "+31.300000000" };
const PLACE = { address1: "Main Street 1", city: "Utrecht", state: "Utrecht", postalCode: "3511AA", country: "NL" };
const SAMPLE = { ...PERSON, ...PLACE, organization: "Example Ltd", jobTitle: "Engineer" };

/** @typedef {import("../context.cjs").Context} Context */
/** @typedef {import("../panel/item.cjs").Item} Item */

/** @param {Context} context */
async function checkParam(context) {
  const { param = "", value = "", item: id = "", module: named = "" } = context.options;
  if (param === "") throw new Fault("pmenomfleet_usage", "param", "The command needs --param and --value.");
  const item = withValue(await itemOf(context, id), context, param, value);
  const handlerId = named || item.get("handler");
  const { gateway, handler, connection } = await openHandler(context, /^\d+$/.test(handlerId) ? handlerId : "");
  if (context.names.fields.names.includes(param)) refuseOtherNames(item);
  if (context.names.fields.period.includes(param)) yearsOf(item);
  // The name of an order is that of its CSR: a name alone is asked for by itself.
  if (context.names.fields.domain.includes(param)) return checkDomain(gateway, value);
  const account = await findAccount(gateway, connection.username).catch(() => undefined);
  const body = { ...(await tried(context, item, handler.params)), ...(account && { account: account.id }) };
  const answer = await gateway.send("POST", "/certificates?dryRun=true", { body, statuses: [422, 409, 429] });
  const faults = answer.status === 422 ? (answer.body?.errors ?? []) : [];
  const own = faults.filter((/** @type {any} */ { field }) => isAbout(panelField(field), param));
  if (own.length === 0) return "<doc><ok/></doc>\n";
  throw new Fault("pmenomfleet_invalid", param, own.map((/** @type {any} */ { message }) => message).join(" "));
}

/** Whether a public CA could certify it. @param {import("../fleet/gateway.cjs").Gateway} gateway @param {string} value */
async function checkDomain(gateway, value) {
  for (const name of value.split(/[\s,]+/).filter((each) => each !== ""))
    await gateway.get(`/approvers?domain=${encodeURIComponent(name)}`);
  return "<doc><ok/></doc>\n";
}

/** What stdin has of the item goes before what is stored. @param {Context} context @param {string} id @returns {Promise<Record<string, string>>} */
async function itemOf(context, id) {
  const input = (await context.readInput()).trim();
  const root = input === "" ? undefined : parseXml(input);
  const holder = childOf(root, "item") ?? root;
  const given = Object.fromEntries((holder?.children ?? []).map(({ name, text }) => [name, text.trim()]));
  const stored = id === "" ? {} : (await readItem(context, id)).values;
  return { ...stored, ...given };
}

/** @param {Record<string, string>} values @param {Context} context @param {string} param @param {string} value @returns {Item} */
function withValue(values, { names, options }, param, value) {
  const all = { ...values, [param]: value };
  const get = (/** @type {import("../panel/item.cjs").Field} */ field) =>
    names.fields[field].map((name) => all[name] ?? "").find((each) => each !== "") ?? "";
  return { id: options.item ?? "", values: all, get, param: (name) => all[name] ?? "" };
}

/** @param {Context} context @param {Item} item @param {Record<string, string>} params */
async function tried(context, item, params) {
  const { admin, tech } = await contactsOf(context, item, params);
  const email = item.get("approverEmail").split(/[\s,;]+/)[0] ?? "";
  const isDns = /dns/i.test(item.get("approverMethod"));
  const product = await productOf(context, item).catch(() => "Certificate-RapidSSL-RapidSSL");
  const months = Number(item.get("period") || "12");
  return {
    reference: "billmanager-check",
    product,
    years: Number.isInteger(months / 12) ? months / 12 : months,
    csr: item.get("csr") || "-",
    approver: isDns ? { method: "dns" } : { method: "email", email: email || "admin@example.com" },
    contacts: { admin: { ...SAMPLE, ...admin }, ...(tech && { tech: { ...SAMPLE, ...tech } }) },
    customer: { email: item.param("adm_email") || SAMPLE.email },
    acknowledge: ["email-validation-ends"],
  };
}

/** @param {string} field @param {string} param */
function isAbout(field, param) {
  return (
    field === param ||
    (field === "CN" && param === "csr") ||
    (field === "csr" && ["altname", "CN", "domain"].includes(param))
  );
}

module.exports = { checkParam };
