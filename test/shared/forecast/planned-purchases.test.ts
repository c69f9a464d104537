// Stories about the money that the coming ninety days will cost each account.
import { randomUUID } from "node:crypto";
import { expect, inject, onTestFinished, test } from "vitest";
import { accountRecords } from "../../../src/shared/account/records.ts";
import { parseOrder } from "../../../src/shared/certificate/order.ts";
import type { CertificateRecord } from "../../../src/shared/certificate/record.ts";
import { certificateStore } from "../../../src/shared/certificate/store.ts";
import { accountEntry } from "../../../src/shared/config/fleet-file.ts";
import { fleetFile } from "../../../src/shared/config/fleet-file-schema.ts";
import { planPurchases } from "../../../src/shared/forecast/planned-purchases.ts";
import { connectRedis } from "../../../src/shared/redis/client.ts";
import { keysUnder } from "../../../src/shared/redis/keys.ts";
import { type OrderChanges, orderBody } from "../../support/order.ts";
import { defaultPolicy } from "../../support/policy.ts";

const NOW = new Date("2026-11-22T12:00:00.000Z");
const RAPIDSSL = "Certificate-RapidSSL-RapidSSL";

test("Orders that are not bought yet are reserved on their account; one without an account on the first that may buy it.", async () => {
  const f = await fleet();
  await f.order({ account: "second" });
  await f.order({});
  await f.order({ dataCenter: "us-1" });
  await f.cancel(await f.order({}));

  const plan = await f.plan();

  expect(plan.until).toBe("2027-02-20");
  expect(plan.of("first")).toEqual({ reserved: "9.95", planned: [] });
  expect(plan.of("second")).toEqual({ reserved: "21.00", planned: [] });
  expect(plan.of("unknown")).toEqual({ reserved: "0.00", planned: [] });
});

test("A term that the policy will buy is planned on its day, at the account's price, where that is within ninety days.", async () => {
  const f = await fleet();
  await f.bought({ years: 2 }, "2026-01-10", "2027-01-10");
  await f.bought({ years: 2 }, "2026-06-10", "2027-06-10");
  await f.bought({ years: 1 }, "2026-01-10", "2027-01-10");

  const { reserved, planned } = (await f.plan()).of("first");

  expect(reserved).toBe("0.00");
  expect(planned).toEqual([{ date: expect.stringMatching(/^202(6-12|7-01)-\d\d$/), cost: "9.95" }]);
});

test("What nobody tells the price of is not planned for: no amount is better than a wrong one.", async () => {
  const f = await fleet();
  await f.order({ account: "first", product: "Certificate-GeoTrust-QuickSSL" });

  expect((await f.plan()).of("first")).toEqual({ reserved: "0.00", planned: [] });
});

test("Each order is reserved, oldest first, on the first account that can still pay it beside what is reserved there and its minimum.", async () => {
  const f = await fleet({ first: { minimumBalance: "50.00" } });
  await f.reading("first", "70.00"); // for two
  await f.reading("second", "10.50"); // for one
  for (let i = 0; i < 4; i++) await f.order({});

  const plan = await f.plan();

  expect(plan.of("first").reserved).toBe("29.85"); // the fourth finds no money anywhere, and shows on the first
  expect(plan.of("second").reserved).toBe("10.50");
});

test("Where the minimum only warns, an order is reserved on the account that goes below it.", async () => {
  const f = await fleet({ first: { minimumBalance: "50.00" }, file: { balance: { blocksPurchases: false } } });
  await f.reading("first", "9.95");
  await f.reading("second", "100.00");
  await f.order({});

  expect((await f.plan()).of("first").reserved).toBe("9.95");
});

test.for([
  ["is switched off", { first: { enabled: false } }],
  ["buys nothing", { first: { purchases: false } }],
  ["is for other products", { first: { products: ["Certificate-GeoTrust-QuickSSL"] } }],
  ["is not among the product's accounts", { file: { products: [{ service: RAPIDSSL, accounts: ["second"] }] } }],
] as const)("No order is reserved on an account that %s, as none is bought there.", async ([, given]) => {
  const f = await fleet(given);
  await f.order({});

  const plan = await f.plan();

  expect([plan.of("first").reserved, plan.of("second").reserved]).toEqual(["0.00", "10.50"]);
});

