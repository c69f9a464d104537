// Promise: what a reader's program would make a link of is seen, and ordinary words are not taken for it.
import { expect, test } from "vitest";
import { hasAddress } from "../../../src/shared/outside/addresses.ts";

const hosts = ["*.shop.example.com"];

test.each([
  "Visit http://evil.example",
  "HTTPS://evil.example/x",
  "www.evil.example",
  "ftp://x",
  "write to eve@evil.example",
  "mailto:eve",
  "javascript:alert(1)",
  "go to bit.ly/abc",
  "evil.com",
  "see evil。com",
  "Pay at ｅｖｉｌ．ｃｏｍ",
  "10.0.0.1/login",
  "пример.рф",
  "shop.example.com.evil.com",
  "evilshop.example.com",
])("%j has an address", (words) => {
  expect(hasAddress(words, { hosts, names: true })).toBe(true);
});

test.each([
  "RapidSSL Certificate",
  "Comodo Essential 2.0, 3 years",
  "Domain control of www.shop.example.com was not proved; shop.example.com answers nothing.",
  "It is under example.com.",
  "Refused.Please order again, e.g. by telephone",
  "It costs 10.50 USD. Data: none",
  "4/5 of it @ noon",
])("%j has none", (words) => {
  expect(hasAddress(words, { hosts, names: true })).toBe(false);
});

test("in a mail to operators a bare name of a host is no address, one with a path is", () => {
  expect(hasAddress("reseller.enom.com refuses the login, see docs/runbook.md", { hosts: [], names: false })).toBe(
    false,
  );
  expect(hasAddress("see evil.com/x", { hosts: [], names: false })).toBe(true);
});

test("long hostile texts are judged quickly", () => {
  const begin = performance.now();
  for (const unit of ["a", "a.", "a@", "1.", "-", "а́."]) hasAddress(unit.repeat(8_000), { hosts, names: true });
  expect(performance.now() - begin).toBeLessThan(2_000);
});
