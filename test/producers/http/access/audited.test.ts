// Stories about the audit trail of the API: who asked, from where, what changed, and what was refused.
import { expect, test } from "vitest";
import { hashOf } from "../../../../src/shared/authority/keys/secret.ts";
import { contact } from "../../../support/order.ts";
import { anOrder, world } from "../world.ts";

const KEY = "key-of-the-billing-system";
const READER = "key-of-somebody-who-reads";
const apiKeys = [
  { id: "billing", sha256: hashOf(KEY), scopes: ["admin" as const] },
  { id: "reader", sha256: hashOf(READER), scopes: ["certificates:read" as const] },
];
const bearer = { authorization: `Bearer ${KEY}` };

test("An order and each change of it name who asked, from where, and what was before and after.", async () => {
  const { call } = await world({ apiKeys });
  const order = await anOrder();
  const { reference } = order;
  await call("POST", "/v1/certificates", order, bearer);
  await call("PATCH", `/v1/certificates/${reference}`, { policy: { mode: "manual" } }, bearer);

  const { body } = await call("GET", `/v1/audit?subject=${reference}`, undefined, bearer);

  const by = { who: { kind: "key", id: "billing" }, from: "127.0.0.1", subject: reference, outcome: "done" };
  expect(body).toMatchObject({
    items: [
      { ...by, action: "certificate.change", before: {}, after: { policy: { mode: "manual" } } },
      { ...by, action: "certificate.order", after: { status: "ordered", years: 1 } },
    ],
    nextCursor: null,
  });
});

test("No entry holds personal data: a changed address is another hash, and no more.", async () => {
  const { call } = await world({ apiKeys });
  const order = await anOrder();
  await call("POST", "/v1/certificates", order, bearer);
  const customer = { email: "new.canary@example.net", name: "Canary Person" };
  await call("PATCH", `/v1/certificates/${order.reference}`, { customer }, bearer);

  const { text, body } = await call("GET", "/v1/audit", undefined, bearer);

  expect(body.items[0].before.customer).toMatch(/^hmac:/);
  expect(body.items[0].after.customer).not.toBe(body.items[0].before.customer);
  for (const personal of ["canary", "Canary", "client@example.net", "BEGIN CERTIFICATE"])
    expect(text).not.toContain(personal);
});

test("What was refused is there: a wrong scope, a wrong field, an unknown key, which is written once a minute.", async () => {
  const { call } = await world({ apiKeys });
  await call("POST", "/v1/certificates", {}, bearer);
  await call("POST", "/v1/certificates", await anOrder(), { authorization: `Bearer ${READER}` });
  for (let n = 0; n < 20; n++) await call("POST", "/v1/certificates", {}, { authorization: `Bearer guess-${n}` });

  const { body } = await call("GET", "/v1/audit?outcome=refused", undefined, bearer);

  expect(body.items.map(({ who, outcome }: { who: { id: string }; outcome: string }) => [who.id, outcome])).toEqual([
    ["nobody", "refused"],
    ["reader", "refused"],
    ["billing", "refused"],
  ]);
});

test("What the trail cannot keep is not done: no order is taken while it cannot be written.", async () => {
  const { call, redis, keys, certificates } = await world({ apiKeys });
  await redis.set(keys.audit.trail, "not a stream");
  const order = await anOrder();

  const { status } = await call("POST", "/v1/certificates", order, bearer);

  expect(status).toBe(503);
  expect(await certificates.find(order.reference)).toBeUndefined();
});

test("A dry run changes nothing and leaves no entry; only admins read the trail.", async () => {
  const { call } = await world({ apiKeys });
  await call("POST", "/v1/certificates?dryRun=true", await anOrder(), bearer);

  expect((await call("GET", "/v1/audit", undefined, bearer)).body.items).toEqual([]);
  expect((await call("GET", "/v1/audit", undefined, { authorization: `Bearer ${READER}` })).status).toBe(403);
});

test("A change that is refused says of no fact that it changed.", async () => {
  const { call } = await world({ apiKeys });
  const order = await anOrder();
  await call("POST", "/v1/certificates", order, bearer);
  const path = `/v1/certificates/${order.reference}`;
  const refused = [
    await call("PATCH", path, { years: 9 }, bearer),
    await call("POST", "/v1/certificates", { ...order, years: 2 }, bearer),
    await call("POST", `${path}/cancel`, { reason: "mistake", confirm: "another" }, bearer),
    await call("POST", `${path}/extend`, { years: 5 }, bearer),
  ].map(({ status }) => status);

  const { body } = await call("GET", `/v1/audit?subject=${order.reference}&outcome=refused`, undefined, bearer);

  expect(refused.every((status) => status >= 400 && status < 500)).toBe(true);
  expect(body.items).toHaveLength(refused.length);
  for (const { before, after } of body.items) expect([before ?? {}, after ?? {}]).toEqual([{}, {}]);
});

test("Strangers with any number of addresses do not fill the trail; keys that are known are written down meanwhile.", async () => {
  const { app, call } = await world({ apiKeys });
  const stranger = (remoteAddress: string) =>
    app.inject({ url: "/v1/certificates", headers: { authorization: "Bearer guess" }, remoteAddress });
  for (let n = 0; n < 20; n++) await stranger(`2001:db8::${n}`);
  const ofOneNetwork = await call("GET", "/v1/audit?outcome=refused", undefined, bearer);
  for (let n = 0; n < 150; n++) await stranger(`198.51.100.${n}`);
  await call("POST", "/v1/certificates", await anOrder(), { authorization: `Bearer ${READER}` });

  const { body } = await call("GET", "/v1/audit?outcome=refused&limit=200", undefined, bearer);

  const ids = body.items.map(({ who }: { who: { id: string } }) => who.id);
  expect(ofOneNetwork.body.items).toHaveLength(1);
  expect(ids[0]).toBe("reader");
  expect(ids.filter((id: string) => id === "nobody")).toHaveLength(100);
});

test("Why somebody cancelled is kept without the people of the order, and what was decided at once.", async () => {
  const { call } = await world({ apiKeys });
  const order = await anOrder({
    customer: { email: "kim-lee@canary.example.net", name: "Kim Canary-Lee" },
    contacts: { admin: { ...contact, firstName: "Kim", lastName: "Canary-Lee", phone: "+31.301234567" } },
  });
  await call("POST", "/v1/certificates", order, bearer);
  const reason = "Kim Canary-Lee (kim-lee@canary.example.net, +31 30 123 4567) asked; so did x@canary.example.org";
  await call("POST", `/v1/certificates/${order.reference}/cancel`, { reason }, bearer);

  const { text, body } = await call("GET", "/v1/audit", undefined, bearer);

  expect(text).not.toMatch(/canary|kim|1234567|123 4567/i);
  expect(body.items[0].after.reason).toMatch(/^\[person\] \(hmac:\w+, \[number\]\) asked; so did hmac:/);
});
