// Stories about the money that the coming ninety days will cost each account.
import { randomUUID } from "node:crypto";
import { expect, inject, onTestFinished, test } from "vitest";
import { accountRecords } from "../../src/shared/account-records.ts";
import { certificateStore } from "../../src/shared/certificates.ts";
import { accountEntry } from "../../src/shared/fleet-file.ts";
import { keysUnder } from "../../src/shared/keys.ts";
import { parseOrder } from "../../src/shared/order.ts";
import { planPurchases } from "../../src/shared/planned-purchases.ts";
import { connectRedis } from "../../src/shared/redis.ts";
import { type OrderChanges, orderBody } from "../support/order.ts";
import { defaultPolicy } from "../support/policy.ts";

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

/** Account `first` (9.95) is asked first, `second` (10.50) is the one of data center us-1. */
async function fleet() {
  const redis = connectRedis(inject("redisUrl"), "never-give-up", () => undefined);
  onTestFinished(() => redis.disconnect());
  const keys = keysUnder(`{t-${randomUUID().slice(0, 13)}}`);
  const certificates = certificateStore(redis, keys, defaultPolicy);
  const accounts = accountRecords(redis, keys);
  for (const [id, sort, price, dataCenter] of [
    ["first", 10, "9.95", "eu-1"],
    ["second", 20, "10.50", "us-1"],
  ] as const) {
    await accounts.publish(accountEntry.parse({ id, sort, dataCenter, username: id, password: "secret" }));
    await accounts.keepCatalogue(id, [{ service: RAPIDSSL, price, years: [1], enabled: true }]);
  }
  const order = async (changes: OrderChanges): Promise<string> => {
    const parsed = await parseOrder(await orderBody(changes), NOW);
    if ("faults" in parsed) throw new Error(JSON.stringify(parsed.faults));
    await certificates.accept(parsed.order, NOW);
    return parsed.order.reference;
  };
  return {
    order,
    cancel: (reference: string) => redis.hset(keys.certificate(reference), "state", "CANCELLED"),
    /** A year was bought on `first`, and its certificate lives so long. */
    async bought(changes: OrderChanges, from: string, to: string): Promise<void> {
      const reference = await order(changes);
      const [at, until] = [new Date(from), new Date(to)].map((time) => time.toISOString());
      const purchases = JSON.stringify([{ certId: 900123, orderId: 1, at, years: 1 }]);
      const facts = { state: "CONFIGURED", certId: 900123, account: "first", purchases };
      await redis.hset(keys.certificate(reference), facts);
      const found = await certificates.find(reference);
      if (!found || !at || !until) throw new Error(`no ${reference}`);
      const issue = { serialNumber: "0A", notBefore: at, notAfter: until, pem: "", csrHash: "" };
      await certificates.save({ ...found, record: { ...found.record, issue } }, NOW);
    },
    plan: () => planPurchases({ certificates, accounts, policyFor: defaultPolicy, clock: { now: () => NOW } }),
  };
}
