// Stories over HTTP: another CSR for an order that is not issued, and cancelling where money would be lost.
import { expect, test } from "vitest";
import { correct } from "../../../src/shared/certificate/changes/csr-correction.ts";
import { makeCsr } from "../../support/csr.ts";
import { anIssue, anOrder, NOW, world } from "./world.ts";

async function ordered(given: Record<string, unknown> = {}) {
  const there = await world();
  const order = await anOrder(given);
  await there.call("POST", "/v1/certificates", order);
  const path = `/v1/certificates/${order.reference}`;
  const put = (body: object) => there.call("PUT", `${path}/csr`, { reason: "typo", ...body });
  return { ...there, order, path, put };
}

const DAY_MS = 86_400_000;

/** The slot of an order that was bought so many days ago, as the ledger would have written it. */
async function bought({ redis, keys, order }: Awaited<ReturnType<typeof ordered>>, days: number): Promise<void> {
  const at = new Date(NOW.getTime() - days * DAY_MS).toISOString();
  const purchases = JSON.stringify([{ certId: 900123, orderId: 500000123, at, years: 1 }]);
  await redis.hset(keys.certificate(order.reference), { purchases, certId: 900123, slotAt: Date.parse(at) });
  await redis.hset(keys.certificate(order.reference), {
    years: 1,
    price: "9.95",
    account: "main",
    state: "CONFIGURED",
  });
}

test("A CSR with another name is kept as a request, the same one again is no second request, and its job is enqueued.", async () => {
  const there = await ordered();
  const csr = await makeCsr({ cn: "www.example.com" });

  const first = await there.put({ csr });
  const again = await there.put({ csr });
  const other = await there.put({ csr: await makeCsr({ cn: "mail.example.com" }) });

  expect([first.status, again.status, other.status]).toEqual([202, 202, 409]);
  const { record } = (await there.certificates.find(there.order.reference)) ?? {};
  expect(record?.wish).toMatchObject({ kind: "csr", domain: "www.example.com", reason: "typo" });
  expect(record?.timeline.filter(({ event }) => event === "request.made")).toHaveLength(1);
});

test("The rules of an order hold for its correction, field by field; an issued certificate keeps its CSR.", async () => {
  const there = await ordered();
  const csr = await makeCsr({ cn: "www.example.com" });

  const answers = await Promise.all([
    there.put({ csr: "no CSR" }),
    there.put({ csr: await makeCsr({ cn: "*.example.com" }) }),
    there.put({ csr, approver: { method: "email" } }),
    there.put({ csr, reason: "" }),
    there.call("PUT", "/v1/certificates/nobody/csr", { csr, reason: "typo" }),
  ]);
  const found = await there.certificates.find(there.order.reference);
  if (!found) throw new Error("no order");
  await there.certificates.save({ ...found, record: { ...found.record, issue: anIssue } }, NOW);
  const issued = await there.put({ csr });

  expect(answers.map(({ status }) => status)).toEqual([422, 422, 422, 422, 404]);
  expect(answers[0]?.body.errors).toMatchObject([{ field: "csr" }]);
  expect(answers[2]?.body.errors).toMatchObject([{ field: "approver/email" }]);
  expect(issued.status).toBe(409);
  expect(issued.body.detail).toContain("reissue");
});

test("A correction is read as panels write it: blank is absent, and capitals are read.", async () => {
  const there = await ordered();

  const blank = await there.put({ csr: await makeCsr({ cn: "www.example.com" }), approver: null });
  const other = await ordered();
  const capitals = await other.put({
    csr: await makeCsr({ cn: "www.example.net" }),
    approver: { method: "EMAIL", email: " admin@example.net" },
  });

  expect([blank.status, capitals.status]).toEqual([202, 202]);
});

test("An approver that was agreed on must fit the new name, too, and one that comes with the CSR goes before it.", async () => {
  const there = await ordered();
  await there.call("PUT", `${there.path}/validation-method`, { method: "email", email: "hostmaster@shop.example.com" });
  const csr = await makeCsr({ cn: "www.example.com" });

  const silent = await there.put({ csr });
  const named = await there.put({ csr, approver: { method: "email", email: "postmaster@example.com" } });
  const kept = await there.certificates.find(there.order.reference);
  const { wish } = kept?.record ?? {};
  if (!kept || wish?.kind !== "csr") throw new Error("no correction");

  expect([silent.status, silent.body.errors?.[0].field, named.status]).toEqual([422, "approver/email", 202]);
  const { agreedMethod, terms } = correct(kept, wish);
  expect([agreedMethod, terms?.approver]).toEqual([null, { method: "email", email: "postmaster@example.com" }]);
});

test.for([
  { days: 2, status: 202 },
  { days: 8, status: 422, words: "would be lost, unless eNom's support is asked by ticket to refund it until" },
  { days: 40, status: 422, words: "9.95 USD for slot 900123 is lost: the last day of its refund was" },
])("Cancelling $days days after the purchase answers $status.", async ({ days, status, words }) => {
  const there = await ordered();
  await bought(there, days);
  const cancel = (body: object) => there.call("POST", `${there.path}/cancel`, { reason: "typo", ...body });

  const wrong = await cancel({ confirm: "another" });
  const plain = await cancel({});
  const confirmed = words ? await cancel({ confirm: there.order.reference }) : plain;

  expect(wrong.body.errors).toMatchObject([{ field: "confirm" }]);
  expect(plain.status).toBe(status);
  if (words) {
    expect(plain.body.errors[0]).toMatchObject({ field: "confirm", message: expect.stringContaining(words) });
    const { record } = (await there.certificates.find(there.order.reference)) ?? {};
    expect(record?.wish).toMatchObject({ kind: "cancel", confirmed: true });
  }
  expect(confirmed.status).toBe(202);
});

test("An issued certificate is cancelled over either call only when its reference is given once more.", async () => {
  const there = await ordered();
  await bought(there, 0);
  const found = await there.certificates.find(there.order.reference);
  if (!found) throw new Error("no order");
  await there.certificates.save({ ...found, record: { ...found.record, issue: anIssue } }, NOW);
  const resolve = (body: object) =>
    there.call("POST", `${there.path}/attention/resolve`, { decision: "cancel", reason: "typo", ...body });

  const plain = await there.call("POST", `${there.path}/cancel`, { reason: "typo" });
  const decided = await resolve({});
  const confirmed = await resolve({ confirm: there.order.reference });

  expect([plain.status, decided.status, confirmed.status]).toEqual([422, 422, 202]);
  expect(plain.body.errors[0].message).toContain("The certificate is issued");
});
