// Addresses and numbers of people do not reach the audit trail, whatever stands around them, and however long a text is.
import fc from "fast-check";
import { expect, test } from "vitest";
import { withoutPeople } from "../../../../src/shared/certificate/personal/words.ts";

/** The rule as it is written down; it takes the square of a word's length. */
const RULE = /[^\s<>()[\]"',;:]+@[\p{L}\p{N}-]+(\.[\p{L}\p{N}-]+)+/gu;
const hidden = (text: string): string => withoutPeople(text, [], () => "*");

test("every address is hidden, as the rule says, in any text", () => {
  const part = fc.constantFrom("ada", "@", ".", "-", "!", " ", "<", ">", ",", "b.c", "@b.c", "ä", "\n", "x@y", "@@");
  const texts = fc.array(part, { maxLength: 14 }).map((parts) => parts.join(""));

  fc.assert(
    fc.property(texts, (text) => hidden(text) === text.replace(RULE, "*")),
    { numRuns: 2_000 },
  );
  expect(hidden("ask <ada@example.com>, or bob@shop.example.org!")).toBe("ask <*>, or *!");
});

test("a word of a quarter of a million letters is looked through once", () => {
  const long = "x".repeat(250_000);

  for (const text of [long, `${long}@`, `a@b.c!${long}`, `@${long}`, "a@".repeat(60_000)])
    expect(hidden(text).length).toBeLessThanOrEqual(text.length);
});
