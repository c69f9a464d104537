// A fleet that links its certificates says where to, once; what could lead a customer astray is refused before any mail is written.
import fc from "fast-check";
import { expect, test } from "vitest";
import { filledLink } from "../../../src/shared/config/certificate-link.ts";
import { parseFleetFile } from "../../../src/shared/config/fleet-file.ts";

/** The certfleet.yaml of a fleet that links. */
const linking = (address: string) => `templates:\n  certificate: link\n  certificateLink: ${JSON.stringify(address)}\n`;
const read = (text: string) => parseFleetFile(text, "certfleet.yaml").templates;

test.for([
  "https://my.provider.example/ssl/{reference}",
  "https://my.provider.example:8443/?ssl={reference}&domain={domain}#/certificates",
  "https://my.provider.example/certificates",
  "http://127.0.0.1:3000/ssl/{reference}",
])("A customer area at %s can be linked.", (address) => {
  expect(read(linking(address))?.certificateLink).toBe(address);
});

test.for([
  ["https://my.provider.example/ssl/{id}", "its placeholders are {reference} and {domain}, no others"],
  ["https://my.provider.example/ssl/{reference", "its placeholders are {reference} and {domain}, no others"],
  ["http://my.provider.example/ssl/{reference}", "it must begin with https:"],
  ["http://localhost.example/{reference}", "it must begin with https:"],
  ["javascript:alert('{reference}')", "an https address in ASCII"],
  ["https://my.provider.example/a b", "an https address in ASCII"],
  ["https://ada:secret@my.provider.example/{reference}", "it must not hold a user name or password"],
  ["https://{domain}/ssl", "its host must not hold a placeholder"],
  ["https://my.provider.example:{reference}/", "it is no URL"],
] as const)("A link to %s is refused, with file, line and field.", ([address, problem]) => {
  const reading = () => read(linking(address));

  expect(reading).toThrow("certfleet.yaml:3: templates.certificateLink: ");
  expect(reading).toThrow(problem);
});

test("To link without saying where to is refused, and the remedy is named.", () => {
  expect(() => read("templates:\n  language: en\n  certificate: link\n")).toThrow(
    /certfleet\.yaml:\d: templates\.certificateLink: is needed for "certificate: link": .* such as https:\/\/my\.provider\.example\/ssl\/\{reference\}/,
  );
  expect(read("templates: { certificate: attach }")).toEqual({ certificate: "attach" });
});

test("Whatever an order is called, the address leads where the operator wrote, with the name whole.", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", minLength: 1 }), fc.string({ unit: "binary" }), (reference, domain) => {
      const url = new URL(
        filledLink("https://my.provider.example/ssl/{reference}/x?d={domain}#top", { reference, domain }),
      );
      const [, ssl, name = "", x] = url.pathname.split("/");

      expect([url.origin, url.hash]).toEqual(["https://my.provider.example", "#top"]);
      if (/^\.{1,2}$/.test(reference)) return; // a path of dots is none that an order may have
      expect([ssl, decodeURIComponent(name), x]).toEqual(["ssl", reference.toWellFormed(), "x"]);
      expect([...url.searchParams]).toEqual([["d", domain.toWellFormed()]]);
    }),
  );
  expect(filledLink("https://p.example/{domain}", { reference: "r", domain: "*.example.com" })).toBe(
    "https://p.example/%2a.example.com",
  );
});
