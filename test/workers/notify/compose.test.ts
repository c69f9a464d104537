// Promise: whatever stands in names, subjects and letters, the mail has one recipient, our headers and nothing else.
import fc from "fast-check";
import PostalMime from "postal-mime";
import { expect, test } from "vitest";
import { compose } from "../../../src/workers/notify/compose.ts";

const addressed = {
  key: "bill-1001:issued:1",
  from: { address: "ssl@provider.example", name: "Provider" },
  to: { address: "client@example.net" },
  date: new Date("2026-04-02T10:00:00Z"),
};
const attachments = [
  { filename: "a.pem", contentType: "application/x-pem-file", content: "-----BEGIN CERTIFICATE-----\n" },
];
const letter = { subject: "Hello", text: "Hello\n", html: "<p>Hello</p>\n", attachments };

const HEADERS = [
  "auto-submitted",
  "content-type",
  "date",
  "from",
  "message-id",
  "mime-version",
  "subject",
  "to",
  "x-auto-response-suppress",
];

const hostile = fc.oneof(
  fc.constantFrom(
    "a\r\nBcc: evil@example.org",
    "a\nBcc: evil@example.org",
    "a\rBcc: evil@example.org",
    "a\r\n\r\n<script>",
    "Ada <evil@example.org>",
    '"Ada" <evil@example.org>, ',
    "evil@example.org, client@example.net",
    "Team: evil@example.org;",
    "=?utf-8?B?DQpCY2M6IGV2aWxAZXhhbXBsZS5vcmc=?=",
    "\u2028Bcc: evil@example.org",
    "\0",
    "Zoë Ångström 王",
  ),
  fc.string({ unit: "grapheme", maxLength: 300 }),
  fc.string({ unit: fc.constantFrom(...'\r\n:;,<>"@ab '), maxLength: 60 }),
);

test("no name and no subject adds a header or a recipient", async () => {
  await fc.assert(
    fc.asyncProperty(hostile, hostile, async (name, subject) => {
      const raw = await compose(
        { ...letter, subject: `Hello ${subject}` },
        { ...addressed, to: { ...addressed.to, name } },
      );

      const mail = await PostalMime.parse(raw);
      expect(mail.headers.map(({ key }) => key).sort()).toEqual(HEADERS);
      expect(mail.to).toMatchObject([{ address: "client@example.net" }]);
      expect(mail.from).toMatchObject({ address: "ssl@provider.example" });
    }),
    { numRuns: 300 },
  );
});

test("whatever a letter says arrives as it was written, in short lines of ASCII that end in CRLF", async () => {
  const words = fc.oneof(
    hostile,
    fc.constantFrom(
      "\n.\n",
      "\r\n.\r\nMAIL FROM:<evil@example.org>\r\n",
      "x".repeat(5000),
      ".\n..\n",
      "--boundary--\n",
    ),
  );
  await fc.assert(
    fc.asyncProperty(words, async (text) => {
      const raw = await compose({ ...letter, text: `${text}\n` }, addressed);

      expect(raw.replaceAll("\r\n", "")).toMatch(/^[\t\x20-\x7e]*$/);
      for (const line of raw.split("\r\n")) expect(line.length).toBeLessThanOrEqual(998);
      const arrived = (await PostalMime.parse(raw)).text ?? "";
      expect(lines(arrived)).toBe(lines(text));
    }),
    { numRuns: 300 },
  );
});

test("the same letter, key and date always give the same bytes, and another key another Message-ID", async () => {
  const one = await compose(letter, addressed);
  const again = await compose(letter, addressed);
  const other = await compose(letter, { ...addressed, key: "bill-1001:issued:2" });

  expect(again).toBe(one);
  const ids = await Promise.all([one, other].map(async (raw) => (await PostalMime.parse(raw)).messageId));
  expect(ids[0]).toMatch(/^<[0-9a-f]{32}@provider\.example>$/);
  expect(ids[1]).not.toBe(ids[0]);
});

function lines(text: string): string {
  return text.replace(/\r\n?/g, "\n").trimEnd();
}
