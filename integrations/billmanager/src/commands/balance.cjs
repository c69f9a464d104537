// getbalance: the money of the eNom account, for the dashboard and for the notice below the minimum.
"use strict";

const { Fault } = require("../fault.cjs");
const { askEnom, findAccount } = require("../fleet/account.cjs");
const { activeHandlers } = require("../panel/handler.cjs");
const { openHandler } = require("./session.cjs");

/** The panel waits: what eNom does not say soon is told as it was read last. */
const LONGEST_MS = 10_000;

/** @typedef {import("../context.cjs").Context} Context */

/** Of one handler, or of all that are active. @param {Context} context */
async function getBalance(context) {
  const named = context.options.module ?? "";
  const ids = named === "" ? (await activeHandlers(context)).map(({ id }) => id) : [named];
  /** @type {unknown[]} */
  const faults = [];
  let told = "<doc/>\n";
  for (const id of ids)
    try {
      told = await balanceOf(context, id);
    } catch (error) {
      // One account that cannot be read hides no other one.
      faults.push(error);
    }
  if (faults.length > 0) throw faults[0];
  return told;
}

/** Amounts stay the texts that they are: no cent is lost. @param {Context} context @param {string} id */
async function balanceOf(context, id) {
  const { gateway, connection } = await openHandler(context, id);
  const known = await findAccount(gateway, connection.username);
  const read = await askEnom(gateway, known, "balance-poll", { pause: context.pause, longestMs: LONGEST_MS }).catch(
    (error) => {
      context.log.write(
        "WARNING",
        `the balance as it was read last: ${error instanceof Error ? error.message : error}`,
      );
      return undefined;
    },
  );
  const { balance, currency, id: account } = read ?? known;
  if (!balance)
    throw new Fault("pmenomfleet_balance", "balance", `The fleet has not read the balance of ${account} yet.`);
  const amount = balance.available;
  if (/^\d+$/.test(id))
    await context.panel.call("processing.savebalance", { sok: "ok", processingmodule: id, balance: amount, currency });
  return `<doc><balance>${amount}</balance><currency>${currency}</currency><credit>0</credit></doc>\n`;
}

module.exports = { getBalance };
