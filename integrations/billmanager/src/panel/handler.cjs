// The processing modules of the panel that this executable serves, with their connection parameters.
"use strict";

const fs = require("node:fs");
const { Fault } = require("../fault.cjs");
const { fieldOf } = require("./item.cjs");

const MODULE = "pmenomfleet";

/** @typedef {import("../context.cjs").Context} Context */
/** @typedef {{ id: string, name: string, params: Record<string, string> }} Handler */
/** @typedef {{ url: string, key: string, username: string, sourceIp: string }} Connection */

/**
 * Its parameters are decrypted by the panel. Without a number, or where the panel does not know it, the environment
 * alone says where the fleet is.
 * @param {Context} context
 * @param {string} id
 * @returns {Promise<Handler>}
 */
async function readHandler(context, id) {
  if (id === "") return { id, name: MODULE, params: {} };
  const { panel, names, env, log } = context;
  try {
    const { values } = await panel.call(names.functions.handler, { elid: id });
    if (values.password) log.hide(values.password);
    return { id, name: fieldOf(context, values, "name") || MODULE, params: values };
  } catch (error) {
    if (!env.CERTFLEET_URL) throw error;
    return { id, name: MODULE, params: {} };
  }
}

/**
 * Parameters of the module first, then CERTFLEET_URL and CERTFLEET_API_KEY_FILE.
 * @param {Context} context
 * @param {Record<string, string>} params
 * @returns {Connection}
 */
function connectionOf(context, params) {
  const url = params.url || context.env.CERTFLEET_URL || "";
  if (url === "")
    throw new Fault("pmenomfleet_settings", "url", "Set API URL of the processing module to the address of the fleet.");
  if (/^http:\/\/(?!localhost|127\.|\[::1\])/i.test(url))
    context.log.write("WARNING", "The API key is sent without TLS.");
  const key = params.password || keyOfFile(context);
  if (key !== "") context.log.hide(key);
  return { url, key, username: params.username ?? "", sourceIp: params.sourceip ?? "" };
}

/** @param {Context} context */
function keyOfFile({ env, log }) {
  const file = env.CERTFLEET_API_KEY_FILE ?? "";
  if (file === "") return "";
  try {
    if ((fs.statSync(file).mode & 0o077) !== 0) log.write("WARNING", `Others may read ${file}: chmod 600 ${file}`);
    return fs.readFileSync(file, "utf8").trim();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Fault("pmenomfleet_settings", "CERTFLEET_API_KEY_FILE", `The API key cannot be read: ${why}`);
  }
}

/**
 * The active handlers of this module in the order in which they are used, as the list of the panel has them.
 * @param {Context} context
 * @returns {Promise<{ id: string, values: Record<string, string> }[]>}
 */
async function activeHandlers(context) {
  const { rows: listed } = await context.panel.call(context.names.functions.handlers);
  const rows = await Promise.all(listed.map((row) => withExecutable(context, row)));
  const number = (/** @type {string} */ text) => (/^-?\d+$/.test(text) ? Number(text) : 0);
  const get = (/** @type {Record<string, string>} */ row, /** @type {"order" | "dataCenter"} */ field) =>
    number(fieldOf(context, row, field));
  return rows
    .filter((row) => isOurs(fieldOf(context, row, "executable")) && isOn(fieldOf(context, row, "active")))
    .map((values) => ({ id: values.id ?? values.elid ?? "", values }))
    .filter(({ id }) => /^\d+$/.test(id))
    .sort(
      (a, b) =>
        get(a.values, "order") - get(b.values, "order") ||
        get(a.values, "dataCenter") - get(b.values, "dataCenter") ||
        Number(a.id) - Number(b.id),
    );
}

/** Where the list does not say whose a handler is, its form does. @param {Context} context @param {Record<string, string>} row */
async function withExecutable(context, row) {
  if (fieldOf(context, row, "executable") !== "" || !row.id) return row;
  const answer = await context.panel.ask(context.names.functions.handler, { elid: row.id });
  return { ...answer?.values, ...row };
}

/** The list may show the module's label; its own name is in it then. @param {string} executable */
function isOurs(executable) {
  return executable.toLowerCase().includes(MODULE);
}

/** @param {string} active */
function isOn(active) {
  return !["off", "no", "0", "false"].includes(active.toLowerCase());
}

module.exports = { activeHandlers, connectionOf, isOn, readHandler };
