// What becomes of the last days of a paid term: said in certfleet.yaml or by PATCH, and seen in what comes next.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { readFleetFile } from "../../../src/shared/config/fleet-file.ts";
import { policyFor } from "../../../src/shared/config/policy.ts";
import type { PolicyFor } from "../../../src/shared/subscription/policy.ts";
import { anIssue, anOrder, world } from "./world.ts";

const QUICKSSL = "Certificate-GeoTrust-QuickSSL-Premium";
const byDns = { method: "dns" } as const;

/** The policies of a configuration file with this text. */
function policiesOf(text: string): PolicyFor {
  const folder = mkdtempSync(join(tmpdir(), "certfleet-remainder-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, "certfleet.yaml"), text);
  return policyFor({}, readFleetFile(join(folder, "certfleet.yaml")));
}

/** Two years paid, bought by the year, the second one ten days early: ten days are left behind the second. */
async function inItsLastYear(text = "{}", changes: Parameters<typeof anOrder>[0] = {}) {
  const there = await world({ policyFor: policiesOf(text) });
  const { call, redis, keys, work } = there;
  const order = await anOrder({ product: QUICKSSL, years: 2, approver: byDns, ...changes });
  expect((await call("POST", "/v1/certificates", order)).status).toBe(202);
  const bought = [
    { certId: 900_001, orderId: 1, at: "2025-03-01T00:00:00.000Z", years: 1 },
    { certId: 900_002, orderId: 2, at: "2026-02-19T00:00:00.000Z", years: 1 },
  ];
  await redis.hset(keys.certificate(order.reference), { state: "CONFIGURED", purchases: JSON.stringify(bought) });
  const issue = { ...anIssue, notBefore: "2026-08-20T00:00:00.000Z", notAfter: "2027-02-19T00:00:00.000Z" };
  await work(order.reference, { issue });
  const path = `/v1/certificates/${order.reference}`;
  return { ...there, order, path, next: async () => (await call("GET", path)).body.nextAction };
}

const RENEWS = { kind: "renew", at: "2027-02-09" };
const GIVES_UP = { kind: "tell-of-remainder", at: "2027-01-20" };

test.for([
  ["nobody says anything", "{}", {}, RENEWS],
  ["the fleet gives up", "remainder: { giveUpDays: 30 }", {}, GIVES_UP],
  ["the fleet gives up fewer days", "remainder: { giveUpDays: 10 }", {}, RENEWS],
  ["the product gives up", `products: [{ service: ${QUICKSSL}, remainder: { giveUpDays: 11 } }]`, {}, GIVES_UP],
  [
    "the product buys where the fleet gives up",
    `remainder: { giveUpDays: 30 }\nproducts: [{ service: ${QUICKSSL}, remainder: buy }]`,
    {},
    RENEWS,
  ],
  ["the order buys where the fleet gives up", "remainder: { giveUpDays: 30 }", { remainder: "buy" as const }, RENEWS],
  ["the order gives up", "{}", { remainder: { giveUpDays: 30 } }, GIVES_UP],
] as const)("what comes next where %s", async ([, text, changes, expected]) => {
  const { next } = await inItsLastYear(text, changes);

  expect(await next()).toEqual(expected);
});

test("PATCH decides anew at any time, is kept with who did it, and leaves the rest of the terms alone", async () => {
  const { call, path, next, certificates, order } = await inItsLastYear();

  const given = await call("PATCH", path, { remainder: { giveUpDays: 30 } });
  const after = await next();
  await call("PATCH", path, { policy: { beforeDays: 20 } });
  const kept = await certificates.find(order.reference);
  const bought = await call("PATCH", path, { remainder: "buy" });

  expect(given.status).toBe(200);
  expect(given.body.timeline.at(-1)).toMatchObject({
    event: "certificate.changed",
    detail: "remainder by somebody on this machine",
  });
  expect(given.body.nextAction).toEqual(GIVES_UP);
  expect(after).toEqual(GIVES_UP);
  expect(kept?.record.terms.remainder).toEqual({ giveUpDays: 30 });
  expect(bought.body.nextAction).toEqual({ kind: "renew", at: "2027-01-30" });
});

test.for(["never", { giveUpDays: 0 }, { giveUpDays: 366 }, { giveUpDays: "many" }, { days: 30 }, 30])(
  "PATCH of %j is refused, and nothing changes",
  async (remainder) => {
    const { call, path, next } = await inItsLastYear();

    const answer = await call("PATCH", path, { remainder });

    expect(answer.status).toBe(422);
    expect(answer.body.errors[0].field).toMatch(/^remainder/);
    expect(await next()).toEqual(RENEWS);
  },
);

test.for([
  ["{}", {}, 6],
  ["remainder: { giveUpDays: 60 }", {}, null],
  ["remainder: { giveUpDays: 60 }", { remainder: "buy" as const }, 6],
  [`products: [{ service: ${QUICKSSL.toLowerCase()}, remainder: { giveUpDays: 60 } }]`, {}, null],
  ["remainder: { giveUpDays: 20 }", {}, 6],
] as const)("a dry run of five years sold by the year, with %s and %j", async ([text, changes, purchases]) => {
  const { call, addAccount, accounts } = await world({ policyFor: policiesOf(text) });
  await addAccount("main");
  await accounts.keepCatalogue("main", [
    { service: QUICKSSL.toLowerCase(), price: "79.00", years: [1], enabled: true },
  ]);
  const order = await anOrder({ product: QUICKSSL, years: 5, approver: byDns, ...changes });

  const { body } = await call("POST", "/v1/certificates?dryRun=true", order);

  expect(body.remainder).toEqual(
    purchases && {
      purchases,
      lastCoversDays: expect.toSatisfy((days: number) => days >= 20 && days <= 50),
      price: "79.00",
    },
  );
});
