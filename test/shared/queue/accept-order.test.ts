// Orders are taken in alike at every door, and what was accepted once stays accepted when the rules change.
import { randomUUID } from "node:crypto";
import { expect, inject, onTestFinished, test } from "vitest";
import { accountRecords } from "../../../src/shared/account/records.ts";
import { auditTrail } from "../../../src/shared/authority/audit/trail.ts";
import { parseOrder } from "../../../src/shared/certificate/order.ts";
import { certificateStore } from "../../../src/shared/certificate/store.ts";
import { accountEntry } from "../../../src/shared/config/fleet-file.ts";
import { policyFor } from "../../../src/shared/config/policy.ts";
import { acceptOrder } from "../../../src/shared/queue/accept-order.ts";
import { connectRedis, untilReady } from "../../../src/shared/redis/client.ts";
import { keysUnder } from "../../../src/shared/redis/keys.ts";
import { acceptJob } from "../../../src/workers/open/accept.ts";
import { orderBody, SHOP } from "../../support/order.ts";

const LAST_DAY = new Date("2028-03-14T23:59:59Z");
const ENDED = new Date("2028-03-15T00:00:00Z");

/** Records of one's own, and a door at a time. */
async function records() {
  const keys = keysUnder(`{test-${randomUUID()}}`);
  const redis = connectRedis(inject("redisUrl"), "fail-fast", () => {});
  onTestFinished(() => redis.disconnect());
  await untilReady(redis, 10_000);
  const noFile = { policy: undefined, products: [], whereIs: () => "" };
  const certificates = certificateStore(redis, keys, policyFor({}, noFile));
  const at = (now: Date) => {
    const clock = { now: () => now };
    return { certificates, clock, audit: auditTrail({ redis, keys, clock }) };
  };
  return { at, certificates, accounts: accountRecords(redis, keys) };
}

test("an order by e-mail is accepted to the last second, and repeated afterwards it is the same order", async () => {
  const { at } = await records();
  const body = await orderBody();

  expect(await acceptOrder(body, at(LAST_DAY), SHOP)).toMatchObject({ answer: "accepted" });
  expect(await acceptOrder(body, at(ENDED), SHOP)).toMatchObject({
    answer: "same",
    order: { reference: body.reference },
  });
  expect(await acceptOrder({ ...body, years: 2 }, at(ENDED), SHOP)).toMatchObject({ answer: "conflict" });
});

test("a new order by e-mail is refused from then on and keeps nothing, so that its reference is still free", async () => {
  const { at, certificates } = await records();
  const body = await orderBody();

  expect(await acceptOrder(body, at(ENDED), SHOP)).toMatchObject({ faults: [{ field: "approver/method" }] });
  expect(await certificates.find(body.reference)).toBeUndefined();
  expect(await acceptOrder({ ...body, approver: { method: "file" } }, at(ENDED), SHOP)).toMatchObject({
    answer: "accepted",
  });
});

test("an order that lay in the queue over the last day is refused when it is taken in, and one taken in before goes on", async () => {
  const { at } = await records();
  const [early, late] = [await orderBody(), await orderBody()];
  await acceptJob({ v: 1, years: 1, ...early }, at(LAST_DAY));

  expect(await acceptJob({ v: 1, years: 1, ...early }, at(ENDED))).toBe(early.reference);
  await expect(acceptJob({ v: 1, years: 1, ...late }, at(ENDED))).rejects.toThrow(
    /^order \S+: approver\/method: Since 2028-03-15 /,
  );
});

test("the brand is part of the order as the language is: with another one it is another order, and without one it is as ever", async () => {
  const { at, certificates } = await records();
  const body = await orderBody({ brand: "Acme Hosting" });
  const { brand: _brand, ...none } = await orderBody();

  expect(await acceptOrder(body, at(LAST_DAY), SHOP)).toMatchObject({
    answer: "accepted",
    order: { brand: "Acme Hosting" },
  });
  expect(await acceptOrder({ ...body, brand: " Acme Hosting " }, at(LAST_DAY), SHOP)).toMatchObject({ answer: "same" });
  expect(await acceptOrder({ ...body, brand: "Blue" }, at(LAST_DAY), SHOP)).toMatchObject({ answer: "conflict" });
  expect(await acceptOrder({ ...none, reference: body.reference }, at(LAST_DAY), SHOP)).toMatchObject({
    answer: "conflict",
  });
  expect((await certificates.find(body.reference))?.record.terms.brand).toBe("Acme Hosting");
});

test("a slip of the pen in the account is told together with the end of e-mail validation", async () => {
  const { at, accounts } = await records();
  await accounts.publish(accountEntry.parse({ id: "main", username: "acme", password: "secret" }));
  const body = await orderBody({ account: "mian" });

  expect(await acceptOrder(body, { ...at(ENDED), accounts }, SHOP)).toMatchObject({
    faults: [{ field: "approver/method" }, { field: "account" }],
  });
});

test("an order that nobody could read, since the API has another thing of its name, is refused; one from before is what it was", async () => {
  const { at, certificates } = await records();
  const body = await orderBody({ reference: "count" });

  const refused = await acceptOrder(body, at(LAST_DAY), SHOP);
  const parsed = await parseOrder(body, at(LAST_DAY).clock.now());
  if ("order" in parsed) await certificates.accept(parsed.order, at(LAST_DAY).clock.now(), parsed.given, SHOP);

  expect(refused).toMatchObject({
    faults: [{ field: "reference", message: expect.stringContaining("Choose another") }],
  });
  expect(await acceptOrder(body, at(LAST_DAY), SHOP)).toMatchObject({ answer: "same" });
});
