// What every command works with: the words it was called with, the panel, the log, and the fleet of its handler.
"use strict";

const path = require("node:path");
const { openLog } = require("./log.cjs");
const { readNames } = require("./names.cjs");
const { panelOf } = require("./panel/mgrctl.cjs");

/**
 * How the module is called. `file`: where it lies, which is below .../mgr5/processing. `run`: in place of mgrctl.
 * @typedef {{ words: readonly string[], env: NodeJS.ProcessEnv, file: string, readInput: () => Promise<string>,
 *   write: (text: string) => void, run?: import("./panel/mgrctl.cjs").Run, pause?: (ms: number) => Promise<void> }} Call
 */

/**
 * `handler`: of whom the command is, as soon as that is known.
 * @typedef {{ options: Record<string, string>, env: NodeJS.ProcessEnv, base: string, names: import("./names.cjs").Names,
 *   log: import("./log.cjs").Log, panel: import("./panel/mgrctl.cjs").Panel, readInput: () => Promise<string>,
 *   pause: (ms: number) => Promise<void>, handler?: import("./panel/handler.cjs").Handler }} Context
 */

/**
 * @param {Call} call
 * @param {Record<string, string>} options
 * @returns {Context}
 */
function makeContext({ env, file, readInput, run, pause = wait }, options) {
  const base = baseOf(file);
  const log = openLog(base);
  const names = readNames(base);
  for (const problem of names.problems) log.write("WARNING", problem);
  const program = env.CERTFLEET_MGRCTL || path.join(base, "sbin/mgrctl");
  return { options, env, base, names, log, panel: panelOf({ program, base, env, run }, log), readInput, pause };
}

/** /usr/local/mgr5, or the same below a prefix. @param {string} file */
function baseOf(file) {
  return path.dirname(path.dirname(file));
}

/** @param {number} ms @returns {Promise<void>} */
function wait(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

module.exports = { baseOf, makeContext };
