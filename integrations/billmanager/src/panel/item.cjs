// A service of the panel as the module sees it: its fields by the table of names, and how results are written into it.
"use strict";

const { Fault } = require("../fault.cjs");

/** `open` may be called before the item can be read. */
const TRIES = 5;
const PAUSE_MS = 250;

/** @typedef {import("../context.cjs").Context} Context */
/** @typedef {keyof import("../names.cjs").Names["fields"]} Field */
/** @typedef {Awaited<ReturnType<typeof readItem>>} Item */

/**
 * The value of a field in what the panel answered; empty where it has none.
 * @param {Pick<Context, "names">} context
 * @param {Record<string, string>} values
 * @param {Field} field
 */
function fieldOf({ names }, values, field) {
  return names.fields[field].map((name) => values[name] ?? "").find((value) => value !== "") ?? "";
}

/**
 * @param {Context} context
 * @param {string} id
 */
async function readItem(context, id) {
  if (!/^\d+$/.test(id))
    throw new Fault("pmenomfleet_usage", "item", "The command needs --item with the number of a service.");
  const values = await valuesOf(context, id);
  return {
    id,
    values,
    /** @param {Field} field */
    get: (field) => fieldOf(context, values, field),
    /** A parameter by its own name, such as adm_email. @param {string} name */
    param: (name) => values[name] ?? "",
  };
}

/** @param {Context} context @param {string} id @returns {Promise<Record<string, string>>} */
async function valuesOf({ panel, names, pause }, id) {
  for (let tries = 1; ; tries += 1) {
    try {
      return (await panel.call(names.functions.item, { elid: id })).values;
    } catch (error) {
      if (tries === TRIES) throw error;
      await pause(PAUSE_MS * tries);
    }
  }
}

/**
 * The product code that the fleet knows: of the item, else of its tariff plan. Codes of another handler are translated by
 * etc/pmenomfleet.conf.
 * @param {Context} context
 * @param {Item} item
 */
async function productOf(context, item) {
  const translated = (/** @type {string} */ code) => context.names.products[code.toLowerCase()];
  const isCode = (/** @type {string} */ value) =>
    /^Certificate-[\w-]+$/i.test(value) || translated(value) !== undefined;
  const named = [item.get("product"), item.get("tariff"), ...Object.values(item.values)].find(isCode);
  const code =
    named ||
    codeIn(item.get("product")) ||
    codeIn(item.get("tariff")) ||
    (await tariffCode(context, item.get("tariff")));
  if (code === "")
    throw new Fault(
      "pmenomfleet_product",
      "pricelist",
      "The tariff plan has no certificate type: choose one in its settings.",
    );
  return translated(code) ?? code;
}

/** A number is an id. @param {string} value */
function codeIn(value) {
  return /^\d*$/.test(value) ? "" : value;
}

/** @param {Context} context @param {string} tariff */
async function tariffCode(context, tariff) {
  if (tariff === "") return "";
  const answer = await context.panel.ask(context.names.functions.tariff, { elid: tariff });
  return answer ? fieldOf(context, answer.values, "tariffProduct") : "";
}

/**
 * @param {Context} context
 * @param {Item} item
 * @param {keyof Context["names"]["written"]} what
 * @param {string} value empty: the parameter is dropped
 */
async function writeParam({ panel, names }, item, what, value) {
  const name = names.written[what];
  if ((item.values[name] ?? "") === value) return;
  const about = { sok: "ok", elid: item.id, name };
  if (value === "") await panel.call("service.dropparam", about);
  else await panel.call("service.saveparam", { ...about, value });
  item.values[name] = value;
}

/** 3 request sent, 4 waiting for issue, 5 issued, 6 failed. @param {Context} context @param {Item} item @param {string} state */
async function writeState({ panel, names }, item, state) {
  if (item.get("state") === state) return;
  await panel.call("service.setstatus", { elid: item.id, service_status: state });
  item.values[names.fields.state[0] ?? "service_status"] = state;
}

/** @param {Context} context @param {Item} item @param {string} date YYYY-MM-DD */
async function writeExpiration({ panel, names }, item, date) {
  if (item.get("expiration").slice(0, 10) === date) return;
  await panel.call("service.setexpiredate", { elid: item.id, expiredate: date });
  item.values[names.fields.expiration[0] ?? "expiredate"] = date;
}

/** Tells the panel that something is done. @param {Context} context @param {string} name @param {string} elid */
async function tell({ panel }, name, elid) {
  await panel.call(name, { sok: "ok", elid });
}

module.exports = { fieldOf, productOf, readItem, tell, writeExpiration, writeParam, writeState };
