// Calls BILLmanager's functions through mgrctl: the only way in which the module reads and writes in the panel.
"use strict";

const fs = require("node:fs");
const { Fault } = require("../fault.cjs");
const { readAnswer } = require("./answer.cjs");

const LONGEST_MS = 60_000;
/** Names of values that no log shows, in whichever form the panel answers. */
const SECRET = /password|passwd|secret|token|pkey|private_?key/i;
const MOST_BYTES = 32 * 1024 * 1024;

/** @typedef {import("./answer.cjs").Answer} Answer */
/** @typedef {(words: string[], env: Record<string, string>) => Promise<{ code: number, stdout: string, stderr?: string }>} Run */
/** @typedef {ReturnType<typeof panelOf>} Panel */

/**
 * @param {{ program: string, base: string, env: NodeJS.ProcessEnv, run?: Run | undefined }} where `run`: in place of the program
 * @param {import("../log.cjs").Log} log
 */
function panelOf({ program, base, env, run = (words, own) => runProgram(program, words, { base, env, own }) }, log) {
  /**
   * @param {string} name
   * @param {Record<string, string>} [params]
   * @param {Record<string, string>} [hidden] values that no list of processes may show; they go through the environment
   * @returns {Promise<Answer>}
   * @throws {Fault} when the panel says no
   */
  const call = async (name, params = {}, hidden = {}) => {
    const plain = Object.entries(params).map(([key, value]) => `${key}=${value}`);
    const names = Object.keys(hidden).map((key) => [key, `PMENOMFLEET_${key.toUpperCase()}`]);
    const words = [
      "-m",
      "billmgr",
      "-o",
      "xml",
      name,
      ...plain,
      ...names.flatMap(([key, of]) => ["-e", `${key}=$${of}`]),
    ];
    const own = Object.fromEntries(names.map(([key = "", of = ""]) => [of, hidden[key] ?? ""]));
    log.write("EXTINFO", `mgrctl ${words.slice(4).join(" ")}`);
    const { code, stdout, stderr = "" } = await run(words, own);
    const answer = readOrRefuse(name, code, stdout, stderr);
    for (const [key, value] of Object.entries(answer.values)) if (SECRET.test(key)) log.hide(value);
    log.write("DEBUG", `mgrctl answers ${code} ${stdout}`);
    if (answer.error) throw refused(name, answer.error.message || `error ${answer.error.type}`);
    if (code !== 0) throw refused(name, `it ended with ${code} ${stderr.trim().slice(0, 300)}`.trim());
    return answer;
  };
  return {
    call,
    /** The same, where a refusal is an answer, too: undefined. @param {Parameters<typeof call>} given */
    ask: async (...given) => {
      try {
        return await call(...given);
      } catch (error) {
        log.write("EXTINFO", `${given[0]}: ${error instanceof Error ? error.message : error}`);
        return undefined;
      }
    },
  };
}

/** @param {string} name @param {number} code @param {string} stdout @param {string} stderr */
function readOrRefuse(name, code, stdout, stderr) {
  try {
    return readAnswer(stdout);
  } catch (error) {
    if (code !== 0) throw refused(name, `it ended with ${code}: ${(stderr || stdout).trim().slice(0, 300)}`);
    throw refused(name, `its answer cannot be read (${error instanceof Error ? error.message : error})`);
  }
}

/** @param {string} name @param {string} why */
function refused(name, why) {
  return new Fault("pmenomfleet_panel", name, `BILLmanager did not carry ${name} out: ${why}`);
}

/**
 * @param {string} program
 * @param {string[]} words
 * @param {{ base: string, env: NodeJS.ProcessEnv, own: Record<string, string> }} about
 * @returns {ReturnType<Run>}
 */
function runProgram(program, words, { base, env, own }) {
  const { execFile } = require("node:child_process");
  const options = {
    ...(fs.existsSync(base) && { cwd: base }),
    // The history of a service then names the module, and not an address of this machine.
    env: { ...env, SSH_CONNECTION: "pmenomfleet", ...own },
    ...{ timeout: LONGEST_MS, maxBuffer: MOST_BYTES },
  };
  return new Promise((resolve, reject) => {
    execFile(program, words, options, (error, stdout, stderr) => {
      const code = error ? error.code : 0;
      if (typeof code === "number") resolve({ code, stdout, stderr });
      else if (error?.killed) reject(refused(words[4] ?? "", `it took longer than ${LONGEST_MS / 1_000} s`));
      else reject(new Fault("pmenomfleet_panel", "mgrctl", `${program} cannot be started: ${error?.message ?? code}`));
    }).stdin?.end();
  });
}

module.exports = { panelOf };
