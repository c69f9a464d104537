// Stories about orders that come in over HTTP, and about what can be read of them.
import { describe, expect, expectTypeOf, test } from "vitest";
import type { z } from "zod";
import type { certificateBody } from "../../../src/producers/http/certificate-body.ts";
import { parseOrder } from "../../../src/shared/certificate/order.ts";
import type { project } from "../../../src/shared/certificate/projection.ts";
import { makeCsr } from "../../support/csr.ts";
import { anIssue, anOrder, NOW, world } from "./world.ts";

describe("an order", () => {
  test("An order is kept, answered with its certificate and its address, and rung for.", async () => {
    const { call, queues } = await world();
    const order = await anOrder({ years: 2, approver: { method: "dns" } });

    const answer = await call("POST", "/v1/certificates", order);

    expect(answer.status).toBe(202);
    expect(answer.headers.location).toBe(`/v1/certificates/${order.reference}`);
    expect(answer.body).toMatchObject({
      reference: order.reference,
      status: "ordered",
      domain: "shop.example.com",
      years: 2,
      certId: null,
    });
    expect(answer.body.policy).toEqual({ mode: "auto", beforeDays: 10, effectiveBeforeDays: 10, source: "default" });
    const [job] = await queues.all.open.getJobs(["waiting"]);
    expect(job?.data).toEqual({ v: 1, reference: order.reference });
    const shown = (await call("GET", `${answer.headers.location}`)).body;
    expect(answer.body).toEqual({ ...shown, normalised: [], warnings: [] });
  });

  test.for(["4711", "Kunde 4711 / Süd", "客户-4711", "a".repeat(64), "x"])(
    "Whose customer it is stands in the order, its answers and its list: %s",
    async (tenant) => {
      const { call } = await world();
      const order = await anOrder({ tenant: ` ${tenant} ` });

      const answer = await call("POST", "/v1/certificates", order);

      expect(answer.body.tenant).toBe(tenant);
      expect((await call("GET", "/v1/certificates")).body.items[0].tenant).toBe(tenant);
      expect((await call("POST", "/v1/certificates", { ...order, tenant: "somebody else" })).status).toBe(409);
    },
  );

  test("An order without a tenant has none, and a blank one is none.", async () => {
    const { call } = await world();

    expect((await call("POST", "/v1/certificates", await anOrder())).body.tenant).toBeNull();
    expect((await call("POST", "/v1/certificates", await anOrder({ tenant: " " }))).body.tenant).toBeNull();
  });

  test("The same order again is the same order, however its fields are sorted and its CSR is wrapped.", async () => {
    const { call, queues } = await world();
    const order = await anOrder();
    await call("POST", "/v1/certificates", order);

    const turned = Object.fromEntries(
      Object.entries({ ...order, years: 1, csr: order.csr.replaceAll("\n", "\r\n") }).reverse(),
    );
    const again = await call("POST", "/v1/certificates", turned);

    expect(again.status).toBe(200);
    expect(again.body.timeline).toHaveLength(1);
    expect(await queues.all.open.getJobCountByTypes("waiting")).toBe(1);
  });

  test("A reference that belongs to another order is refused and changes nothing.", async () => {
    const { call } = await world();
    const order = await anOrder();
    await call("POST", "/v1/certificates", order);

    const other = await call("POST", "/v1/certificates", { ...order, years: 3 });

    expect(other.status).toBe(409);
    expect(other.body.type).toBe("/docs/problems/reference-taken");
    expect((await call("GET", `/v1/certificates/${order.reference}`)).body.years).toBe(1);
  });

  test("E-mail validation is refused from its last day on, but an order that was accepted before stays the same order.", async () => {
    let now = new Date("2028-03-14T23:59:59Z");
    const { call, redis, keys } = await world({ clock: { now: () => now } });
    const [order, next] = [await anOrder(), await anOrder()];
    expect((await call("POST", "/v1/certificates", order)).status).toBe(202);

    now = new Date("2028-03-15T00:00:00Z");
    const fresh = await call("POST", "/v1/certificates", next);

    expect(fresh.status).toBe(422);
    expect(fresh.body.errors).toEqual([
      { field: "approver/method", message: expect.stringMatching(/^Since 2028-03-15 .* validated by dns or file\.$/) },
    ]);
    expect((await call("POST", "/v1/certificates", order)).status).toBe(200);
    expect((await call("POST", "/v1/certificates", { ...order, years: 2 })).status).toBe(409);
    expect((await call("POST", "/v1/certificates", { ...next, approver: { method: "dns" } })).status).toBe(202);
    expect(await redis.zcard(keys.byAcceptance)).toBe(2);
  });

  test("An order that arrives ten times at once is one order.", async () => {
    const { call, redis, keys } = await world();
    const order = await anOrder();

    const answers = await Promise.all(Array.from({ length: 10 }, () => call("POST", "/v1/certificates", order)));

    expect(answers.map(({ status }) => status).sort()).toEqual([...Array(9).fill(200), 202]);
    expect(await redis.zcard(keys.byAcceptance)).toBe(1);
  });

  test("Everything that is wrong with an order is said at once, field by field.", async () => {
    const { call, addAccount } = await world();
    await addAccount("main");
    const wrong = await anOrder({ product: "Certificate-Nobody", csr: "hello", account: "mian" });

    const answer = await call("POST", "/v1/certificates", wrong);

    expect(answer.status).toBe(422);
    expect(answer.headers["content-type"]).toMatch("application/problem+json");
    expect(answer.body).toMatchObject({
      type: "/docs/problems/invalid",
      status: 422,
      instance: "/v1/certificates",
    });
    expect(answer.body.errors.map(({ field }: { field: string }) => field)).toEqual(["csr", "product", "account"]);
  });

  const faults: [string, Record<string, unknown>, string][] = [
    ["a reference with a slash", { reference: "a/b" }, "reference"],
    ["six years", { years: 6 }, "years"],
    ["a misspelt field", { refrence: "x" }, "refrence"],
    ["no approver", { approver: undefined }, "approver"],
    [
      "two addresses in one",
      { approver: { method: "email", email: "a@example.com, b@example.com" } },
      "approver/email",
    ],
    ["a product for several domains", { product: "Certificate-Comodo-UCC-DV" }, "product"],
    [
      "a validation method that the product does not offer",
      { product: "Certificate-Comodo-Essential", approver: { method: "dns" } },
      "approver/method",
    ],
    ["a wildcard product for one host", { product: "Certificate-RapidSSL-RapidSSL-Wildcard" }, "csr"],
    ["a customer without an address", { customer: { name: "Ada" } }, "customer/email"],
  ];
  test.each(faults)("An order with %s is refused, naming the field.", async (_what, change, field) => {
    const { call, redis, keys } = await world();

    const answer = await call("POST", "/v1/certificates", await anOrder(change));

    expect(answer.status).toBe(422);
    expect(answer.body.errors).toHaveLength(1);
    expect(answer.body.errors[0]).toEqual({ field, message: expect.stringMatching(/[.!?]$/) });
    expect(await redis.zcard(keys.byAcceptance)).toBe(0);
  });

  test("An order may name any account while no worker has made its accounts known, and a known one later.", async () => {
    const { call, addAccount } = await world();
    expect((await call("POST", "/v1/certificates", await anOrder({ account: "main" }))).status).toBe(202);
    await addAccount("main");
    expect((await call("POST", "/v1/certificates", await anOrder({ account: "main" }))).status).toBe(202);
  });

  test("What is no JSON, too large or of another type is refused before it is looked at.", async () => {
    const { call } = await world();

    const noJson = await call("POST", "/v1/certificates", '{\n  "reference": "bill-1",\n  "years": 2,\n}');
    const poisoned = await call("POST", "/v1/certificates", '{"__proto__":{"a":1}}');
    expect([noJson.status, noJson.body.detail]).toEqual([
      400,
      "The body is not valid JSON: line 4, column 1: a name in double quotes is missing here.",
    ]);
    expect([poisoned.status, poisoned.body.detail]).toEqual([400, expect.stringContaining("__proto__")]);
    expect(await call("POST", "/v1/certificates", "")).toMatchObject({
      status: 400,
      body: { detail: expect.stringContaining("The body is empty.") },
    });
    expect((await call("POST", "/v1/certificates", "{}", { "content-type": "text/plain" })).status).toBe(415);
    expect((await call("POST", "/v1/certificates", { csr: "x".repeat(270_000) })).status).toBe(413);
    expect((await call("POST", "/v1/certificates")).status).toBe(422);
  });

  test("An order whose doorbell is lost is accepted all the same, and found by the sweeper's index.", async () => {
    const { call, queues, redis, keys, lines } = await world();
    queues.enqueue = () => Promise.reject(new Error("lost"));
    const order = await anOrder();

    const answer = await call("POST", "/v1/certificates", order);

    expect(answer.status).toBe(202);
    expect(await redis.zrange(keys.unfinished("open"), "0", "-1")).toEqual([order.reference]);
    expect(lines.some((line) => line.includes('"doorbell.lost"'))).toBe(true);
  });
});

