// A product that eNom does not sell for a moment is waited for, and never ends an order; products of certfleet.yaml are
// sold as the built-in ones.
import { expect, onTestFinished, test } from "vitest";
import type { Fault } from "../../../src/sandbox/enom/wire/faults.ts";
import { compareCatalogue } from "../../../src/shared/account/compare-catalogue.ts";
import { findProduct, findProductOfType, getProduct, useProducts } from "../../../src/shared/certificate/products.ts";
import { configuredProducts } from "../../../src/shared/config/added-products.ts";
import { parseFleetFile } from "../../../src/shared/config/fleet-file.ts";
import { orderNeeds } from "../../support/needs.ts";
import { issued, type World, world } from "../../support/world.ts";
import { drive, RAPIDSSL, withCode } from "../open/runs.ts";

const RAPID = RAPIDSSL.toLowerCase();

test("a product that is switched off for a moment is waited for, and bought when it is sold again", async () => {
  const w = await world();
  const needs = orderNeeds(w);
  w.enom.settings.disabledServices.add(RAPID);
  const reference = await w.accept({});

  const { state, record } = await drive(w, reference, withCode("product-not-sold"), needs);

  expect({ state, failure: record.failure, who: record.attention?.who }).toEqual({
    state: "APPROVED",
    failure: null,
    who: "operator",
  });
  expect(record.attention?.next).toContain("certfleet account products");

  w.enom.settings.disabledServices.delete(RAPID);
  await drive(w, reference, issued, needs);

  expect(w.enom.asked("PurchaseServices")).toHaveLength(1);
});

const refusal = (number: string, text: string): Fault => ({
  kind: "error",
  texts: [text],
  codes: [{ number, string: "x" }],
});

test.for([
  ["712220", "This service is disabled for your account"],
  ["312182", "No"],
  ["316274", "No"],
  ["304220", "The service specified is not known"],
  ["303197", "This product is no longer sold"],
] as const)("a purchase that eNom refuses by %s (%s) waits until the product is sold", async ([number, text]) => {
  const w = await world();
  const needs = orderNeeds(w);
  w.enom.fault("PurchaseServices", refusal(number, text));
  const reference = await w.accept({});

  await drive(w, reference, withCode("product-not-sold"), needs);
  await drive(w, reference, issued, needs);

  expect(w.enom.books.purchases()).toHaveLength(1);
});

test.for([
  ["712397", "This product is not available"],
  ["612220", "disabled"],
  ["799220", "The service is not enabled"],
] as const)(
  "a purchase that eNom refuses by %s, which nobody reviewed, stays a doubt whatever its words",
  async ([number, text]) => {
    const w = await world();
    w.enom.fault("PurchaseServices", refusal(number, text));
    const reference = await w.accept({});

    const { record } = await drive(w, reference, ({ state }) => state === "BUYING", orderNeeds(w));

    expect(record.attention).toBeNull();
    expect(await unsettled(w)).toBe(1);
  },
);

const unsettled = (w: World): Promise<number> => w.redis.hlen(w.keys.ledger.unsettled("main"));

const NEW =
  "service: Certificate-Sectigo-New, prodType: 900, level: OV, family: sectigo, methods: [email, dns], lane: portal";

test("a product of the file is known by its code and by eNom's number, and stays known to orders when it is gone", () => {
  onTestFinished(() => useProducts([]));

  useProducts(configuredProducts(parseFleetFile(`products: [{ ${NEW} }]`, "certfleet.yaml").products));

  expect(findProduct("certificate-sectigo-NEW")).toMatchObject({ family: "comodo", level: "OV", wildcard: false });
  expect(findProductOfType(900)?.service).toBe("Certificate-Sectigo-New");

  useProducts([]);

  expect(findProduct("Certificate-Sectigo-New")).toBeUndefined();
  expect(getProduct("Certificate-Sectigo-New").methods).toEqual(["email", "dns"]);
  expect(getProduct("Certificate-Sectigo-Never-Seen")).toMatchObject({ family: "comodo", reissue: "ticket" });
});

test.for([
  ["service: Certificate-X, prodType: 900", "products.0.level: is needed for Certificate-X"],
  ["service: Certificate-X, level: DV, family: digicert", "products.0.prodType: is needed for Certificate-X"],
  [`${NEW}, reissue: api`, "products.0.lane: says something else than reissue"],
  [
    "service: Certificate-X, prodType: 23, level: DV, family: digicert",
    `products.0.prodType: 23 is the number of ${RAPIDSSL}`,
  ],
  [
    "service: Certificate-Comodo-UCC-DV, prodType: 9, level: DV, family: sectigo",
    "multi-domain products cannot be added",
  ],
  ["service: Certificate-X, prodType: 0, level: DV, family: digicert", "products.0.prodType: "],
  ["service: a b, prodType: 9, level: DV, family: digicert", "products.0.service: "],
  ["service: Certificate-X, prodType: 9, level: DV, family: symantec", "products.0.family: "],
  ["service: Certificate-X, prodType: 9, level: DV, family: digicert, methods: []", "products.0.methods: "],
])("an entry such as { %s } is a clear fault", ([entry, problem]) => {
  expect(() => parseFleetFile(`products: [{ ${entry} }]`, "certfleet.yaml")).toThrow(problem);
});

test("eNom's catalogue beside the table says what is sold, what is missing, and the lines that add the rest", () => {
  const offer = { price: "19.00", years: [1], enabled: true };
  const found = compareCatalogue([
    { ...offer, service: RAPID, prodType: 23 },
    { ...offer, service: "certificate-comodo-ev", prodType: 421 },
    { ...offer, service: "certificate-sectigo-ev-wildcard", prodType: 900, description: "Sectigo EV Wildcard" },
    { ...offer, service: "certificate-comodo-ucc-dv", prodType: 901 },
  ]);
  const of = (service: string) => found.find((each) => each.service.toLowerCase() === service);

  expect(of(RAPID)).toMatchObject({ state: "sold", note: null, yaml: null });
  expect(of("certificate-comodo-ev")?.yaml).toContain("prodType: 421");
  expect(of("certificate-comodo-ucc-dv")?.state).toBe("multi-domain");
  expect(of("certificate-comodo-instant")?.state).toBe("missing");
  const { state, yaml } = of("certificate-sectigo-ev-wildcard") ?? {};
  expect(state).toBe("not-in-table");
  const added = configuredProducts(parseFleetFile(`products:\n${yaml}\n`, "certfleet.yaml").products);
  expect(added).toMatchObject([{ prodType: 900, level: "EV", family: "comodo", wildcard: true }]);
});
