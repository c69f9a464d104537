// What the panel is told when a command fails: the error in the operation, a task when the tries are used up, a problem
// of the handler when the fleet cannot be reached.
"use strict";

const { errorElement } = require("../fault.cjs");
const { escapeXml } = require("../xml.cjs");
const { fieldOf } = require("./item.cjs");

const MOST_TRIES = 10;
/** A renewal costs money: it is never repeated blindly. */
const MOST_TRIES_OF = /** @type {Record<string, number>} */ ({ prolong: 1 });
/** The form of a task that is over. */
const CLOSED = "2";
const LONGEST_LOG = 40_000;

/** @typedef {import("../context.cjs").Context} Context */
/** @typedef {import("../fault.cjs").Told} Fault */

/**
 * Whatever of it fails is logged, and the rest is done: the error that is printed stays that of the command.
 * @param {Context} context
 * @param {Fault} fault
 */
async function tellFailure(context, fault) {
  const { options, handler } = context;
  const { runningoperation: operation = "", item = "", command = "" } = options;
  if (operation !== "") {
    await context.panel.ask("runningoperation.edit", {
      sok: "ok",
      elid: operation,
      errorxml: operationError(context, fault),
    });
    if (item !== "") await handToPeople(context, { operation, item, command });
  }
  if (isOfConnection(fault) && handler !== undefined && handler.id !== "")
    await context.panel.ask("problems.register", {
      ...{ name: "processingmodule_connect", id: handler.id, level: "error", sok: "ok" },
      ...{ param_pm_name: handler.name, param_pm_id: handler.id, param_errormsg: context.log.mask(fault.message) },
    });
}

/** @param {Fault} fault */
function isOfConnection({ type }) {
  return type === "client" || type === "auth";
}

/**
 * With the last tries used up, and once: no automatic try any more, and a task for the handler's department.
 * @param {Context} context
 * @param {{ operation: string, item: string, command: string }} about
 */
async function handToPeople(context, { operation, item, command }) {
  const { panel, names } = context;
  const state = await panel.ask(names.functions.operation, { elid: operation });
  const tries = Number(state ? fieldOf(context, state.values, "tries") : "0");
  if (!(tries >= (MOST_TRIES_OF[command] ?? MOST_TRIES))) return;
  if (await hasTask(context, state?.values ?? {}, operation)) return;
  await panel.ask("runningoperation.setmanual", { elid: operation });
  const kind = await panel.ask("task.gettype", { operation: command, item });
  const type = kind?.values.task_type ?? "";
  if (type === "") context.log.write("ERROR", `BILLmanager names no kind of task for ${command}`);
  await panel.ask("task.edit", { sok: "ok", item, runningoperation: operation, ...(type !== "" && { type }) });
}

/** @param {Context} context @param {Record<string, string>} operation @param {string} id */
async function hasTask(context, operation, id) {
  const named = fieldOf(context, operation, "task");
  if (named !== "" && named !== "0" && named !== "off") return true;
  const tasks = await context.panel.ask(context.names.functions.tasks);
  return tasks?.rows.some((row) => row.runningoperation === id && row.status !== CLOSED) ?? false;
}

/** As operations keep it: who, when, what, and the last lines of the log. @param {Context} context @param {Fault} fault */
function operationError({ log, handler }, fault) {
  const at = new Date().toISOString().slice(0, 19).replace("T", " ");
  const about = `date="${at}" id="${escapeXml(handler?.id ?? "")}" name="${escapeXml(handler?.name ?? "")}"`;
  const lines = `<log>${escapeXml(log.remembered().slice(-LONGEST_LOG))}</log>`;
  const error = errorElement(fault, lines).replace("<error ", `<error date="${at}" `);
  return log.mask(`<doc><processingmodule ${about}>${error}</processingmodule></doc>`);
}

module.exports = { tellFailure };
