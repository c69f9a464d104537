// Stories about which accounts an order may be bought on, as certfleet.yaml says it.
import { expect, test } from "vitest";
import { type Buyer, buyerOf, fits, inTurn } from "../../../src/shared/account/fitting-accounts.ts";
import { accountEntry, parseFleetFile } from "../../../src/shared/config/fleet-file.ts";

const RAPIDSSL = "Certificate-RapidSSL-RapidSSL";
const order = { product: RAPIDSSL, account: undefined, dataCenter: undefined };

test.for([
  ["sells all products everywhere", {}, {}, true],
  ["is the one that the order names", {}, { account: "main" }, true],
  ["is not the one that the order names", {}, { account: "other" }, false],
  ["is switched off", { enabled: false }, {}, false],
  ["is of the order's data center", { dataCenter: "eu-1" }, { dataCenter: "eu-1" }, true],
  ["is of another data center", { dataCenter: "eu-1" }, { dataCenter: "us-1" }, false],
  ["is of no data center", {}, { dataCenter: "us-1" }, true],
  ["is of a data center, and the order of none", { dataCenter: "eu-1" }, {}, true],
  ["is for this product", { products: [RAPIDSSL.toUpperCase()] }, {}, true],
  ["is for other products", { products: ["Certificate-GeoTrust-QuickSSL"] }, {}, false],
  ["only carries on what is bought, which is told where it would be bought", { purchases: false }, {}, true],
] as const)("An account that %s", ([, entry, changes, answer]) => {
  expect(fits(buyer({ ...entry }), { ...order, ...changes })).toBe(answer);
});

test("A product that the file binds to accounts is bought on these, and on no other; all other products are bought everywhere.", () => {
  const bound = `products:\n  - { service: ${RAPIDSSL.toLowerCase()}, accounts: [main] }\n`;
  const [main, second] = ["main", "second"].map((id) => buyer({ id }, bound));

  expect([main, second].map((each) => each && fits(each, order))).toEqual([true, false]);
  expect(second && fits(second, { ...order, product: "Certificate-GeoTrust-QuickSSL" })).toBe(true);
});

test("The smallest sort number is asked first, then the id.", () => {
  const all = [
    { id: "b", sort: 10 },
    { id: "c", sort: 5 },
    { id: "a", sort: 10 },
    { id: "B", sort: 10 },
  ].map((each) => buyer(each));

  expect(all.sort(inTurn).map(({ id }) => id)).toEqual(["c", "B", "a", "b"]);
});

function buyer(given: object, more = ""): Buyer {
  const entry = { id: "main", username: "reseller", password: "secret", ...given };
  const accounts = ["main", "second"].map((id) => `  - { id: ${id}, username: ${id}, password: p }\n`).join("");
  return buyerOf(accountEntry.parse(entry), parseFleetFile(`accounts:\n${accounts}${more}`, "certfleet.yaml"));
}
