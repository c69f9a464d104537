// Promise: the plain part of a mail fits on every screen, says every word, and leaves what people copy as it is.
import fc from "fast-check";
import { expect, test } from "vitest";
import { oneLine, tidy, wrapped } from "../../../src/shared/mail/plain-text.ts";

/** A hyphen alone would begin an item of a list. */
const word = fc
  .string({ unit: fc.constantFrom(..."abcdeя.,-/"), minLength: 1, maxLength: 30 })
  .filter((each) => each !== "-");
const mark = fc.constantFrom("", "1.  ", "12.  ", "- ", "> ", "    - ", "    > ");

test("A paragraph is broken between words into 72 columns, and no word is lost or changed.", () => {
  fc.assert(
    fc.property(mark, fc.array(word, { minLength: 1, maxLength: 60 }), (begin, words) => {
      const lines = wrapped(begin + words.join(" ")).split("\n");

      const quoted = begin.includes(">") ? begin : " ".repeat(begin.length);
      const said = lines.map((line, i) => line.slice((i === 0 ? begin : quoted).length)).join(" ");
      expect(said).toBe(words.join(" "));
      for (const line of lines) expect(line.length).toBeLessThanOrEqual(72);
    }),
  );
});

test("Items of a list hang under their first word, and every line of a quotation is marked.", () => {
  const words = "word ".repeat(20).trim();

  expect(wrapped(`1.  ${words}`).split("\n")[1]).toMatch(/^ {4}word/);
  expect(wrapped(`    > ${words}`).split("\n")[1]).toMatch(/^ {4}> word/);
});

test("Records, commands and addresses are never broken: what is indented, and what has no blank.", () => {
  const command = `    certfleet certificate resolve bill-1001 --not-bought --reason ${"x".repeat(60)}`;
  const address = `https://example.com/${"a".repeat(100)}`;

  expect(wrapped(command)).toBe(command);
  expect(wrapped(address)).toBe(address);
  expect(wrapped(`See ${address} there`)).toBe(`See\n${address}\nthere`);
});

test("A command, and a request with its path, stay in one line wherever they stand, since in two they cannot be pasted.", () => {
  const reason = fc.constantFrom("", ' --reason "found in the list; really"', ' --reason "x"');
  const said = fc.array(word, { maxLength: 12 }).map((words) => words.join(" "));

  fc.assert(
    fc.property(mark, said, reason, said, (begin, before, reason, after) => {
      const command = `certfleet certificate resolve bill-1001 --retry${reason}`;
      const request = "(PATCH /v1/certificates/bill-1001)";

      const lines = wrapped(`${begin}${before} ${request} ${command}; ${after}`).split("\n");

      expect(lines.some((line) => line.includes(`${command};`))).toBe(true);
      expect(lines.some((line) => line.includes(request))).toBe(true);
    }),
  );
  expect(wrapped(`${"word ".repeat(12)}then certfleet ledger "status`)).toContain('certfleet ledger "status');
});

test("Conditions that were false leave no holes, and the mark of a signature keeps its blank.", () => {
  expect(tidy("\n\nHello,\r\n\r\n   \n\n\nyou\n-- \nus\n\n")).toBe("Hello,\n\nyou\n-- \nus\n");
});

test("A subject is one line, whatever it is made of.", () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(..."ab \r\n\t\u0000\u0085\u2028") }), (text) => {
      expect(oneLine(text)).toMatch(/^(?! )[^\p{Cc}\p{Zl}\p{Zp}]*(?<! )$/u);
    }),
  );
});
