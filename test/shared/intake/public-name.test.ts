// Names that no public CA may certify are refused with their reason; names under every public suffix are not.
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { approverFaults, possibleApprovers } from "../../../src/shared/intake/approvers.ts";
import {
  commonNameFault,
  publicNameFault,
  registrableDomain,
  SUFFIX_LIST,
} from "../../../src/shared/intake/public-name.ts";
import { defaultRules } from "../../../src/shared/intake/rules.ts";

test.for([
  ["an internal name", "mail.server.local", /\.local is reserved/],
  ["a made-up top level", "office.wifi", /\.wifi is no public top-level domain/],
  ["a slip of the pen", "www.example.con", /\.con is no public top-level domain/],
  ["a private network's name", "files.corp", /\.corp is no public/],
  ["a name of home routers", "nas.home.arpa", /special use/],
  ["ICANN's private top level", "db.eu.internal", /\.internal is reserved/],
  ["a name for tests", "shop.test", /\.test is reserved/],
  ["an example's top level", "shop.example", /\.example is reserved/],
  ["a name that is invalid on purpose", "a.invalid", /\.invalid is reserved/],
  ["the own machine", "www.localhost", /\.localhost is reserved/],
  ["an onion service", `${"a".repeat(56)}.onion`, /\.onion is reserved/],
  ["a name beside the DNS", "a.alt", /\.alt is reserved/],
  ["a reverse zone", "1.2.0.192.in-addr.arpa", /special use/],
  ["a reverse zone of IPv6", "0.8.b.d.0.ip6.arpa", /special use/],
  ["a public suffix", "co.uk", /co\.uk is a public suffix/],
  ["a star on a public suffix", "*.co.uk", /co\.uk is a public suffix/],
  ["a star on a top level", "*.com", /com is a public suffix/],
  ["a suffix by a rule with a star", "foo.ck", /foo\.ck is a public suffix/],
  ["a star on such a suffix", "*.foo.ck", /foo\.ck is a public suffix/],
  ["a suffix of three labels", "*.chiyoda.tokyo.jp", /chiyoda\.tokyo\.jp is a public suffix/],
  ["a suffix of another script", "*.xn--p1ai", /public suffix/],
  ["hyphens without xn", "ab--cd.example.com", /third and fourth place/],
  ["hyphens in an inner label", "www.r3--x.example.com", /third and fourth place/],
  ["xn without Punycode", "xn--zzzz.example.com", /third and fourth place/],
  ["Punycode that overflows", "xn--9999999999.example.com", /third and fourth place/],
  ["a label that is too long", `${"a".repeat(64)}.example.com`, /64 characters, and at most 63/],
  ["a name that is too long", `${"a.".repeat(125)}example.com`, /at most 253/],
] as const)("%s is refused", ([, name, reason]) => {
  expect(publicNameFault(name)).toMatch(reason);
});

test.for([
  "shop.example.com",
  "example.net",
  "*.example.org",
  "shop.example.co.uk",
  "example.co.uk",
  "*.example.co.uk",
  "www.ck",
  "example.foo.ck",
  "xn--bcher-kva.example.com",
  "xn--80ak6aa92e.xn--p1ai",
  "city.kobe.jp",
  "project.github.io",
  "*.github.io",
  "a-b.example.app",
  "r3.example.dev",
  `${"a".repeat(63)}.example.com`,
])("%s can be certified", (name) => {
  expect(publicNameFault(name)).toBeUndefined();
});

test("only the list's section of registries counts: who hosts for others owns the domain all the same", () => {
  expect(registrableDomain("project.github.io")).toBe("github.io");
  expect(registrableDomain("*.shop.example.co.uk")).toBe("example.co.uk");
  expect(registrableDomain("co.uk")).toBeUndefined();
});

test("a common name has 64 characters at most, its star included", () => {
  const of = (length: number): string => `*.${"a".repeat(length - 14)}.example.com`;

  expect([of(64).length, of(65).length]).toEqual([64, 65]);
  expect(commonNameFault(of(64))).toBeUndefined();
  expect(commonNameFault(of(65))).toMatch(/65 characters; at most 64/);
});

const label = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,20}[a-z0-9])?$/).filter((each) => each.slice(2, 4) !== "--");

test("a name below a registered domain is taken, and its approvers stand at its parents and nowhere else", () => {
  const suffix = fc.constantFrom("com", "co.uk", "com.au", "tokyo.jp", "xn--p1ai", "dev");
  fc.assert(
    fc.property(fc.array(label, { maxLength: 3 }), fc.constantFrom("acme", "provider"), suffix, (below, own, end) => {
      const registrable = `${own}.${end}`;
      const name = [...below, registrable].join(".");
      fc.pre(registrableDomain(name) === registrable);
      const possible = possibleApprovers(name, defaultRules);

      expect(publicNameFault(name)).toBeUndefined();
      expect(possible).toHaveLength(5 * (below.length + 1));
      expect(possible.filter(({ sure }) => sure).map(({ email }) => email.split("@")[1])).toEqual(
        Array(5).fill(registrable),
      );
      for (const { email } of possible) {
        const place = email.split("@")[1] ?? "";
        expect(name === place || name.endsWith(`.${place}`)).toBe(true);
        expect(approverFaults(email.toUpperCase(), `*.${name}`, defaultRules)).toEqual([]);
      }
    }),
  );
});

test("the date of the suffix list is of the version that is installed", () => {
  const { dependencies } = JSON.parse(readFileSync("package.json", "utf8"));

  expect(dependencies.tldts).toBe(SUFFIX_LIST.version);
});
