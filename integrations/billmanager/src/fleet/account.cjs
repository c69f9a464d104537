// The eNom account of a handler in the fleet: its user name is the account's id there, or its login at eNom.
"use strict";

const { Fault } = require("../fault.cjs");

/** The fleet's worker asks eNom; that takes as long as eNom takes. */
const LONGEST_MS = 30_000;
const PAUSE_MS = 500;

/** @typedef {import("./gateway.cjs").Gateway} Gateway */
/** @typedef {{ pause: (ms: number) => Promise<void> }} Pauses */

/**
 * @param {Gateway} gateway
 * @param {string} username empty: the only account of the fleet
 * @returns {Promise<any>} the account as the API shows it
 */
async function findAccount(gateway, username) {
  const name = username.trim();
  if (/^[A-Za-z0-9._-]{1,64}$/.test(name)) {
    const account = await gateway.find(`/accounts/${encodeURIComponent(name)}`);
    if (account) return account;
  }
  const { items } = await gateway.get("/accounts");
  const known = items.filter((/** @type {any} */ each) => each.enabled);
  if (name === "" && known.length === 1) return known[0];
  const logins = name === "" ? [] : (await gateway.get(`/accounts?login=${encodeURIComponent(name)}`)).items;
  if (logins.length === 1) return logins[0];
  const ids = known.map((/** @type {any} */ { id }) => id).join(", ");
  throw new Fault(
    "pmenomfleet_account",
    "username",
    `The fleet has no account ${name || "that is meant"}. It has: ${ids || "none yet"}.`,
  );
}

/**
 * Has the fleet ask eNom now, and waits for what it found.
 * @param {Gateway} gateway
 * @param {any} account
 * @param {"check" | "balance-poll"} verb
 * @param {Pauses & { longestMs?: number }} about
 * @returns {Promise<any>} the account as it is then; undefined where no worker answered in time
 */
async function askEnom(gateway, account, verb, { pause, longestMs = LONGEST_MS }) {
  const path = `/accounts/${encodeURIComponent(account.id)}`;
  const newest = (/** @type {any} */ each) => (verb === "check" ? each.lastCheck : each.balance)?.at;
  await gateway.send("POST", `${path}/${verb}`);
  for (const until = Date.now() + longestMs; Date.now() < until; ) {
    await pause(PAUSE_MS);
    const now = await gateway.get(path);
    if (newest(now) && newest(now) !== newest(account)) return now;
  }
  return undefined;
}

module.exports = { askEnom, findAccount };
