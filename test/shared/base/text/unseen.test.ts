// Promise: no text that comes in reads otherwise than it is written, and names of every script pass as their bearers write them.
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  escapedUnseen,
  shownLine,
  unseenFault,
  unseenFaults,
  withoutUnseen,
} from "../../../../src/shared/base/text/unseen.ts";

test.each([
  ["Persian, with a joiner that parts", "علی\u200cرضا"],
  ["Hindi, with a joiner that joins", "क्\u200dष"],
  ["Tamil", "க்\u200cஷ"],
  ["Sinhala", "ශ්\u200dරී"],
  ["Hebrew and Arabic without marks", "שלום محمد"],
  ["Japanese, with a variant of a sign", "葛\u{e0100}城"],
  ["pictures of several parts", "👨\u200d👩\u200d👧 ❤\ufe0f\u200d🔥 👍🏽 1\ufe0f\u20e3"],
  ["accents of their own", "Zoe\u0308 Nguye\u0302\u0303n"],
  ["an Arabic number sign", "\u06dd5"],
  ["several lines and tabs", "a\r\n\tb"],
  ["blanks of other widths", "a\u00a0b\u3000c"],
])("%s passes as it is", (_what, text) => {
  expect(unseenFault(text)).toBeUndefined();
  expect(withoutUnseen(text)).toBe(text);
  expect(escapedUnseen(text)).toBe(text);
});

test.each([
  ["\u202egro.knab", "U+202E", "gro.knab"],
  ["a\u2066b\u2069", "U+2066", "ab"],
  ["a\u200eb", "U+200E", "ab"],
  ["a\u061cb", "U+061C", "ab"],
  ["pay\u200bpal", "U+200B", "paypal"],
  ["pay\u200cpal", "U+200C", "paypal"],
  ["pay\u200dpal", "U+200D", "paypal"],
  ["a\u2060b\ufeff", "U+2060", "ab"],
  ["so\u00adft", "U+00AD", "soft"],
  ["a\u{e0041}\u{e007f}", "U+E0041", "a"],
  ["a\ufe0f", "U+FE0F", "a"],
  ["1\ufe0f1", "U+FE0F", "11"],
  ["a\u{e0100}", "U+E0100", "a"],
  ["\u3164\u115f\u2800x", "U+3164", " x"],
  ["a\u034fb", "U+034F", "ab"],
  ["a\u2028b", "U+2028", "a b"],
  ["a\u0000b\u0085c", "U+0000", "a b c"],
  ["a\u001b[31mb", "U+001B", "a [31mb"],
  ["a\ud83db", "U+D83D", "a\ufffdb"],
  ["a\ufffe", "U+FFFE", "a"],
  ["ع\u200c\u200cع", "U+200C", "عع"],
  ["علی\u200c", "U+200C", "علی"],
])("%j is refused for %s and shown without it", (text, named, shown) => {
  expect(unseenFault(text)).toContain(`has ${named} as character`);
  expect(unseenFault(text)).toContain("remove it");
  expect(withoutUnseen(text)).toBe(shown);
});

test("the fault counts characters as people do, and every text within a value is looked at, names of fields included", () => {
  expect(unseenFault("👍👍\u200bx\u200b")).toMatch(/^has U\+200B as character 3 \(and 1 more\), which nobody sees/);
  expect(unseenFaults({ a: { list: ["fine", "x\u202e"] }, "b\u200b": 1 }).map(({ field }) => field)).toEqual([
    "a/list/1",
    "b",
  ]);
});

test("whatever comes, what is shown has no fault, is shown the same once more, and JSON keeps its meaning", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      const shown = withoutUnseen(text);
      expect(unseenFault(shown)).toBeUndefined();
      expect(withoutUnseen(shown)).toBe(shown);
      expect(shownLine(text)).not.toMatch(/[\r\n\t]/);
      expect(JSON.parse(escapedUnseen(JSON.stringify({ text })))).toEqual({ text });
      expect(unseenFault(escapedUnseen(JSON.stringify({ text })))).toBeUndefined();
    }),
    { numRuns: 2_000 },
  );
});
