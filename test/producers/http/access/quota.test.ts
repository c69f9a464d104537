// Stories about what a key may order in a day: never more than its quota, however it is asked for.
import { expect, test } from "vitest";
import { buildGateway } from "../../../../src/producers/gateway.ts";
import type { ApiKey } from "../../../../src/shared/authority/keys/key.ts";
import { usedToday } from "../../../../src/shared/authority/keys/quota.ts";
import { hashOf } from "../../../../src/shared/authority/keys/secret.ts";
import { anIssue, anOrder, NOW, world } from "../world.ts";

const RAPID = "Certificate-RapidSSL-RapidSSL";
const QUICK = "Certificate-GeoTrust-QuickSSL-Premium";
const SECRET = "a-key-with-a-quota";
const OTHER = "a-key-without-quota";
const HOUR = 3_600_000;

/** A gateway whose one key has these quotas, and an account that sells RapidSSL for 9.95 and QuickSSL for 40.00 a year. */
async function quotaWorld(quota: Partial<ApiKey>, prices?: object[]) {
  let now = NOW;
  const scopes = ["certificates:read" as const, "certificates:write" as const, "money:decide" as const];
  const apiKeys = [
    { id: "shop", sha256: hashOf(SECRET), scopes, ...quota },
    { id: "other", sha256: hashOf(OTHER), scopes },
  ];
  const w = await world({ apiKeys, clock: { now: () => now } });
  await w.addAccount("main");
  const sold = [
    { service: RAPID, price: "9.95", years: [1], enabled: true },
    { service: QUICK, price: "40.00", years: [1], enabled: true },
  ];
  await w.accounts.keepCatalogue("main", (prices ?? sold) as never);
  const headers = { authorization: `Bearer ${SECRET}` };
  const post = (order: object, secret = SECRET) =>
    w.call("POST", "/v1/certificates", order, { authorization: `Bearer ${secret}` });
  const used = () => usedToday("shop", now, w);
  return { ...w, headers, post, used, pass: (ms: number) => (now = new Date(now.getTime() + ms)) };
}

test("A key with 50.00 a day places five orders of 9.95; the sixth is 429 until the first is a day old.", async () => {
  const { post, pass, used, certificates } = await quotaWorld({ moneyPerDay: "50.00" });
  for (let i = 0; i < 5; i++) {
    expect((await post(await anOrder())).status).toBe(202);
    pass(HOUR);
  }
  const sixth = await anOrder();

  const refused = await post(sixth);

  expect(refused.body).toMatchObject({ type: "/docs/problems/quota-exceeded", status: 429 });
  expect(refused.headers["retry-after"]).toBe(`${19 * 3_600}`);
  expect(refused.body.detail).toContain("2026-11-23T12:00:00.000Z");
  expect(await certificates.find(sixth.reference)).toBeUndefined();
  expect(await used()).toEqual({ orders: 5, units: 497_500 });
  pass(19 * HOUR - 1_000);
  expect((await post(sixth)).status).toBe(429);
  pass(1_000);
  expect((await post(sixth)).status).toBe(202);
});

test("Sixteen orders at once at two gateways spend no more than the quota.", async () => {
  const w = await quotaWorld({ moneyPerDay: "50.00" });
  const second = await buildGateway(w);
  const orders = await Promise.all(Array.from({ length: 16 }, () => anOrder()));

  const statuses = await Promise.all(
    orders.map(async (payload, i) => {
      const asked = { method: "POST" as const, url: "/v1/certificates", headers: w.headers, payload };
      return (await (i % 2 ? second : w.app).inject(asked)).statusCode;
    }),
  );
  await second.close();

  expect(statuses.filter((status) => status === 202)).toHaveLength(5);
  expect(statuses.filter((status) => status === 429)).toHaveLength(11);
});

