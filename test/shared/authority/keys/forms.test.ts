// How limits of keys are written: what is read of them, and what nobody means.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  readExpiry,
  readNetwork,
  readRate,
  readScopes,
  readSpan,
} from "../../../../src/shared/authority/keys/forms.ts";
import { isFrom } from "../../../../src/shared/authority/keys/key.ts";
import { makeSecret, mayBeMade } from "../../../../src/shared/authority/keys/secret.ts";
import { apiKeyEntry, configuredKey } from "../../../../src/shared/config/api-key-entry.ts";

const NOW = new Date("2026-11-22T12:00:00Z");

test.each([
  ["20", 20, 1],
  ["20/s", 20, 1],
  ["600/m", 600, 60],
  ["5000/h", 5_000, 3_600],
])("The rate %s is %i in %i s.", (text, requests, seconds) => {
  expect(readRate(text)).toEqual({ value: { requests, seconds } });
});

test.each(["", "0", "-1/s", "1.5/s", "20/d", "20/ s", "1e3", "99999999", "20/s/s"])("%j is no rate.", (text) => {
  expect(readRate(text)).toHaveProperty("fault");
});

test.each([
  ["90d", "2027-02-20T12:00:00.000Z"],
  ["12h", "2026-11-23T00:00:00.000Z"],
  ["2027-01-31", "2027-01-31T00:00:00.000Z"],
  ["2028-02-29", "2028-02-29T00:00:00.000Z"],
  ["2027-01-31T12:00:00+01:00", "2027-01-31T11:00:00.000Z"],
])("%s from now is %s.", (text, at) => {
  expect(readExpiry(text, NOW)).toEqual({ value: at });
});

test.each([
  "",
  "never",
  "2027",
  "2027-13-01",
  "2027-02-29",
  "31.01.2027",
  "2027-01-31 12:00",
  "-1d",
  "0d",
  "90",
  "2026-11-22",
])("%j is no end of a key.", (text) => {
  expect(readExpiry(text, NOW)).toHaveProperty("fault");
});

test.each([
  ["192.0.2.7", "192.0.2.7/32"],
  ["192.0.2.7/24", "192.0.2.0/24"],
  ["0.0.0.0/0", "0.0.0.0/0"],
  ["2001:DB8::7/32", "2001:db8::/32"],
  ["::1", "::1/128"],
])("The network %s is %s.", (text, shown) => {
  expect(readNetwork(text)).toEqual({ value: shown });
});

test.each([
  "",
  "127.1",
  "0x7f.0.0.1",
  "192.0.2.0/33",
  "192.0.2.0/",
  "192.0.2.0/-1",
  "::/129",
  "fe80::1%eth0",
  "::ffff:192.0.2.7",
  "localhost",
  "192.0.2.0/24/8",
  "010.0.0.1",
])("%j is no network.", (text) => {
  expect(readNetwork(text)).toHaveProperty("fault");
});

test("Scopes come with commas or one by one, in one order, each once.", () => {
  expect(readScopes(["money:decide, certificates:read", "certificates:read"])).toEqual({
    value: ["certificates:read", "money:decide"],
  });
  for (const wrong of [[], [""], ["certificates"], ["Admin"], ["admin,"], ["admin admin"]])
    expect(readScopes(wrong)).toHaveProperty("fault");
});

test("A time is 30m, 24h, 7d or 0.", () => {
  expect([readSpan("30m"), readSpan("24h"), readSpan("7d"), readSpan("0")]).toEqual(
    [1_800_000, 86_400_000, 604_800_000, 0].map((value) => ({ value })),
  );
  for (const wrong of ["", "24", "1.5h", "-1h", "24 h", "1w"]) expect(readSpan(wrong)).toHaveProperty("fault");
});

describe("a made secret", () => {
  test("is known by its form; one with any letter changed is not.", () => {
    fc.assert(
      fc.property(fc.integer({ min: 3, max: 53 }), fc.constantFrom(..."abcXYZ019_-"), (at, letter) => {
        const secret = makeSecret();
        const bent = `${secret.slice(0, at)}${letter}${secret.slice(at + 1)}`;
        return mayBeMade(secret) && (bent === secret || !mayBeMade(bent));
      }),
    );
    expect(new Set(Array.from({ length: 100 }, makeSecret)).size).toBe(100);
    for (const other of ["", "cf_", "billing-key-of-1999", `${makeSecret()}\n`]) expect(mayBeMade(other)).toBe(false);
  });
});

test("Whoever has no address comes from no network, and an address that is none neither.", () => {
  expect(isFrom({ from: [] }, null)).toBe(true);
  for (const address of [null, "", "unknown", "192.0.2.7, 10.0.0.1"])
    expect(isFrom({ from: ["0.0.0.0/0", "::/0"] }, address)).toBe(false);
});

describe("a key of certfleet.yaml", () => {
  const given = { id: "billing", sha256: "0".repeat(64) };

  test("has three scopes unless it says which, and is not limited unless it says how.", () => {
    const key = configuredKey(apiKeyEntry.parse(given));
    expect(key.scopes).toEqual(["certificates:read", "certificates:write", "accounts:read"]);
    expect([key.expires, key.from, key.rate, key.moneyPerDay]).toEqual([null, [], null, undefined]);
  });

  test("has its limits in the forms of the command line.", () => {
    const limits = {
      from: ["192.0.2.9/24"],
      rate: "20/s",
      moneyPerDay: "50.00",
      ordersPerDay: 3,
      expires: "2027-01-31",
    };
    expect(configuredKey(apiKeyEntry.parse({ ...given, scopes: ["admin"], ...limits }))).toMatchObject({
      ...{ scopes: ["admin"], from: ["192.0.2.0/24"], rate: { requests: 20, seconds: 1 } },
      ...{ moneyPerDay: "50.00", ordersPerDay: 3, expires: "2027-01-31T00:00:00.000Z" },
    });
    const wrong = {
      scopes: ["all"],
      from: ["here"],
      rate: "fast",
      moneyPerDay: "-1.00",
      ordersPerDay: -1,
      expires: "90d",
    };
    const { error } = apiKeyEntry.safeParse({ ...given, ...wrong });
    expect(error?.issues.map(({ path }) => path[0]).sort()).toEqual(Object.keys(wrong).sort());
  });
});