describe("a certificate", () => {
  test("A certificate that nobody ordered is not found.", async () => {
    const { call } = await world();
    for (const reference of ["nobody", "a%20b", "x".repeat(300), "%zz"]) {
      const answer = await call("GET", `/v1/certificates/${reference}`);
      expect([reference.slice(0, 8), answer.status]).toEqual([reference.slice(0, 8), reference === "%zz" ? 400 : 404]);
      expect(answer.headers["content-type"]).toMatch("application/problem+json");
    }
  });

  test("The PEM can be fetched as soon as the certificate is issued, and not before.", async () => {
    const { call, work } = await world();
    const order = await anOrder();
    await call("POST", "/v1/certificates", order);
    const path = `/v1/certificates/${order.reference}/pem`;

    expect((await call("GET", path)).body.type).toBe("/docs/problems/not-now");
    await work(order.reference, { issue: anIssue });

    const answer = await call("GET", path);
    expect(answer.headers["content-type"]).toBe("application/x-pem-file");
    expect(answer.text).toBe(anIssue.pem);
  });

  test("The description of a certificate names exactly what is shown of it.", () => {
    expectTypeOf<ReturnType<typeof project>>().toEqualTypeOf<z.infer<typeof certificateBody>>();
  });
});

describe("the list", () => {
  test("The list can be read page by page, and each certificate is on one page only.", async () => {
    const { call } = await world();
    for (let n = 0; n < 5; n++) await call("POST", "/v1/certificates", await anOrder({ reference: `bill-${n}` }));

    const seen: string[] = [];
    let cursor = "";
    do {
      const { body } = await call("GET", `/v1/certificates?limit=2${cursor && `&cursor=${cursor}`}`);
      expect(body.items.length).toBeLessThanOrEqual(2);
      seen.push(...body.items.map((each: { reference: string }) => each.reference));
      cursor = body.nextCursor;
    } while (cursor);

    expect(seen).toEqual(["bill-0", "bill-1", "bill-2", "bill-3", "bill-4"]);
  });

  test("The list shows what is asked for: by status, by domain, by expiry, by attention.", async () => {
    const { call, work } = await world();
    for (const name of ["a", "b", "c"]) {
      await call("POST", "/v1/certificates", await anOrder({ reference: name }, `${name}.example.com`));
    }
    await work("b", { issue: anIssue });
    const attention = {
      code: "enom-refused",
      message: "no",
      since: NOW.toISOString(),
      who: "operator",
      by: "open",
      next: "look",
    };
    await work("c", { attention });
    const list = async (query: string): Promise<string[]> =>
      (await call("GET", `/v1/certificates?${query}`)).body.items.map((each: { reference: string }) => each.reference);

    expect(await list("status=issued")).toEqual(["b"]);
    expect(await list("domain=C.example.com")).toEqual(["c"]);
    expect(await list("expires_before=2027-01-10")).toEqual(["b"]);
    expect(await list("expires_before=2027-01-09")).toEqual([]);
    expect(await list("expires_before=2027-01-09T00:00:01%2B00:00")).toEqual(["b"]);
    expect(await list("attention=true")).toEqual(["c"]);
    expect(await list("status=ordered&domain=a.example.com")).toEqual(["a"]);
  });

  test.each([
    "limit=0",
    "limit=201",
    "status=open",
    "expires_before=soon",
    "attention=maybe",
    "cursor=%20",
    "cursor=abc",
    "expiresBefore=2027-01-01",
  ])("A list with %s is refused instead of guessed.", async (query) => {
    const { call } = await world();
    const answer = await call("GET", `/v1/certificates?${query}`);
    expect(answer.status).toBe(422);
    expect(answer.body.errors).toHaveLength(1);
  });
});

