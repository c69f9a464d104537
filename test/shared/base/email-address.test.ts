// Promise: what passes as an address is one address, to every program that reads it.
import fc from "fast-check";
import addressparser from "nodemailer/lib/addressparser";
import { expect, test } from "vitest";
import { emailAddress, mailbox } from "../../../src/shared/base/email-address.ts";

test.each([
  "ada@example.com",
  "o'brien+ssl@mail.example.co.uk",
  "a@xn--e1afmkfd.xn--p1ai",
  "first.last@1und1.example",
  `${"a".repeat(64)}@example.com`,
])("%s is an address", (address) => {
  expect(emailAddress.parse(address)).toBe(address);
});

test.each([
  "",
  "ada",
  "ada@localhost",
  "ada@[127.0.0.1]",
  "ada@127.0.0.1",
  "ada@-example.com",
  "ada@example-.com",
  "ada@example..com",
  ".ada@example.com",
  "ada.@example.com",
  "a..b@example.com",
  "ada@bücher.example",
  "zoë@example.com",
  '"ada"@example.com',
  "ada@example.com, eve@example.org",
  "ada@example.com;eve@example.org",
  "Team: ada@example.com;",
  "Ada <ada@example.com>",
  "ada@example.com\r\nBcc: eve@example.org",
  "ada@example.com\n",
  " ada@example.com",
  "ada@eve@example.com",
  "ada(comment)@example.com",
  "eve%example.org@example.com",
  `${"a".repeat(65)}@example.com`,
  `a@${"b".repeat(60)}.${"c".repeat(60)}.${"d".repeat(60)}.${"e".repeat(60)}.example.com`,
])("%j is not an address of ours", (address) => {
  expect(emailAddress.safeParse(address).success).toBe(false);
});

test("a text that passes is read as exactly one address, the same one, by the mail library", () => {
  const part = fc.string({ unit: fc.constantFrom(..."ab1.-_'+!#$&*/=?^{}~,;:<>()\"\\@ \r\n%|`é"), maxLength: 12 });
  const text = fc.oneof(
    part,
    fc.tuple(part, part).map(([a, b]) => `${a}@${b}.example`),
    fc.emailAddress(),
  );

  fc.assert(
    fc.property(text, (it) => {
      fc.pre(emailAddress.safeParse(it).success);
      expect(addressparser(it)).toEqual([{ name: "", address: it }]);
    }),
    { numRuns: 5000 },
  );
});

test("a name beside an address is one line without control characters", () => {
  expect(mailbox.parse({ address: "ada@example.com", name: " Ada " })).toEqual({
    address: "ada@example.com",
    name: "Ada",
  });
  for (const name of ["", "Ada\nBcc: eve@example.org", "A\u2028da", "A\0da", "x".repeat(121)])
    expect(mailbox.safeParse({ address: "ada@example.com", name }).success).toBe(false);
});
