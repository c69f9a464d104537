// Stories about who may come in, and about what never leaves.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isLoopback } from "../../../../src/producers/http/caller/this-machine.ts";
import { hashOf } from "../../../../src/shared/authority/keys/secret.ts";
import { privateKey } from "../../../support/csr.ts";
import { anOrder, world } from "../world.ts";

const KEY = "key-of-the-billing-system";
const apiKeys = [
  { id: "other", sha256: hashOf("something else"), scopes: ["admin" as const] },
  { id: "billing", sha256: hashOf(KEY), scopes: ["admin" as const] },
];
const basic = (login: string) => ({ authorization: `Basic ${Buffer.from(login).toString("base64")}` });

describe("the API", () => {
  test("With keys configured, only a right key opens the API; every other answer is the same 401.", async () => {
    const { call, app } = await world({ apiKeys });
    const wrong = [
      {},
      { authorization: "Bearer wrong" },
      { authorization: KEY },
      basic(`x:${KEY}`),
      { authorization: "Bearer " },
    ];

    for (const headers of wrong) {
      const answer = await call("GET", "/v1/certificates", undefined, headers as Record<string, string>);
      expect(answer.status).toBe(401);
      expect(answer.headers["www-authenticate"]).toBe('Bearer realm="certfleet"');
      expect(answer.body.type).toBe("/docs/problems/unauthorized");
    }
    expect((await call("GET", "/v1/certificates", undefined, { authorization: `bearer ${KEY}` })).status).toBe(200);
    expect((await app.inject({ url: "/metrics", remoteAddress: "192.0.2.7" })).statusCode).toBe(401);
    expect((await call("GET", "/metrics")).status).toBe(200);
  });

  test("What was done with a key is written down with the key's name.", async () => {
    const { call, lines } = await world({ apiKeys });
    const order = await anOrder();
    const bearer = { authorization: `Bearer ${KEY}` };
    await call("POST", "/v1/certificates", order, bearer);

    const { body } = await call("POST", `/v1/certificates/${order.reference}/cancel`, { reason: "x" }, bearer);

    expect(body.timeline.at(-1).detail).toBe("cancel by billing (API key)");
    const logged = lines.map((line) => JSON.parse(line)).filter(({ event }) => event === "http.answered");
    expect(logged.at(-1)).toMatchObject({
      method: "POST",
      route: "/v1/certificates/:reference/cancel",
      status: 202,
      key: "billing",
    });
  });

  test.each([
    ["another machine", { remoteAddress: "192.0.2.7" }],
    ["a proxy on this machine", { headers: { "x-forwarded-for": "192.0.2.7" } }],
    ["a page whose name was pointed at this machine", { headers: { host: "evil.example:3000" } }],
  ])("Without any key, %s gets nothing.", async (_who, request) => {
    const { app } = await world();
    for (const url of ["/v1/certificates", "/v1/accounts", "/metrics", "/queues/api/queues"]) {
      const answer = await app.inject({ url, ...request });
      expect([url, answer.statusCode]).toEqual([url, 403]);
      expect(answer.headers["content-type"]).toMatch("application/problem+json");
    }
  });

  test("A page of another site can change nothing, even where no key is needed.", async () => {
    const { call } = await world();
    for (const url of ["/v1/notifications", "/v1/accounts/main/check", "/queues/api/queues/pause"]) {
      const answer = await call("POST", url, undefined, { "sec-fetch-site": "cross-site" });
      expect([url, answer.status]).toEqual([url, 403]);
    }
  });

  test("Only loopback addresses and names count as this machine.", () => {
    expect(
      ["127.0.0.1", "127.9.9.9", "::1", "[::1]", "::ffff:127.0.0.1", "localhost", "LOCALHOST"].filter(
        (each) => !isLoopback(each),
      ),
    ).toEqual([]);
    const others = [
      "",
      "0.0.0.0",
      "::",
      "127.0.0.1.evil.example",
      "localhost.evil.example",
      "::ffff:192.0.2.1",
      "1270.0.1",
    ];
    expect(others.filter(isLoopback)).toEqual([]);
    fc.assert(fc.property(fc.domain(), (name) => !isLoopback(name)));
    fc.assert(
      fc.property(
        fc.ipV4().filter((address) => !address.startsWith("127.")),
        (address) => !isLoopback(address),
      ),
    );
  });
});

