// BILLmanager's own subscription policy: SSLSubscriptionPolicy and SSLSubscriptionBefore of etc/billmgr.conf, else of paramlist.
"use strict";

const path = require("node:path");
const { rowsOf } = require("../names.cjs");

const MODES = new Set(["auto", "manual", "none"]);

/** @typedef {import("../context.cjs").Context} Context */

/**
 * As an order takes it; undefined where the panel says nothing: then the fleet's own policy counts. What is out of range is
 * logged and left out.
 * @param {Context} context
 * @returns {Promise<{ mode?: string, beforeDays?: number } | undefined>}
 */
async function readPolicy(context) {
  const file = path.join(context.base, "etc/billmgr.conf");
  const found = new Map(rowsOf(file).map(({ key, value }) => [key.toLowerCase(), value]));
  const given = (/** @type {string} */ name) => found.get(name.toLowerCase());
  let mode = given("SSLSubscriptionPolicy");
  let before = given("SSLSubscriptionBefore");
  if (mode === undefined && before === undefined) {
    const listed = await listedSettings(context);
    mode = listed.SSLSubscriptionPolicy;
    before = listed.SSLSubscriptionBefore;
  }
  const policy = { ...modeOf(mode, context), ...beforeOf(before, context) };
  return Object.keys(policy).length > 0 ? policy : undefined;
}

/** Either a field of its own name, or a row with name and value. @param {Context} context @returns {Promise<Record<string, string>>} */
async function listedSettings({ panel, names }) {
  const answer = await panel.ask(names.functions.settings);
  if (!answer) return {};
  const named = answer.rows.flatMap((row) => {
    const [name, value] = [row.name ?? row.id ?? "", row.value ?? row.val];
    return name !== "" && value !== undefined ? [[name, value]] : [];
  });
  return Object.assign({}, ...answer.rows, answer.values, Object.fromEntries(named));
}

/** @param {string | undefined} value @param {Context} context */
function modeOf(value, { log }) {
  const mode = value?.trim().toLowerCase() ?? "";
  if (mode === "") return {};
  if (MODES.has(mode)) return { mode };
  log.write("WARNING", `SSLSubscriptionPolicy ${value} is not auto, manual or none, and is left out`);
  return {};
}

/** @param {string | undefined} value @param {Context} context */
function beforeOf(value, { log }) {
  const text = value?.trim() ?? "";
  if (text === "") return {};
  if (/^\d{1,3}$/.test(text) && Number(text) >= 1 && Number(text) <= 200) return { beforeDays: Number(text) };
  log.write("WARNING", `SSLSubscriptionBefore ${value} is not a number from 1 to 200, and is left out`);
  return {};
}

module.exports = { readPolicy };
