// Promises of commands within sentences: found as they are meant to be pasted, and nothing of the text is lost.
import fc from "fast-check";
import { expect, test } from "vitest";
import { attentionCodes } from "../../../src/shared/base/codes.ts";
import { nextStep } from "../../../src/shared/certificate/attention.ts";
import { piecesOf } from "../../../src/shared/mail/commands.ts";

const commands = (text: string): string[] =>
  piecesOf(text).flatMap(({ words, isCommand }) => (isCommand ? [words] : []));

test.for([
  [
    'Found: certfleet certificate resolve REF --adopt CERTID --reason "found; surely"; or not.',
    ['certfleet certificate resolve REF --adopt CERTID --reason "found; surely"'],
  ],
  ["Mend the data (PATCH /v1/certificates/REF), then wait.", ["PATCH /v1/certificates/REF"]],
  ["Choose another: POST /v1/certificates/REF/approver.", ["POST /v1/certificates/REF/approver"]],
  ["Certfleet goes on by itself, as certfleet.yaml says.", []],
] as const)("In %o the commands are %o.", ([text, found]) => {
  expect(commands(text)).toEqual(found);
});

test("Put together again the pieces are the text, whatever it is.", () => {
  const words = fc.constantFrom("certfleet ", "list", " --all", '"', ";", "POST /v1", "(", ".", " ", "\n", "é");
  const texts = fc.oneof(
    fc.string(),
    fc.array(words).map((each) => each.join("")),
    fc.constantFrom(...attentionCodes.map((code) => nextStep(code, "REF"))),
  );
  fc.assert(
    fc.property(texts, (text) => {
      expect(
        piecesOf(text)
          .map((piece) => piece.words)
          .join(""),
      ).toBe(text);
    }),
  );
});
