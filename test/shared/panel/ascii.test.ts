// Any script becomes ASCII that a reader of it recognises, and ASCII stays as it is.
import fc from "fast-check";
import { expect, test } from "vitest";
import { withoutUnseen } from "../../../src/shared/base/text/unseen.ts";
import { hasLostCharacters, toAscii } from "../../../src/shared/panel/ascii.ts";

test.for([
  ["Bäckerei Müller GmbH", "DE", "Baeckerei Mueller GmbH"],
  ["Bäckerei Müller GmbH", "NL", "Backerei Muller GmbH"],
  ["MÜLLER & SÖHNE", "AT", "MUELLER & SOEHNE"],
  ["Übach-Palenberg", "DE", "Uebach-Palenberg"],
  ["Mu\u0308nchen", "DE", "Muenchen"],
  ["Straße des 17. Juni", "DE", "Strasse des 17. Juni"],
  ["Тверская улица", "RU", "Tverskaya ulitsa"],
  ["Анна Щербакова", "RU", "Anna Shcherbakova"],
  ["Αθήνα", "GR", "Athina"],
  ["北京", "CN", "BeiJing"],
  ["Łódź", "PL", "Lodz"],
  ["Şişli, İstanbul", "TR", "Sisli, Istanbul"],
  ["L’Haÿ – “Paris”", "FR", `L'Hay - "Paris"`],
  ["Ｔｏｋｙｏ", "JP", "Tokyo"],
  ["〒100-0005", "JP", "100-0005"],
  ["5\u00a0km\u2003Road", "IE", "5 km Road"],
  ["Smile 😀 Ltd 🇳🇱 #1", "GB", "Smile Ltd #1"],
] as const)("%s of %s is written %s", ([text, country, ascii]) => {
  expect(toAscii(text, country)).toBe(ascii);
});

test("whatever comes, only printable ASCII goes out, and once more changes nothing", () => {
  const anyText = fc.oneof(fc.string({ unit: "binary" }), fc.string({ unit: "grapheme" }));
  fc.assert(
    fc.property(anyText, fc.constantFrom("DE", "NL", ""), (text, country) => {
      const once = toAscii(text.replace(/\p{Cc}/gu, ""), country);
      expect(once).toMatch(/^[\x20-\x7e]*$/);
      expect(toAscii(once, country)).toBe(once);
    }),
    { numRuns: 500 },
  );
});

test("printable ASCII is never touched, two blanks included", () => {
  fc.assert(fc.property(fc.string({ unit: "grapheme-ascii" }), (text) => toAscii(text, "DE") === text));
});

test("marks that turn the direction of writing go; letters of scripts that are written from the right stay", () => {
  expect(withoutUnseen("\u202egro.knab\u202c \u2066x\u2069 \u200eשלום\u200f \u061cمحمد")).toBe("gro.knab x שלום محمد");
});

test("what was lost in a wrong encoding is seen, and no letter is mistaken for it", () => {
  expect(["Ren\ufffd", "\ud83d", "a\udc00b"].map(hasLostCharacters)).toEqual([true, true, true]);
  expect(["René", "😀", "?", ""].map(hasLostCharacters)).toEqual([false, false, false, false]);
});
