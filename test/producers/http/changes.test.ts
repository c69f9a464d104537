// Stories about what may still be said of an order once it is accepted: terms, reissues, requests of people.
import { describe, expect, test } from "vitest";
import { Unavailable } from "../../../src/shared/base/errors.ts";
import { makeCsr } from "../../support/csr.ts";
import { anIssue, anOrder, NOW, world } from "./world.ts";

const parked = {
  attention: {
    code: "purchase-unknown",
    message: "?",
    since: NOW.toISOString(),
    who: "operator",
    by: "open",
    next: "look",
  },
};

/** A world with one accepted order, and a short way to call it. */
async function ordered(given: Record<string, unknown> = {}) {
  const there = await world();
  const order = await anOrder(given);
  await there.call("POST", "/v1/certificates", order);
  const path = `/v1/certificates/${order.reference}`;
  const post = (verb: string, body?: object, headers?: Record<string, string>) =>
    there.call("POST", `${path}/${verb}`, body, headers);
  /** References that wait in a queue: what was rung. */
  const rung = async (queue: "open" | "reissue") =>
    (await there.queues.all[queue].getJobs(["waiting"])).map((job) => job.data.reference as string);
  return { ...there, order, path, post, rung };
}

describe("the terms", () => {
  test("Policy, customer and contacts can be replaced, alone or together; what is not named stays.", async () => {
    const { call, path, certificates, order } = await ordered();

    const answer = await call("PATCH", path, { policy: { mode: "manual", beforeDays: 30 } });
    await call("PATCH", path, { customer: { email: "new@example.net" } });

    expect(answer.status).toBe(200);
    expect(answer.body.policy).toEqual({
      mode: "manual",
      beforeDays: 30,
      effectiveBeforeDays: 30,
      source: "certificate",
    });
    expect(answer.body.timeline.at(-1)).toMatchObject({
      event: "certificate.changed",
      detail: "policy by somebody on this machine",
    });
    const kept = await certificates.find(order.reference);
    expect(kept?.record.terms).toMatchObject({
      policy: { mode: "manual" },
      customer: { email: "new@example.net" },
      contacts: order.contacts,
    });
    expect(kept?.order.customer.email).toBe("client@example.net");
  });

  test("The brand of an order is shown, stays when something else is changed, and can be changed itself.", async () => {
    const { call, path } = await ordered({ brand: "Acme Hosting" });

    const before = await call("PATCH", path, { customer: { email: "new@example.net" } });
    const after = await call("PATCH", path, { brand: "Blue" });

    expect([before.body.brand, after.body.brand, (await call("GET", path)).body.brand]).toEqual([
      "Acme Hosting",
      "Blue",
      "Blue",
    ]);
    expect((await ordered().then((plain) => plain.call("GET", plain.path))).body.brand).toBeNull();
  });

  test("A brand can be taken away again; an order that has none stays as it is.", async () => {
    const [branded, plain] = [await ordered({ brand: "Acme Hosting" }), await ordered()];

    const answers = [
      await branded.call("PATCH", branded.path, { brand: null }),
      await branded.call("GET", branded.path),
      await plain.call("PATCH", plain.path, { brand: null }),
    ];

    expect(answers.map(({ status, body }) => [status, body.brand])).toEqual([
      [200, null],
      [200, null],
      [200, null],
    ]);
  });

  test.each([
    ["nothing", {}],
    ["the brand to two lines", { brand: "a\nb" }],
    ["another CSR", { csr: "x" }],
    ["a policy to blanks", { policy: { mode: "", beforeDays: null } }],
  ])("A change of %s is refused.", async (_what, body) => {
    const { call, path } = await ordered();
    expect((await call("PATCH", path, body)).status).toBe(422);
  });

  test("Years can be added up to five in all, and not beyond.", async () => {
    const { post, call, path } = await ordered({ years: 2 });

    const answer = await post("extend", { years: 3 });
    const beyond = await post("extend", { years: 1 });

    expect([answer.status, answer.body.years]).toEqual([202, 5]);
    expect(answer.body.timeline.at(-1)).toMatchObject({
      event: "certificate.extended",
      detail: "5 years in all, by somebody on this machine",
    });
    expect([beyond.status, beyond.body.type]).toEqual([409, "/docs/problems/not-now"]);
    expect((await call("GET", path)).body.years).toBe(5);
    expect((await post("extend", { years: 0 })).status).toBe(422);
  });

  test("A change that races with others is made over the newest record, and none of them is lost.", async () => {
    const { call, path } = await ordered();

    const answers = await Promise.all(
      [10, 20, 30].map((beforeDays) => call("PATCH", path, { policy: { mode: "auto", beforeDays } })),
    );

    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    const { timeline } = (await call("GET", path)).body;
    expect(timeline.filter(({ event }: { event: string }) => event === "certificate.changed")).toHaveLength(3);
  });

  test("A change that loses every race is a 503 that asks to come again.", async () => {
    const { call, path, certificates } = await ordered();
    certificates.save = () => Promise.reject(new Unavailable("changed meanwhile", { retryAfterSeconds: 1 }));

    const answer = await call("PATCH", path, { policy: { mode: "none", beforeDays: 1 } });

    expect([answer.status, answer.headers["retry-after"]]).toEqual([503, "1"]);
  });
});

