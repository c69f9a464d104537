// Whose word counts for a certificate whose order names no policy, and where that word stands.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { readFleetFile } from "../../../src/shared/config/fleet-file.ts";
import { decide, policyDigest, policyFor, policyLayers, productLayers } from "../../../src/shared/config/policy.ts";

const SERVICE = "Certificate-RapidSSL-RapidSSL";

function file(text: string, name = "certfleet.yaml"): string {
  const folder = mkdtempSync(join(tmpdir(), "certfleet-policy-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, name), text);
  return join(folder, name);
}

const fleet = (text: string) => readFleetFile(file(text));
const billmgr = (text: string) => ({ BILLMGR_CONF: file(text, "billmgr.conf") });

test("the policy of the strongest source wins: product, environment, file, billmgr.conf, default", () => {
  const conf = billmgr("# comment\nOption SSLSubscriptionPolicy manual\nSSLSubscriptionBefore = 30\n");
  const withPolicy = fleet("policy: { beforeDays: 20 }");
  const withProduct = fleet(`products: [{ service: ${SERVICE}, policy: { mode: none, beforeDays: 5 } }]`);
  const fromEnv = { SSL_SUBSCRIPTION_POLICY: "auto" as const };

  expect(policyFor({}, fleet("{}"))(SERVICE)).toEqual({ mode: "auto", beforeDays: 10, source: "default" });
  expect(policyFor(conf, fleet("{}"))(SERVICE)).toEqual({ mode: "manual", beforeDays: 30, source: "billmgr.conf" });
  expect(policyFor(conf, withPolicy)(SERVICE)).toEqual({ mode: "manual", beforeDays: 20, source: "config" });
  expect(policyFor(fromEnv, withPolicy)(SERVICE)).toEqual({ mode: "auto", beforeDays: 20, source: "environment" });
  expect(policyFor(fromEnv, withProduct)(SERVICE)).toEqual({ mode: "none", beforeDays: 5, source: "product" });
});

test("what a product's policy leaves out comes from the weaker sources, and other products are not touched", () => {
  const settings = { SSL_SUBSCRIPTION_BEFORE: 15 };
  const policies = policyFor(
    settings,
    fleet(`products:
  - { service: ${SERVICE.toUpperCase()}, policy: { mode: manual } }
  - { service: Certificate-Comodo-EV, policy: { beforeDays: 3 } }
  - { service: Certificate-Comodo-Essential, policy: {} }
  - { service: Certificate-Comodo-Essential, policy: { mode: none } }`),
  );

  expect(policies(SERVICE)).toEqual({ mode: "manual", beforeDays: 15, source: "product" });
  expect(policies("certificate-comodo-ev")).toEqual({ mode: "auto", beforeDays: 3, source: "product" });
  expect(policies("Certificate-Comodo-Essential")).toEqual({ mode: "auto", beforeDays: 15, source: "environment" });
  expect(policies("Certificate-GeoTrust-TrueBizID")).toEqual({ mode: "auto", beforeDays: 15, source: "environment" });
});

test("every source tells what it says and where, and for each value one of them wins", () => {
  const path = file("# ours\npolicy:\n  beforeDays: 20\nproducts:\n  - service: X\n    policy: { mode: none }\n");
  const conf = billmgr("SSLSubscriptionBefore 30\nSSLSubscriptionPolicy manual\n");
  const fleetFile = readFleetFile(path);

  const layers = policyLayers(conf, fleetFile);

  expect(layers).toEqual([
    { source: "default", mode: { value: "auto", where: "built in" }, beforeDays: { value: 10, where: "built in" } },
    {
      source: "billmgr.conf",
      mode: { value: "manual", where: `${conf.BILLMGR_CONF}:2` },
      beforeDays: { value: 30, where: `${conf.BILLMGR_CONF}:1` },
    },
    { source: "config", beforeDays: { value: 20, where: `${path}:3` } },
    { source: "environment" },
  ]);
  expect(decide(layers)).toMatchObject({
    mode: { value: "manual", source: "billmgr.conf" },
    beforeDays: { value: 20, source: "config", where: `${path}:3` },
    source: "config",
  });
  expect(productLayers(fleetFile).get("x")).toEqual({ source: "product", mode: { value: "none", where: `${path}:6` } });
});

test("the digest changes with every policy that may hold for a certificate, and with nothing else", () => {
  const entry = (service: string) => `{ service: ${service}, policy: { mode: none, beforeDays: 5 } }`;
  const rapid = entry(SERVICE);
  const comodo = "{ service: Certificate-Comodo-EV, policy: { beforeDays: 3 } }";
  const both = fleet(`products: [${rapid}, ${comodo}]`);
  const digest = policyDigest({}, both);

  expect(digest).toMatch(/^[0-9a-f]{16}$/);
  expect(policyDigest({}, fleet(`# moved\nproducts: [${comodo}, ${entry(SERVICE.toLowerCase())}]`))).toBe(digest);
  expect(policyDigest({ SSL_SUBSCRIPTION_BEFORE: 10 }, both)).toBe(digest);
  expect(policyDigest({ SSL_SUBSCRIPTION_BEFORE: 11 }, both)).not.toBe(digest);
  expect(policyDigest({ SSL_SUBSCRIPTION_POLICY: "manual" }, both)).not.toBe(digest);
  expect(policyDigest({}, fleet(`products: [${rapid}]`))).not.toBe(digest);
  expect(policyDigest(billmgr("SSLSubscriptionBefore=9"), both)).not.toBe(digest);
});

test("a wrong value in billmgr.conf is refused when the policy is read, not taken for silence", () => {
  expect(() => policyFor(billmgr("\nSSLSubscriptionBefore 300"), fleet("{}"))).toThrow(
    /BILLMGR_CONF \(.*billmgr\.conf\), line 2: SSLSubscriptionBefore must be a whole number from 1 to 200/,
  );
});

test.for([
  ["nobody says anything", "{}", 0, 0],
  ["the fleet gives up", "remainder: { giveUpDays: 60 }", 60, 60],
  ["the fleet buys", "remainder: buy", 0, 0],
  ["a product gives up", `products: [{ service: ${SERVICE.toLowerCase()}, remainder: { giveUpDays: 45 } }]`, 45, 0],
  [
    "a product buys where the fleet gives up",
    `remainder: { giveUpDays: 60 }\nproducts: [{ service: ${SERVICE}, remainder: buy }]`,
    0,
    60,
  ],
  [
    "a product has other days than the fleet",
    `remainder: { giveUpDays: 60 }\nproducts: [{ service: ${SERVICE}, remainder: { giveUpDays: 7 } }]`,
    7,
    60,
  ],
  [
    "a product that has a policy only",
    `remainder: { giveUpDays: 60 }\nproducts: [{ service: ${SERVICE}, policy: { mode: auto } }]`,
    60,
    60,
  ],
  [
    "of two entries of a product the first counts",
    `products: [{ service: ${SERVICE}, remainder: buy }, { service: ${SERVICE}, remainder: { giveUpDays: 9 } }]`,
    0,
    0,
  ],
] as const)("remainder in certfleet.yaml, %s", ([, text, ofProduct, ofOthers]) => {
  const read = policyFor({}, fleet(text));

  expect(read(SERVICE).giveUpDays ?? 0).toBe(ofProduct);
  expect(read(SERVICE.toUpperCase()).giveUpDays ?? 0).toBe(ofProduct);
  expect(read("Certificate-Comodo-EV").giveUpDays ?? 0).toBe(ofOthers);
});

test.for([
  "remainder: never",
  "remainder: { giveUpDays: 0 }",
  "remainder: { giveUpDays: 366 }",
  "remainder: { giveUpDays: 1.5 }",
  "remainder: { days: 60 }",
  `products: [{ service: ${SERVICE}, remainder: { giveUpDays: "60" } }]`,
])("%s is refused, with its place", (text) => {
  expect(() => fleet(text)).toThrow(/certfleet\.yaml[\s\S]*remainder/);
});

test.for([
  ["remainder: { giveUpDays: 60 }", "remainder: { giveUpDays: 61 }"],
  ["{}", `products: [{ service: ${SERVICE}, remainder: { giveUpDays: 30 } }]`],
  [
    "remainder: { giveUpDays: 60 }",
    `remainder: { giveUpDays: 60 }\nproducts: [{ service: ${SERVICE}, remainder: buy }]`,
  ],
] as const)("what was computed by %s is computed anew by %s", ([before, after]) => {
  expect(policyDigest({}, fleet(after))).not.toBe(policyDigest({}, fleet(before)));
});
