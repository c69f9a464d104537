// pmenomfleet: BILLmanager's processing module for SSL certificates of a Certfleet. One call is one command.
"use strict";

const fs = require("node:fs");
const path = require("node:path");
const { readWords } = require("./command-line.cjs");
const { baseOf } = require("./context.cjs");
const { Fault, errorXml, faultOf } = require("./fault.cjs");

const EMPTY = "<doc/>\n";
const VERSION = "1.0";
const USAGE = `pmenomfleet --command COMMAND [--item N] [--module N] [--runningoperation N] [--lang xx]
Commands: features and those that it lists. BILLmanager calls it; see docs/howto/billmanager.md of Certfleet.
`;

/** @typedef {import("./context.cjs").Context} Context */
/** @typedef {(context: Context) => Promise<string | void>} Command what it answers is printed; nothing is an empty document */

/** Each is loaded when it is called: a command must not wait for the code of the others. @type {Record<string, () => Command>} */
const COMMANDS = {
  features: () => (context) => require("./commands/features.cjs").features(context.base),
  check_connection: () => require("./commands/connection.cjs").checkConnection,
  tune_connection: () => require("./commands/connection.cjs").tuneConnection,
  usercreate: () => require("./commands/connection.cjs").createUser,
  approver: () => require("./commands/approver.cjs").approver,
  check_param: () => require("./commands/check-param.cjs").checkParam,
  open: () => require("./commands/open.cjs").open,
  reopen: () => require("./commands/reopen.cjs").reopen,
  prolong: () => require("./commands/prolong.cjs").prolong,
  cancel_prolong: () => require("./commands/life.cjs").cancelProlong,
  sync_item: () => require("./commands/sync-item.cjs").syncItem,
  send_dv_dns: () => require("./commands/validation.cjs").sendDns,
  send_dv_email: () => require("./commands/validation.cjs").sendEmail,
  suspend: () => require("./commands/life.cjs").suspend,
  resume: () => require("./commands/life.cjs").resume,
  close: () => require("./commands/life.cjs").close,
  setparam: () => require("./commands/life.cjs").setParam,
  getbalance: () => require("./commands/balance.cjs").getBalance,
  import: () => require("./commands/import.cjs").importServices,
  get_suitable_module: () => require("./commands/suitable.cjs").suitableModules,
};

/** BILLmanager's maintenance switch: while etc/billmgr.DoNothing is there, these do nothing and say that it went well. */
const RESTING = new Set("open suspend resume close cancel_prolong prolong reopen sync_item".split(" "));

/**
 * @param {import("./context.cjs").Call} call
 * @returns {Promise<number>} the exit code: 0, or 1 with an error in XML
 */
async function run(call) {
  const { options, aside } = readWords(call.words);
  const command = options.command ?? "";
  if (aside !== null && command === "") return speakAside(aside, call);
  const load = Object.hasOwn(COMMANDS, command) ? COMMANDS[command] : undefined;
  if (!load)
    return fail(
      call,
      new Fault(
        "pmenomfleet_usage",
        "command",
        `The command ${command || "is missing:"} ${command ? "is not known" : "--command features"}.`,
      ),
    );
  if (command === "features") return say(call, await require("./commands/features.cjs").features(baseOf(call.file)));
  if (RESTING.has(command) && fs.existsSync(path.join(baseOf(call.file), "etc/billmgr.DoNothing")))
    return say(call, EMPTY);
  const context = require("./context.cjs").makeContext(call, options);
  // A value that is checked may be a secret.
  const shown = Object.entries(options).map(
    ([name, value]) => `--${name} ${name === "value" ? "***" : value.slice(0, 200)}`,
  );
  context.log.write("INFO", shown.join(" "));
  try {
    return say(call, (await load()(context)) || EMPTY);
  } catch (error) {
    const fault = faultOf(error);
    const stack = fault === error || !(error instanceof Error) ? "" : ` ${error.stack}`;
    context.log.write(
      "ERROR",
      `Error: Type: '${fault.type}' Object: '${fault.object}' Value: '${fault.message}'${stack}`,
    );
    await require("./panel/failure.cjs").tellFailure(context, fault);
    return fail(call, new Fault(fault.type, fault.object, context.log.mask(fault.message)));
  }
}

/** @param {string} aside @param {import("./context.cjs").Call} call */
function speakAside(aside, call) {
  const words = { vendor: "Certfleet\n", version: `pmenomfleet ${VERSION}\n`, help: USAGE };
  return say(call, /** @type {Record<string, string>} */ (words)[aside] ?? USAGE);
}

/** @param {import("./context.cjs").Call} call @param {string} text */
function say({ write }, text) {
  write(text);
  return 0;
}

/** @param {import("./context.cjs").Call} call @param {import("./fault.cjs").Told} fault */
function fail({ write }, fault) {
  write(errorXml(fault));
  return 1;
}

module.exports = { COMMANDS, run };