describe("a reissue", () => {
  test("A reissue is asked for once the certificate is issued, and one at a time.", async () => {
    const { post, work, order, rung } = await ordered();
    expect((await post("reissues")).status).toBe(409);
    await work(order.reference, { issue: anIssue });

    const answer = await post("reissues", { reason: "new server" });
    const second = await post("reissues");

    expect([answer.status, answer.body.status]).toEqual([202, "reissuing"]);
    expect(answer.body.timeline.at(-1)).toMatchObject({
      event: "reissue.requested",
      detail: "by somebody on this machine: new server",
    });
    expect(await rung("reissue")).toEqual([order.reference]);
    expect(second.status).toBe(409);
  });

  test("The same request, known by its Idempotency-Key, may come again.", async () => {
    const { post, work, order } = await ordered();
    await work(order.reference, { issue: anIssue });
    const key = { "idempotency-key": "renew-1" };

    const first = await post("reissues", {}, key);
    const again = await post("reissues", {}, key);

    expect([first.status, again.status]).toEqual([202, 202]);
    expect(again.body).toEqual(first.body);
  });

  test("A reissue with a CSR for another domain, or none at all, is refused by its field.", async () => {
    const { post, work, order } = await ordered();
    await work(order.reference, { issue: anIssue });

    for (const csr of [await makeCsr({ cn: "other.example.com" }), "no CSR"]) {
      const answer = await post("reissues", { csr });
      expect([answer.status, answer.body.errors[0].field]).toEqual([422, "csr"]);
    }
  });
});

describe("a request", () => {
  test("An order can be cancelled; the request is kept and its job enqueued, and a second request waits its turn.", async () => {
    const { post, certificates, order, rung } = await ordered();

    const answer = await post("cancel", { reason: "customer left" });
    const second = await post("cancel", { reason: "again" });

    expect(answer.status).toBe(202);
    expect((await certificates.find(order.reference))?.record.wish).toEqual({
      kind: "cancel",
      reason: "customer left",
      who: "somebody on this machine",
      at: NOW.toISOString(),
    });
    expect(await rung("open")).toEqual([order.reference]);
    expect(second.status).toBe(409);
  });

  test("The approver can be changed before the issue, and the mail sent again only where one was sent.", async () => {
    const { post, certificates, order, work } = await ordered();
    expect((await post("approver")).status).toBe(409);

    expect((await post("approver", { email: "webmaster@example.com" })).status).toBe(202);
    expect((await certificates.find(order.reference))?.record.wish).toMatchObject({ email: "webmaster@example.com" });
    await work(order.reference, { wish: null, issue: anIssue });

    expect((await post("approver", { email: "webmaster@example.com" })).status).toBe(409);
    expect((await post("approver", { email: "no address" })).body.errors[0].field).toBe("email");
  });

  test("A decision is taken where one waits; an adoption names its slot, the others none.", async () => {
    const { post, work, order, redis, keys, certificates } = await ordered();
    const adopt = { decision: "adopt", certId: 900123, reason: "found it" };
    expect((await post("attention/resolve", adopt)).status).toBe(409);
    await work(order.reference, parked);
    await redis.hset(keys.certificate(order.reference), "state", "PARKED");

    expect((await post("attention/resolve", { decision: "adopt", reason: "which?" })).body.errors[0].field).toBe(
      "certId",
    );
    expect((await post("attention/resolve", { decision: "not-bought", certId: 1, reason: "x" })).status).toBe(422);
    expect((await post("attention/resolve", { decision: "not-bought" })).body.errors[0].field).toBe("reason");
    expect((await post("attention/resolve", { decision: "retry", reason: "x" })).status).toBe(409);
    expect((await post("attention/resolve", adopt)).status).toBe(202);
    expect((await certificates.find(order.reference))?.record.wish).toMatchObject({ kind: "resolve", ...adopt });
  });

  test("To give an order up, nothing has to wait for it.", async () => {
    const { post, order, certificates } = await ordered();

    const answer = await post("attention/resolve", { decision: "cancel", reason: "not wanted" });

    expect(answer.status).toBe(202);
    expect((await certificates.find(order.reference))?.record.wish).toMatchObject({ decision: "cancel" });
  });

  test("Nothing can be asked of an order that nobody made.", async () => {
    const { call } = await world();
    for (const [verb, body] of [
      ["cancel", { reason: "x" }],
      ["extend", { years: 1 }],
      ["reissues", {}],
      ["approver", {}],
    ] as const) {
      expect((await call("POST", `/v1/certificates/nobody/${verb}`, body)).status).toBe(404);
    }
  });
});
