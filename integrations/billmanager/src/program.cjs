// Runs the module as a program: its words, its standard input, its exit code.
"use strict";

const { run } = require("./main.cjs");

/** A panel that leaves standard input open and says nothing is not waited for longer. */
const LONGEST_INPUT_MS = 5_000;

/** @returns {Promise<string>} */
function readInput() {
  const { stdin } = process;
  if (stdin.isTTY) return Promise.resolve("");
  return new Promise((resolve) => {
    /** @type {Buffer[]} */
    const parts = [];
    const done = () => {
      clearTimeout(timer);
      stdin.pause();
      resolve(Buffer.concat(parts).toString("utf8"));
    };
    const timer = setTimeout(done, LONGEST_INPUT_MS);
    stdin.on("data", (part) => parts.push(part));
    stdin.on("end", done);
    stdin.on("error", done);
  });
}

/** @param {string} file where the program lies */
async function runProgram(file) {
  process.stdout.on("error", () => undefined);
  const write = (/** @type {string} */ text) => void process.stdout.write(text);
  process.exitCode = await run({ words: process.argv.slice(2), env: process.env, file, readInput, write });
}

module.exports = { runProgram };
