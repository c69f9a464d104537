// The DNS record of a proof is looked for where its zone is served, in every form in which eNom may name it.
import { expect, test } from "vitest";
import type { Asking } from "../../../src/workers/proof/asking.ts";
import { lookForRecord, namesOf } from "../../../src/workers/proof/dns-record.ts";
import { dnsServer, type Zone } from "./dns-server.ts";

const VALUE = "20250506aaaabbbbccccdddd";
const onLoopback = (address: string): boolean => address === "127.0.0.1";

/** A resolver that knows the zone and its server; the server itself is the same program. */
async function asking(zone: Zone): Promise<Asking & { asked: string[] }> {
  const served = { "example.com NS": ["ns1.example.com"], "ns1.example.com A": ["127.0.0.1"], ...zone };
  const { port, asked } = await dnsServer(served);
  return { resolvers: [`127.0.0.1:${port}`], dnsPort: port, mayAsk: onLoopback, timeoutMs: 1_000, asked };
}

const txt = (name: string) => ({ name, type: "TXT", value: VALUE });

test.for([
  ["at the domain itself", "@", "shop.example.com TXT"],
  ["at the domain above it", "@", "example.com TXT"],
  ["at a label below the domain", "_dnsauth", "_dnsauth.shop.example.com TXT"],
  ["at a name that holds the domain already", "_dnsauth.shop.example.com", "_dnsauth.shop.example.com TXT"],
  ["with the last dot", "_dnsauth.example.com.", "_dnsauth.example.com TXT"],
] as const)("a TXT record is found %s", async ([, name, where]) => {
  const by = await asking({ [where]: ["v=spf1 -all", VALUE] });

  expect(await lookForRecord(txt(name), "shop.example.com", by)).toMatchObject({ found: "there" });
});

test("a wildcard's record is looked for at the domain without its star", async () => {
  const by = await asking({ "example.com TXT": [VALUE] });

  expect(await lookForRecord(txt("@"), "*.example.com", by)).toMatchObject({ found: "there" });
});

test("a CNAME is compared without regard to case and the last dot", async () => {
  const by = await asking({ "_abc.example.com CNAME": ["Hash.DCV.example.net"] });
  const wanted = { name: "_abc", type: "CNAME", value: "hash.dcv.example.net." };

  expect(await lookForRecord(wanted, "example.com", by)).toMatchObject({ found: "there" });
});

test.for([
  ["another token at its own name", txt("_dnsauth"), { "_dnsauth.example.com TXT": ["20240101old"] }, "20240101old"],
  ["another token at the domain", txt("@"), { "example.com TXT": ["v=spf1 -all", "20240101old"] }, "20240101old"],
  [
    "a CNAME to somewhere else",
    { name: "_abc", type: "CNAME", value: "a.example.net" },
    { "_abc.example.com CNAME": ["b.example.net"] },
    "b.example.net",
  ],
] as const)("%s is another value, and shown", async ([, wanted, zone, value]) => {
  const seen = await lookForRecord(wanted, "example.com", await asking(zone));

  expect(seen.found).toBe("other");
  expect(seen.detail).toContain(value);
});

test.for([
  ["nothing at the name", {}],
  ["records of other services only", { "example.com TXT": ["v=spf1 -all", "google-site-verification=abc"] }],
  ["the name has another type", { "_x.example.com TXT": ["y"] }],
] as const)("%s: it is not there", async ([, zone]) => {
  expect(await lookForRecord(txt("@"), "example.com", await asking(zone))).toMatchObject({ found: "missing" });
});

test("the zone's own servers are asked, and none that may not be asked", async () => {
  const by = await asking({ "example.com TXT": [VALUE], "ns1.example.com A": ["10.0.0.1", "127.0.0.1"] });

  await lookForRecord(txt("@"), "example.com", by);
  const inner = await lookForRecord(txt("@"), "example.com", { ...by, mayAsk: () => false });

  expect(by.asked.filter((each) => each === "example.com NS").length).toBeGreaterThan(0);
  expect(inner).toMatchObject({ found: "there" }); // by the resolver instead
});

test("where nobody answers, nothing is said of the record, and nothing is thrown", async () => {
  const by = { resolvers: ["127.0.0.1:1"], dnsPort: 1, mayAsk: onLoopback, timeoutMs: 200 };

  expect(await lookForRecord(txt("@"), "example.com", by)).toMatchObject({ found: "unknown" });
  expect(await lookForRecord({ ...txt("@"), type: "A" }, "example.com", by)).toMatchObject({ found: "unknown" });
});

test("the names where a record may stand end at two labels", () => {
  expect(namesOf("@", "a.b.example.com")).toEqual(["a.b.example.com", "b.example.com", "example.com"]);
  expect(namesOf("_x", "*.example.com")).toEqual(["_x.example.com"]);
  expect(namesOf("_x.B.example.com.", "b.example.com")).toEqual(["_x.b.example.com"]);
});
