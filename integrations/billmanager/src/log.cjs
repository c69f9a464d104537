// The module's log in the form of BILLmanager's own: var/pmenomfleet.log, with the levels of etc/debug.conf.
"use strict";

const fs = require("node:fs");
const path = require("node:path");
const { masked } = require("./masked.cjs");

const NAME = "pmenomfleet";
/** @type {Record<Level, number>} */
const LEVELS = { CRITICAL: 2, ERROR: 3, WARNING: 4, INFO: 5, EXTINFO: 6, DEBUG: 9 };
const DEFAULT_LEVEL = LEVELS.EXTINFO;
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
/** As BILLmanager's own logs: then the file is put aside. */
const MOST_BYTES = 100 * 1024 * 1024;
/** So many lines of a run go into the error of its operation. */
const REMEMBERED = 100;
const LONGEST_LINE = 8_000;

/** @typedef {"CRITICAL" | "ERROR" | "WARNING" | "INFO" | "EXTINFO" | "DEBUG"} Level */
/** @typedef {ReturnType<typeof openLog>} Log */

/**
 * A log that cannot be written stops nothing.
 * @param {string} base /usr/local/mgr5, or below a prefix
 */
function openLog(base) {
  const { level: highest, mostBytes } = readLevels(path.join(base, "etc/debug.conf"));
  const file = path.join(base, "var", `${NAME}.log`);
  /** @type {Set<string>} */
  const secrets = new Set();
  /** @type {string[]} */
  const lines = [];
  let isChecked = false;

  /** @param {Level} level @param {string} text */
  const write = (level, text) => {
    if (LEVELS[level] > highest) return;
    const shown = masked(text, secrets)
      .slice(0, LONGEST_LINE)
      .replace(/[\r\n]+/g, " ");
    const line = `${stamp(new Date())} [${process.pid}:1] ${NAME} ${level} ${shown}`;
    lines.push(line);
    if (lines.length > REMEMBERED) lines.shift();
    try {
      if (!isChecked) putAside(file, mostBytes);
      isChecked = true;
      fs.mkdirSync(path.dirname(file), { recursive: true });
      fs.appendFileSync(file, `${line}\n`, { mode: 0o600 });
    } catch {
      // BILLmanager's answer does not depend on it.
    }
  };

  return {
    write,
    /** From now on it is shown as ***. @param {string} secret */
    hide: (secret) => void secrets.add(secret),
    /** @param {string} text */
    mask: (text) => masked(text, secrets),
    /** The lines of this run. */
    remembered: () => lines.join("\n"),
  };
}

/**
 * `pmenomfleet.* 9` or `pmenomfleet 9` goes before `* 9`; `SET pmenomfleet.max_log_size=1048576` before `SET max_log_size`.
 * @param {string} file
 */
function readLevels(file) {
  let level = DEFAULT_LEVEL;
  let mostBytes = MOST_BYTES;
  let text = "";
  try {
    text = fs.readFileSync(file, "utf8");
  } catch {
    return { level, mostBytes };
  }
  const rows = text.split("\n").map((line) => line.replace(/#.*/, "").trim());
  for (const own of [false, true])
    for (const row of rows) {
      const [, what = "", number] = /^(\S+)\s+(\d)$/.exec(row) ?? [];
      if (number !== undefined && (own ? new RegExp(`^${NAME}(\\.|$)`).test(what) : what === "*" || what === "*.*"))
        level = Number(number);
      const [, of = "", bytes] = /^SET\s+(?:(\w+)\.)?max_log_size\s*=\s*(\d+)$/i.exec(row) ?? [];
      if (bytes !== undefined && of === (own ? NAME : "")) mostBytes = Number(bytes);
    }
  return { level, mostBytes };
}

/** @param {string} file @param {number} mostBytes */
function putAside(file, mostBytes) {
  if ((fs.statSync(file, { throwIfNoEntry: false })?.size ?? 0) <= mostBytes) return;
  const folder = path.join(path.dirname(file), "logs");
  fs.mkdirSync(folder, { recursive: true });
  const aside = path.join(folder, `${NAME}.log.${new Date().toISOString().replace(/[:.]/g, "-")}`);
  fs.renameSync(file, aside);
  fs.appendFileSync(file, `Continues ${aside}\n`, { mode: 0o600 });
  // Who waits for BILLmanager's answer does not wait for this.
  const gzip = require("node:child_process").spawn("gzip", [aside], { detached: true, stdio: "ignore" });
  gzip.on("error", () => undefined);
  gzip.unref();
}

/** @param {Date} now in the machine's own zone, as all logs of the panel */
function stamp(now) {
  const two = (/** @type {number} */ n) => String(n).padStart(2, "0");
  const day = String(now.getDate()).padStart(2, " ");
  return `${MONTHS[now.getMonth()]} ${day} ${two(now.getHours())}:${two(now.getMinutes())}:${two(now.getSeconds())}`;
}

module.exports = { openLog };