test("An order whose purchase was begun on an account stays reserved there, however poor it is; one that was only planned there does not.", async () => {
  const f = await fleet();
  await f.reading("first", "100.00");
  await f.reading("second", "1.00");
  const begun = await f.order({});
  await f.planned(begun, "second");
  await f.begun(begun);
  await f.planned(await f.order({}), "second");

  const plan = await f.plan();

  expect([plan.of("first").reserved, plan.of("second").reserved]).toEqual(["9.95", "10.50"]);
});

test("The next term is planned on the account that holds the certificate, even when it buys nothing now.", async () => {
  const f = await fleet({ first: { purchases: false } });
  await f.bought({ years: 2 }, "2026-01-10", "2027-01-10");

  const plan = await f.plan();

  expect(plan.of("first").planned).toHaveLength(1);
  expect(plan.of("second")).toEqual({ reserved: "0.00", planned: [] });
});

interface Given {
  /** Of account `first`. */
  first?: object;
  /** Of certfleet.yaml. */
  file?: object;
}

/** Account `first` (9.95) is asked first, `second` (10.50) is the one of data center us-1. */
async function fleet({ first = {}, file = {} }: Given = {}) {
  const { products, balance } = fleetFile.parse({
    ...file,
    accounts: ["first", "second"].map((id) => ({ id, username: id, password: "secret" })),
  });
  const redis = connectRedis(inject("redisUrl"), "never-give-up", () => undefined);
  onTestFinished(() => redis.disconnect());
  const keys = keysUnder(`{t-${randomUUID().slice(0, 13)}}`);
  const certificates = certificateStore(redis, keys, defaultPolicy);
  const accounts = accountRecords(redis, keys);
  for (const [id, sort, price, dataCenter] of [
    ["first", 10, "9.95", "eu-1"],
    ["second", 20, "10.50", "us-1"],
  ] as const) {
    const entry = { id, sort, dataCenter, username: id, password: "secret", ...(id === "first" && first) };
    await accounts.publish(accountEntry.parse(entry), { products, balance });
    await accounts.keepCatalogue(id, [{ service: RAPIDSSL, price, years: [1], enabled: true }]);
  }
  const order = async (changes: OrderChanges): Promise<string> => {
    const parsed = await parseOrder(await orderBody(changes), NOW);
    if ("faults" in parsed) throw new Error(JSON.stringify(parsed.faults));
    await certificates.accept(parsed.order, NOW);
    return parsed.order.reference;
  };
  const change = async (reference: string, given: Partial<CertificateRecord>): Promise<void> => {
    const found = await certificates.find(reference);
    if (!found) throw new Error(`no ${reference}`);
    await certificates.save({ ...found, record: { ...found.record, ...given } }, NOW);
  };
  return {
    order,
    reading: (id: string, available: string) =>
      accounts.keepBalance(id, { available, balance: available, at: NOW.toISOString() }),
    planned: (reference: string, account: string) => change(reference, { account }),
    begun: (reference: string) => redis.hset(keys.certificate(reference), { state: "BUYING", attempt: 1 }),
    cancel: (reference: string) => redis.hset(keys.certificate(reference), "state", "CANCELLED"),
    /** A year was bought on `first`, and its certificate lives so long. */
    async bought(changes: OrderChanges, from: string, to: string): Promise<void> {
      const reference = await order(changes);
      const [at, until] = [new Date(from), new Date(to)].map((time) => time.toISOString());
      const purchases = JSON.stringify([{ certId: 900123, orderId: 1, at, years: 1 }]);
      const facts = { state: "CONFIGURED", certId: 900123, account: "first", purchases };
      await redis.hset(keys.certificate(reference), facts);
      if (!at || !until) throw new Error(`no dates: ${from}, ${to}`);
      await change(reference, {
        issue: { serialNumber: "0A", notBefore: at, notAfter: until, pem: "", csrHash: "" },
      });
    },
    plan: () => planPurchases({ certificates, accounts, policyFor: defaultPolicy, clock: { now: () => NOW } }),
  };
}