test("The same order again costs nothing, also when the quota is used up; an order that is refused neither.", async () => {
  const { post, used, call, headers } = await quotaWorld({ moneyPerDay: "9.95", ordersPerDay: 1 });
  const order = await anOrder();
  expect((await post({ ...order, years: 9 })).status).toBe(422);
  expect((await call("POST", "/v1/certificates?dryRun=true", order, headers)).status).toBe(200);
  expect((await used()).orders).toBe(0);

  const four = await Promise.all(Array.from({ length: 4 }, () => post(order)));

  expect(four.map(({ status }) => status).sort()).toEqual([200, 200, 200, 202]);
  expect(await used()).toEqual({ orders: 1, units: 99_500 });
  expect((await post({ ...order, years: 2 })).status).toBe(409);
  expect((await post(order)).status).toBe(200);
});

test("A quota of orders counts orders, and no key counts another's.", async () => {
  const { post } = await quotaWorld({ ordersPerDay: 2 });
  const statuses = [];
  for (let i = 0; i < 3; i++) statuses.push((await post(await anOrder())).status);
  const last = await post(await anOrder());

  expect(statuses).toEqual([202, 202, 429]);
  expect([last.body.type, last.headers["retry-after"]]).toEqual(["/docs/problems/quota-exceeded", "86400"]);
  expect((await post(await anOrder(), OTHER)).status).toBe(202);
});

test("An order of more years counts all that it will cost; one that is more than the whole quota is told so.", async () => {
  const { post, used } = await quotaWorld({ moneyPerDay: "150.00" });

  const two = await post(await anOrder({ product: QUICK, years: 2, approver: { method: "dns" } }));
  const three = await post(await anOrder({ product: QUICK, years: 5, approver: { method: "dns" } }));

  expect(two.status).toBe(202);
  // Three purchases: days are lost at each renewal, and the third covers them.
  expect((await used()).units).toBe(1_200_000);
  expect([three.status, three.body.detail]).toEqual([429, expect.stringContaining("have the quota raised")]);
});

test("Nothing is let through whose price nobody knows; without a quota of money it is.", async () => {
  const unread = await quotaWorld({ moneyPerDay: "50.00" }, []);
  const counted = await quotaWorld({ ordersPerDay: 5 }, []);

  const refused = await unread.post(await anOrder());

  expect([refused.status, refused.body.type]).toEqual([409, "/docs/problems/not-now"]);
  expect(refused.body.detail).toContain("no price of this product is known");
  expect(Number(refused.headers["retry-after"])).toBeGreaterThan(0);
  const order = await anOrder();
  expect((await counted.post(order)).status).toBe(202);
  const foreign = await anOrder();
  expect((await unread.post(foreign, OTHER)).status).toBe(202);
  const path = `/v1/certificates/${foreign.reference}`;
  expect((await unread.call("PATCH", path, { brand: "Example" }, unread.headers)).status).toBe(200);
  expect((await unread.call("POST", `${path}/extend`, { years: 1 }, unread.headers)).status).toBe(409);
});

test("The dearest account that may be asked is counted.", async () => {
  const { post, accounts, addAccount, used } = await quotaWorld({ moneyPerDay: "50.00" });
  await addAccount("dear");
  await accounts.keepCatalogue("dear", [{ service: RAPID, price: "30.00", years: [1], enabled: true }] as never);

  expect((await post(await anOrder())).status).toBe(202);
  expect((await used()).units).toBe(300_000);
});

const PARKED = {
  attention: {
    code: "purchase-unknown",
    message: "?",
    since: NOW.toISOString(),
    who: "operator",
    by: "open",
    next: "look",
  },
};

/** An order of another key, bought and issued: its next term is due in the spring. */
async function foreignOrder(w: Awaited<ReturnType<typeof quotaWorld>>, given: object = {}) {
  const order = await anOrder({ product: QUICK, years: 2, approver: { method: "dns" }, ...given });
  expect((await w.post(order, OTHER)).status).toBe(202);
  const bought = [{ certId: 900_001, orderId: 1, at: "2026-10-01T00:00:00.000Z", years: 1 }];
  await w.redis.hset(w.keys.certificate(order.reference), { state: "CONFIGURED", purchases: JSON.stringify(bought) });
  await w.work(order.reference, { issue: anIssue });
  return `/v1/certificates/${order.reference}`;
}

