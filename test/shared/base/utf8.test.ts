// Bytes are UTF-8, or it is said what they are; nothing is read as a mark of loss.
import fc from "fast-check";
import { expect, test } from "vitest";
import { readUtf8 } from "../../../src/shared/base/utf8.ts";

test("a byte order mark of UTF-8 is taken away", () => {
  expect(readUtf8(Buffer.from('\ufeff{"a":"é"}'))).toEqual({ text: '{"a":"é"}' });
});

test.for([
  ["Latin-1", Buffer.from('{\n"name": "René"}', "latin1"), /^line 2 has the byte 0xe9, which is not UTF-8\. .*8859-1/],
  ["Windows-1252", Buffer.from([0x7b, 0x80, 0x7d]), /^line 1 has the byte 0x80/],
  ["UTF-16 with its mark", Buffer.from('\ufeff{"a":1}', "utf16le"), /UTF-16.*Save it as UTF-8/],
  ["UTF-16 without", Buffer.from('{"a":1}', "utf16le"), /UTF-16/],
  ["UTF-16 of the other order", Buffer.from([0xfe, 0xff, 0, 0x7b]), /UTF-16/],
  ["a character that is cut", Buffer.from("é").subarray(0, 1), /^line 1 has the byte 0xc3/],
  ["half a surrogate pair", Buffer.from([0xed, 0xa0, 0xbd]), /^line 1 has the byte 0xed/],
  ["an overlong zero", Buffer.from([0x61, 0xc0, 0x80]), /^line 1 has the byte 0xc0/],
] as const)("%s is named", ([, bytes, fault]) => {
  expect(readUtf8(bytes)).toEqual({ fault: expect.stringMatching(fault) });
});

test("what is encoded is read back, and with one wrong byte in it, the line of that byte is told", () => {
  const line = fc.string({ unit: "grapheme" }).map((text) => text.replace(/[\r\n\0\ufeff]/g, "").toWellFormed());
  fc.assert(
    fc.property(fc.array(line, { maxLength: 5 }), fc.array(line, { maxLength: 5 }), (before, after) => {
      const head = before.map((each) => `${each}\n`).join("");
      const [text, tail] = [head + after.join("\n"), Buffer.from(after.join("\n"))];
      expect(readUtf8(Buffer.from(text))).toEqual({ text });
      const spoilt = readUtf8(Buffer.concat([Buffer.from(head), Buffer.from([0xff, 0x20]), tail]));
      expect(spoilt).toEqual({ fault: expect.stringContaining(`line ${before.length + 1} has the byte 0xff`) });
    }),
  );
});
