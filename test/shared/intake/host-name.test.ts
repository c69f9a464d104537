// What cannot be a host name is told with its own reason and a remedy, never with another one's.
import fc from "fast-check";
import { expect, test } from "vitest";
import { hostNameFault } from "../../../src/shared/intake/host-name.ts";

test.for([
  ["*.com", /covers a whole top-level domain/],
  ["*.ck", /covers a whole top-level domain/],
  ["*.xn--p1ai", /covers a whole top-level domain/],
  ["*", /not a valid wildcard/],
  ["*.", /not a valid wildcard/],
  ["*.*.example.com", /not a valid wildcard/],
  ["w*.example.com", /not a valid wildcard/],
  ["*.shop_1.example.com", /underscore/],
  ["*.192.0.2.1", /IP address/],
  ["shop.example.com\0.example.net", /nobody sees/],
  ["shop\u200b.example.com", /nobody sees/],
  ["\ufeffshop.example.com", /nobody sees/],
  ["bücher.example.com", /Punycode/],
  ["", /it is empty/],
  ["192.0.2.1", /IP address/],
  ["[2001:db8::1]", /IP address/],
  ["2001:db8::1", /IP address/],
  ["https://shop.example.com/", /web page/],
  ["ada@example.com", /e-mail address/],
  ["shop.example.com:8443", /port/],
  ["localhost", /one label only/],
  ["com", /one label only/],
  ["shop.example.com.", /dot at an end/],
  [".example.com", /dot at an end/],
  ["shop..example.com", /two dots/],
  ["my_shop.example.com", /underscore/],
  ["-shop.example.com", /hyphen/],
  ["shop.example-.com", /hyphen/],
  ["shop.123", /ends in a number/],
  ["shop example.com", /letters, digits, hyphens and dots/],
] as const)("%j is refused for its own reason", ([name, reason]) => {
  const fault = hostNameFault(name);
  expect(fault).toMatch(reason);
  expect(fault).toMatch(/\b(Use|Write|write|Leave|Check|as in) /);
});

test("every text is a host name, or is told with a remedy", () => {
  const text = fc.oneof(fc.string({ unit: "binary" }), fc.stringMatching(/^[*.a-z0-9_:@-]{0,20}$/), fc.domain());
  fc.assert(
    fc.property(text, (name) => {
      const fault = hostNameFault(name.toLowerCase());
      if (fault !== undefined) expect(fault).toMatch(/\b(Use|Write|write|Leave|Check|as in) .*\.$/);
    }),
  );
  fc.assert(fc.property(fc.domain(), (name) => hostNameFault(name.toLowerCase()) === undefined));
});