test("Who turns on a policy that buys, or lengthens a term, is counted for what that costs.", async () => {
  const w = await quotaWorld({ moneyPerDay: "100.00" });
  const path = await foreignOrder(w, { policy: { mode: "none", beforeDays: 10 } });

  const on = await w.call("PATCH", path, { policy: { mode: "auto", beforeDays: 10 } }, w.headers);
  const again = await w.call("PATCH", path, { policy: { mode: "auto", beforeDays: 10 } }, w.headers);
  const spent = (await w.used()).units;
  const longer = await w.call("POST", `${path}/extend`, { years: 3 }, w.headers);

  expect([on.status, again.status]).toEqual([200, 200]);
  expect(spent).toBe(400_000 * Math.round(spent / 400_000));
  expect(spent).toBeGreaterThanOrEqual(400_000);
  expect([longer.status, longer.body.type]).toEqual([429, "/docs/problems/quota-exceeded"]);
  expect((await w.call("PATCH", path, { brand: "Example" }, w.headers)).status).toBe(200);
  expect((await w.used()).orders).toBe(0);
});

test("Who has a last purchase made that nobody wanted is counted for it.", async () => {
  const w = await quotaWorld({ moneyPerDay: "10.00" });
  const path = await foreignOrder(w, { remainder: { giveUpDays: 90 } });

  const bought = await w.call("PATCH", path, { remainder: "buy" }, w.headers);
  const fewer = await w.call("PATCH", path, { remainder: { giveUpDays: 100 } }, w.headers);

  expect([bought.status, bought.body.type]).toEqual([429, "/docs/problems/quota-exceeded"]);
  expect(fewer.status).toBe(200);
});

test("A decision that buys again is counted as an order.", async () => {
  const w = await quotaWorld({ moneyPerDay: "10.00" });
  const order = await anOrder({ product: QUICK, approver: { method: "dns" } });
  await w.post(order, OTHER);
  const path = `/v1/certificates/${order.reference}/attention/resolve`;
  const decide = () => w.call("POST", path, { decision: "not-bought", reason: "looked at eNom" }, w.headers);
  expect((await decide()).status).toBe(409);
  await w.work(order.reference, PARKED);
  await w.redis.hset(w.keys.certificate(order.reference), { state: "PARKED" });

  const decided = await decide();

  expect([decided.status, decided.body.type]).toEqual([429, "/docs/problems/quota-exceeded"]);
  expect((await w.used()).units).toBe(0);
});

test("A quota of nothing orders nothing.", async () => {
  const money = await quotaWorld({ moneyPerDay: "0.00" });
  const orders = await quotaWorld({ ordersPerDay: 0 });
  for (const { post } of [money, orders]) expect((await post(await anOrder())).status).toBe(429);
});

test("A dry run meets the quota as its order would, and counts nothing.", async () => {
  const w = await quotaWorld({ moneyPerDay: "20.00", ordersPerDay: 2 });
  const dry = async (more: object = {}) =>
    w.call("POST", "/v1/certificates?dryRun=true", { ...(await anOrder()), ...more }, w.headers);

  expect((await dry()).body).toMatchObject({ valid: true });
  expect((await dry({ product: QUICK })).body).toMatchObject({
    ...{ type: "/docs/problems/quota-exceeded", status: 429, valid: false },
    detail: expect.stringContaining("more than the whole quota"),
  });
  expect(await w.used()).toEqual({ orders: 0, units: 0 });
  const placed = await anOrder();
  for (const order of [placed, await anOrder()]) expect((await w.post(order)).status).toBe(202);
  const used = await w.used();
  const { body, headers } = await dry();
  expect(body).toMatchObject({ status: 429, valid: false });
  expect(headers["retry-after"]).toBe("86400");
  expect((await w.call("POST", "/v1/certificates?dryRun=true", placed, w.headers)).body).toMatchObject({ valid: true });
  expect(await w.used()).toEqual(used);
});
