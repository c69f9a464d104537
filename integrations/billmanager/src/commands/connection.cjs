// The wizard of a processing module: check_connection, tune_connection, usercreate.
"use strict";

const { Fault, connectionFault, withSentence } = require("../fault.cjs");
const { askEnom, findAccount } = require("../fleet/account.cjs");
const { gatewayOf } = require("../fleet/gateway.cjs");
const { connectionOf, readHandler } = require("../panel/handler.cjs");
const { childOf, escapeXml, parseXml, withElements } = require("../xml.cjs");

/** Where people register with eNom. */
const REGISTER = "https://www.enom.com/";
const BAD_LOGIN = "invalid_login_or_passwd";

/** @typedef {import("../context.cjs").Context} Context */

/** Has the fleet check the account at eNom now. @param {Context} context */
async function checkConnection(context) {
  const params = paramsIn(await context.readInput());
  try {
    // Of a handler that is there already, where the form says nothing.
    if (!params.url && context.options.module)
      Object.assign(params, (await readHandler(context, context.options.module)).params);
    const connection = connectionOf(context, params);
    const gateway = gatewayOf(context, connection);
    const account = await findAccount(gateway, connection.username);
    const checked = await askEnom(gateway, account, "check", context);
    const found = checked?.lastCheck;
    if (!found)
      throw connectionFault(
        "fleet",
        `the fleet has not checked ${account.id} in time. Is its worker balance-poll running?`,
      );
    if (!found.ok) throw notAtEnom(found);
    return "<doc><ok/></doc>\n";
  } catch (error) {
    throw inWizard(error);
  }
}

/** @param {{ cause: string | null, message: string, advice: string | null }} check */
function notAtEnom({ cause, message, advice }) {
  const type = cause === "login-refused" ? BAD_LOGIN : "pmenomfleet_connection";
  return new Fault(type, cause ?? "enom", withSentence([message, advice].filter((each) => each).join(" ")));
}

/** Whatever stops it, the wizard shows the sentence of the manual and the cause. @param {unknown} error */
function inWizard(error) {
  if (!(error instanceof Fault)) return error;
  return new Fault(error.type === "auth" ? BAD_LOGIN : error.type, error.object, withSentence(error.message));
}

/** @param {string} input */
function paramsIn(input) {
  const root = input.trim() === "" ? undefined : parseXml(input);
  const fields = childOf(root, "processingmodule") ?? root;
  return Object.fromEntries((fields?.children ?? []).map(({ name, text }) => [name, text.trim()]));
}

/** The addresses of this machine, from which the fleet may be called. @param {Context} context */
async function tuneConnection({ readInput }) {
  const form = await readInput();
  const addresses = Object.values(require("node:os").networkInterfaces())
    .flatMap((each) => each ?? [])
    .filter(({ internal, address }) => !internal && !address.startsWith("fe80"))
    .map(({ address }) => `<msg key="${escapeXml(address)}">${escapeXml(address)}</msg>`);
  return withElements(form, `<slist name="sourceip"><msg key=""></msg>${addresses.join("")}</slist>`);
}

/** @param {Context} context */
async function createUser({ readInput, env }) {
  const link = escapeXml(env.CERTFLEET_REGISTER_URL || REGISTER);
  return withElements(await readInput(), `<outerlink>${link}</outerlink>`);
}

module.exports = { checkConnection, createUser, tuneConnection };