test("A CSR with names that the product does not cover is refused, naming them.", async () => {
  const { call } = await world();
  const csr = await makeCsr({
    cn: "shop.example.com",
    names: ["shop.example.com", "other.example.com"],
    key: "rsa2048",
  });

  const answer = await call("POST", "/v1/certificates", await anOrder({ csr }));

  expect(answer.body.errors).toEqual([{ field: "csr", message: expect.stringContaining("other.example.com") }]);
});

test("An order is not named like an address of the API, behind which nobody could read it; one that was accepted before stays.", async () => {
  const { call, certificates, clock } = await world();
  const { paths } = (await call("GET", "/openapi.json")).body;
  const taken = Object.keys(paths).flatMap(
    (path) => /^\/v1\/certificates\/([A-Za-z0-9._-]+)(\/|$)/.exec(path)?.[1] ?? [],
  );
  const body = await anOrder({ reference: "count" });
  const before = await parseOrder(body, clock.now());
  if ("faults" in before) throw new Error(JSON.stringify(before.faults));

  const refused = await Promise.all(
    taken.map(async (reference) => call("POST", "/v1/certificates", await anOrder({ reference }))),
  );
  await certificates.accept(before.order, clock.now());
  const again = await call("POST", "/v1/certificates", body);

  expect(taken).toEqual(["count"]);
  expect(refused.map(({ status, body }) => [status, body.errors])).toEqual([
    [422, [{ field: "reference", message: expect.stringContaining("GET /v1/certificates/count") }]],
  ]);
  expect(again.status).toBe(200);
});
