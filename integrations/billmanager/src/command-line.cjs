// The words that BILLmanager calls the module with: --name value, --name=value, and short forms of some.
"use strict";

/** Options that take a value, by the name under which commands read them. */
const WITH_VALUE = new Set(
  "command subcommand item module runningoperation lang itemtype intname param value id addon level domain emails userid searchstring".split(
    " ",
  ),
);

/** @type {Record<string, string>} */
const SHORT = { c: "command", i: "item", m: "module", l: "lang", t: "itemtype", a: "addon" };

/** Words that ask for the program itself. @type {Record<string, string>} */
const ASIDE = { "-T": "vendor", "-h": "help", "--help": "help", "-V": "version", "--version": "version" };

/**
 * A known option takes the next word whatever that begins with: a certificate request begins with dashes. Unknown
 * options are left out, with the word behind them unless that is an option, too: later versions of BILLmanager add some.
 * @param {readonly string[]} words without interpreter and file
 * @returns {{ options: Record<string, string>, aside: string | null, unknown: string[] }} of a repeated option the last
 */
function readWords(words) {
  /** @type {Record<string, string>} */
  const options = {};
  /** @type {string[]} */
  const unknown = [];
  /** @type {string | null} */
  let aside = null;
  for (let i = 0; i < words.length; i += 1) {
    const word = words[i] ?? "";
    const given = read(word);
    if (given === undefined) {
      aside = ASIDE[word] ?? aside;
      if (word.startsWith("-") && !(word in ASIDE)) {
        unknown.push(word);
        const next = words[i + 1];
        if (!word.includes("=") && next !== undefined && !next.startsWith("-")) i += 1;
      }
    } else if (given.value !== undefined) options[given.name] = given.value;
    else {
      i += 1;
      options[given.name] = words[i] ?? "";
    }
  }
  return { options, aside, unknown };
}

/**
 * @param {string} word
 * @returns {{ name: string, value?: string } | undefined} undefined: no option that is known
 */
function read(word) {
  const [, long, value] = /^--([a-z_]+)(?:=([\s\S]*))?$/.exec(word) ?? [];
  if (long !== undefined)
    return WITH_VALUE.has(long) ? { name: long, ...(value !== undefined && { value }) } : undefined;
  const [, letter = "", rest = ""] = /^-([a-z])([\s\S]*)$/.exec(word) ?? [];
  const name = SHORT[letter];
  if (name === undefined) return undefined;
  return { name, ...(rest !== "" && { value: rest.replace(/^=/, "") }) };
}

module.exports = { readWords };