describe("the board", () => {
  test("With a login, the board and each of its files want it.", async () => {
    const { call, app } = await world({ board: { user: "ops", password: "correct horse" } });

    for (const path of ["/queues", "/queues/api/queues", "/queues/static/js/main.js"]) {
      const answer = await app.inject({ url: path, remoteAddress: "192.0.2.7" });
      expect([path, answer.statusCode]).toEqual([path, 401]);
      expect(answer.headers["www-authenticate"]).toMatch(/^Basic /);
    }
    expect((await call("GET", "/queues/api/queues", undefined, basic("ops:wrong"))).status).toBe(401);
    expect((await call("GET", "/queues/api/queues", undefined, basic("ops:correct horse"))).status).toBe(200);
  });

  test("The board shows all queues and what their jobs are about, and nothing else of them.", async () => {
    const { call } = await world();
    const order = await anOrder();
    const { url } = (
      await call("POST", "/v1/notifications", {
        key: "k",
        template: "certificate-failed",
        to: { address: "client@example.net" },
        values: { reference: "b", domain: "example.com", product: "RapidSSL", reason: "sesame" },
      })
    ).body;
    await call("POST", "/v1/certificates", order);

    const page = await call("GET", "/queues");
    const queues = await call("GET", "/queues/api/queues?activeQueue=notify&status=latest&page=1");
    const one = await call("GET", `/queues/api/queues/notify/${url.split("/").at(-1)}`);

    expect(page.headers["content-type"]).toMatch("text/html");
    expect(page.headers["x-frame-options"]).toBe("DENY");
    expect(queues.body.queues.map(({ name }: { name: string }) => name).sort()).toEqual([
      "balance-poll",
      "notify",
      "open",
      "reissue",
      "webhook",
    ]);
    expect(one.body.job.data).toEqual({ key: "k", template: "certificate-failed" });
    expect(queues.text + one.text).not.toMatch(/sesame|client@example.net/);
  });

  test("A whole order that another system put into the queue shows neither its CSR nor its people.", async () => {
    const { call, queues } = await world();
    const order = await anOrder();
    await queues.enqueue("open", order as never);

    const shown = await call("GET", "/queues/api/queues?activeQueue=open&status=latest&page=1");

    expect(shown.body.queues.find(({ name }: { name: string }) => name === "open").jobs[0].data).toEqual({
      reference: order.reference,
    });
    expect(shown.text).not.toMatch(/CERTIFICATE REQUEST|ada@example.com|client@example.net/);
  });
});

describe("secrets", () => {
  test("Neither keys nor CSRs, people, queries nor a pasted private key stand in any log line or answer that says no.", async () => {
    const { call, lines } = await world({ apiKeys, board: { user: "ops", password: "correct horse" } });
    const order = await anOrder();
    const bearer = { authorization: `Bearer ${KEY}` };
    const leaked = privateKey("p256");

    await call("POST", "/v1/certificates", order, bearer);
    await call("GET", "/v1/certificates?domain=shop.example.com", undefined, bearer);
    const answers = [
      await call("POST", "/v1/certificates", { ...order, reference: "leak", csr: leaked }, bearer),
      await call("POST", "/v1/certificates", { ...order, years: 9 }, { authorization: "Bearer not-this-one" }),
      await call("GET", "/queues", undefined, basic("ops:not-this-password")),
    ];

    expect(answers.map(({ status }) => status)).toEqual([422, 401, 401]);
    const secrets = [
      KEY,
      "not-this-one",
      "not-this-password",
      "correct horse",
      leaked.split("\n")[1] ?? "",
      "BEGIN",
      "ada@example.com",
      "client@example.net",
      "shop.example.com",
    ];
    const text = lines.join("") + answers.map((answer) => answer.text).join("");
    expect(secrets.filter((secret) => text.includes(secret))).toEqual([]);
  });

  test("Pages may load nothing from elsewhere and be shown in no frame; JSON is never guessed to be a page.", async () => {
    const { call } = await world();
    for (const path of ["/", "/docs/", "/queues", "/openapi.json", "/v1/certificates", "/nowhere"]) {
      const { headers } = await call("GET", path);
      expect([path, headers["x-content-type-options"], headers["x-frame-options"]]).toEqual([path, "nosniff", "DENY"]);
      expect(headers["content-security-policy"]).toMatch(/^default-src '(self|none)'.*frame-ancestors 'none'/);
      expect(headers["content-security-policy"]).not.toMatch(/https?:/);
    }
  });
});
