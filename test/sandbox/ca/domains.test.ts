import fc from "fast-check";
import { expect, test } from "vitest";
import { findRegistrableDomain, objectionToCommonName, objectionToName } from "../../../src/sandbox/ca/domains.ts";

const TOP = /public top-level domain/;
const SUFFIX = /is a public suffix/;
const LABEL = /the label .* is not allowed/;
const SPECIAL = /special-use/;

test.each([
  ["mail.server.local", TOP],
  ["office.wifi", TOP],
  ["www.example.con", TOP],
  ["intranet", TOP],
  ["localhost", TOP],
  ["router.lan", TOP],
  ["db.corp", TOP],
  ["nas.home", TOP],
  ["a.test", TOP],
  ["a.example", TOP],
  ["a.invalid", TOP],
  ["192.0.2.1", TOP],
  ["co.uk", SUFFIX],
  ["*.co.uk", SUFFIX],
  ["com", SUFFIX],
  ["*.com", SUFFIX],
  ["*.xn--p1ai", SUFFIX],
  ["*.com.au", SUFFIX],
  ["*.bar.ck", SUFFIX],
  ["hidden.onion", SPECIAL],
  ["1.2.0.192.in-addr.arpa", SPECIAL],
  ["router.home.arpa", SPECIAL],
  ["ab--cd.example.com", LABEL],
  ["a.12--x.example.com", LABEL],
  ["xn--abc.example.com", LABEL],
  ["xn--.example.com", LABEL],
  ["xn--99999999.example.com", LABEL],
  ["-a.example.com", LABEL],
  ["a-.example.com", LABEL],
  ["a_b.example.com", LABEL],
  ["a..example.com", LABEL],
  ["example.com.", LABEL],
  ["www.*.example.com", LABEL],
  [`${"a".repeat(64)}.example.com`, LABEL],
  [`${"a.".repeat(122)}example.com`, /longer than 253/],
])("no public CA certifies %s", (name, expected) => {
  expect(objectionToName(name)).toMatch(expected);
});

test.each([
  ["example.com", "example.com"],
  ["shop.example.org", "example.org"],
  ["*.example.co.uk", "example.co.uk"],
  ["xn--mnchen-3ya.example.net", "example.net"],
  ["shop.xn--80akhbyknj4f.xn--p1ai", "xn--80akhbyknj4f.xn--p1ai"],
  ["*.github.io", "github.io"],
  ["a--b.example.com", "example.com"],
  ["www.ck", "www.ck"],
  ["a.b.c.nom.br", "b.c.nom.br"],
])("a public CA certifies %s, which belongs to %s", (name, owner) => {
  expect(objectionToName(name)).toBeUndefined();
  expect(findRegistrableDomain(name)).toBe(owner);
});

test("a common name has 64 characters at most, an alternative name may have more", () => {
  const label = "a".repeat(26);
  const fits = `${label}.${label.slice(2)}b.example.com`;
  const beyond = `${label}.${label}.a.example.com`;

  expect([fits.length, beyond.length]).toEqual([64, 67]);
  expect(objectionToCommonName(fits)).toBeUndefined();
  expect(objectionToCommonName(beyond)).toMatch(/the common name has 67 characters/);
  expect(objectionToName(beyond)).toBeUndefined();
});

test("whatever stands in front of a registrable domain: a name that a CA takes has sound labels and an owner", () => {
  const label = fc.stringMatching(/^[a-z0-9_*-]{1,66}$/);
  fc.assert(
    fc.property(fc.array(label, { minLength: 1, maxLength: 4 }), (labels) => {
      const name = [...labels, "example", "com"].join(".");
      if (objectionToName(name) !== undefined) return;
      expect(findRegistrableDomain(name)).toBe("example.com");
      for (const each of name.replace(/^\*\./, "").split(".")) {
        expect(each).toMatch(/^(?!-)[a-z0-9-]{1,63}(?<!-)$/);
        expect(each).not.toMatch(/^(?!xn)..--/);
      }
    }),
  );
});
