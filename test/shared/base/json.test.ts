// Promise: JSON that cannot be read is told by line and column, without a word of what stands in it.
import fc from "fast-check";
import { expect, test } from "vitest";
import { jsonFault, readJson } from "../../../src/shared/base/json.ts";

test.for([
  ["", "it is empty."],
  [" \n", "it is empty."],
  ["{", "line 1, column 2: it ends before a name in double quotes or }."],
  ['{\n  "a": 1,\n  "b": 2,\n}', "line 4, column 1: a name in double quotes is missing here."],
  ['{\n  "a": 1\n  "b": 2\n}', "line 3, column 3: a comma or } is missing here."],
  ["{ 'a': 1 }", "line 1, column 3: a name in double quotes or } is missing here."],
  ["{ a: 1 }", "line 1, column 3: a name in double quotes or } is missing here."],
  ['{ "a" 1 }', "line 1, column 7: a colon is missing here."],
  ['{ "a": }', "line 1, column 8: a value is missing here."],
  ['{ "a": 01 }', "line 1, column 8: a value is missing here."],
  ['{ "a": 1. }', "line 1, column 8: a value is missing here."],
  ['{ "a": NaN }', "line 1, column 8: a value is missing here."],
  ['{ "a": nulls }', "line 1, column 8: a value is missing here."],
  ["[1, 2,]", "line 1, column 7: a value is missing here."],
  ["[1 2]", "line 1, column 4: a comma or ] is missing here."],
  ["[1}", "line 1, column 3: a comma or ] is missing here."],
  ["[,1]", "line 1, column 2: a value or ] is missing here."],
  ['{"a": 1} x', "line 1, column 10: nothing may follow here."],
  ['{"a": "line\nbreak"}', "line 1, column 12: a line break or control character in a text must be escaped."],
  ['{"a": "C:\\path"}', "line 1, column 10: the backslash begins no valid escape."],
  ['{"a":\r\n "never ends}', "line 2, column 2: the text that begins here has no closing quote."],
  ["order.json", "line 1, column 1: a value is missing here."],
  ['// ours\n{ "a": 1 }', "line 1, column 1: a value is missing here."],
] as const)("%j is told with its place", ([text, fault]) => {
  expect(readJson(text)).toEqual({ fault });
});

test("What JSON.parse takes is read as it reads it, with or without a byte order mark.", () => {
  fc.assert(
    fc.property(fc.json(), fc.constantFrom("", "\uFEFF"), (text, mark) => {
      expect(readJson(mark + text)).toEqual({ value: JSON.parse(text) });
    }),
  );
});

test("Every text that JSON.parse refuses has a place inside the text, and nothing of it is quoted.", () => {
  const broken = fc
    .tuple(fc.json({ maxDepth: 3 }), fc.nat(), fc.constantFrom("", ",", '"', "}", "canary", "\n", "\\", "1"))
    .map(([text, at, put]) => text.slice(0, at % (text.length + 1)) + put + text.slice((at % (text.length + 1)) + 1));
  fc.assert(
    fc.property(fc.oneof(broken, fc.string()), (text) => {
      const read = readJson(text);
      if ("value" in read || read.fault === "it is empty.") return;
      const [, line, column] = /^line (\d+), column (\d+): [a-z]/.exec(read.fault) ?? [];
      const lines = text.replace(/^\uFEFF/, "").split(/\r\n|\n|\r/);
      expect(Number(column)).toBeLessThanOrEqual((lines[Number(line) - 1]?.length ?? -1) + 1);
      expect(read.fault).not.toContain("canary");
      expect(read.fault).not.toContain("cannot be read");
    }),
    { numRuns: 2_000 },
  );
});

test("A place deep inside is found, and a text of fifty thousand open brackets does no harm.", () => {
  expect(jsonFault('{"a": [1, {"b": tru}]}')).toBe("line 1, column 17: a value is missing here.");
  expect(jsonFault("[".repeat(50_000))).toBe("line 1, column 50001: it ends before a value or ].");
});
