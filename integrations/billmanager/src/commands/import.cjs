// import: makes services of what the fleet knows of the handler's account and the panel does not have.
"use strict";

const fs = require("node:fs");
const path = require("node:path");
const { Fault } = require("../fault.cjs");
const { findAccount } = require("../fleet/account.cjs");
const { isOver } = require("../fleet/orders.cjs");
const { readItem } = require("../panel/item.cjs");
const { escapeXml } = require("../xml.cjs");
const { openHandler } = require("./session.cjs");
const { stateOf, writeOrder } = require("./sync-item.cjs");

/** Of services in the panel: active, or in processing. */
const ACTIVE = "2";
const IN_PROCESSING = "5";

/** @typedef {import("../context.cjs").Context} Context */

/** @param {Context} context */
async function importServices(context) {
  const { module: id = "", searchstring = "", itemtype = "certificate" } = context.options;
  if (itemtype !== "certificate")
    throw new Fault("pmenomfleet_usage", "itemtype", "The module imports certificates only.");
  const { gateway, connection, handler } = await openHandler(context, id);
  const account = await findAccount(gateway, connection.username);
  const words = searchstring
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((each) => each !== "");
  const known = importedBefore(context);
  const told = [];
  /** @type {unknown[]} */
  const faults = [];
  for await (const order of ordersOf(gateway)) {
    if (isOver(order) || (order.account ?? account.id) !== account.id || !isMeant(order, words)) continue;
    const owner = /^bm-(\d+)-\d+$/.exec(order.reference)?.[1] ?? known.get(order.reference);
    const isThere =
      owner !== undefined && (await context.panel.ask(context.names.functions.item, { elid: owner })) !== undefined;
    const service = isThere
      ? owner
      : await importOne(context, { order, gateway, connection, handler }).catch((error) => void faults.push(error));
    // One that the panel refuses hides no other one.
    if (service === undefined) continue;
    const about = {
      id: service,
      reference: order.reference,
      name: order.domain,
      expiredate: order.expirationDate ?? "",
    };
    const attributes = Object.entries(about).map(([name, value]) => `${name}="${escapeXml(value)}"`);
    told.push(`<service ${attributes.join(" ")}${isThere ? ' known="yes"' : ""}/>`);
  }
  if (faults.length > 0) throw faults[0];
  return `<doc>${told.join("")}</doc>\n`;
}

/** @param {import("../fleet/gateway.cjs").Gateway} gateway */
async function* ordersOf(gateway) {
  let cursor = "";
  do {
    const page = await gateway.get(
      `/certificates?limit=200${cursor === "" ? "" : `&cursor=${encodeURIComponent(cursor)}`}`,
    );
    yield* page.items;
    cursor = page.nextCursor ?? "";
  } while (cursor !== "");
}

/** Any of the words, as part of the domain or the reference. @param {any} order @param {string[]} words */
function isMeant({ domain, reference }, words) {
  return words.length === 0 || words.some((word) => domain.includes(word) || reference.toLowerCase().includes(word));
}

/**
 * @param {Context} context
 * @param {{ order: any } & Awaited<ReturnType<typeof openHandler>>} about
 * @returns {Promise<string>} the number of the service
 */
async function importOne(context, { order, ...session }) {
  const state = stateOf(order);
  const about = {
    ...{ sok: "ok", module: session.handler.id, status: state === "5" ? ACTIVE : IN_PROCESSING, service_status: state },
    ...{
      import_itemtype_intname: "certificate",
      import_pricelist_intname: order.product,
      import_service_name: order.domain,
    },
    ...{ period: String(order.years * 12), ...(order.expirationDate && { expiredate: order.expirationDate }) },
  };
  const { values } = await context.panel.call("processing.import.service", about);
  const service = values.service_id ?? values.id ?? "";
  if (!/^\d+$/.test(service))
    throw new Fault(
      "pmenomfleet_panel",
      "processing.import.service",
      `BILLmanager names no service for ${order.reference}.`,
    );
  fs.appendFileSync(listFile(context), `${order.reference} ${service}\n`);
  const item = await readItem(context, service);
  await writeOrder({ context, item, ...session }, order);
  return service;
}

/** What was imported under a reference that names no item. @param {Context} context @returns {Map<string, string>} */
function importedBefore(context) {
  fs.mkdirSync(path.dirname(listFile(context)), { recursive: true });
  if (!fs.existsSync(listFile(context))) return new Map();
  const rows = fs
    .readFileSync(listFile(context), "utf8")
    .split("\n")
    .map((row) => row.split(" "));
  return new Map(
    rows.filter(({ length }) => length === 2).map(([reference = "", service = ""]) => [reference, service]),
  );
}

/** @param {Context} context */
function listFile({ base }) {
  return path.join(base, "var/pmenomfleet.imported");
}

module.exports = { importServices };
