// Stories about scopes: every route of the app, taken from the app itself, with a key of every scope.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import fastify from "fastify";
import { expect, test } from "vitest";
import { demandScopes } from "../../../../src/producers/http/access/route-scopes.ts";
import { hashOf } from "../../../../src/shared/authority/keys/secret.ts";
import { type Scope, scopes, scopeTexts } from "../../../../src/shared/authority/scopes.ts";
import { anOrder, world } from "../world.ts";

/** Who may call what. A route that is not here fails the first story. */
const needed: Record<string, Scope> = {
  "POST /v1/certificates": "certificates:write",
  "POST /v1/certificates:batch": "certificates:write",
  "POST /v1/certificates:change": "certificates:write",
  "GET /v1/certificates": "certificates:read",
  "GET /v1/certificates/count": "certificates:read",
  "GET /v1/events": "certificates:read",
  "GET /v1/events/stream": "certificates:read",
  "GET /v1/certificates/{reference}": "certificates:read",
  "GET /v1/certificates/{reference}/pem": "certificates:read",
  "GET /v1/certificates/{reference}/files": "certificates:read",
  "GET /v1/certificates/{reference}/files/{file}": "certificates:read",
  "GET /v1/certificates/{reference}/explanation": "certificates:read",
  "GET /v1/approvers": "certificates:read",
  "PATCH /v1/certificates/{reference}": "certificates:write",
  "POST /v1/certificates/{reference}/reissues": "certificates:write",
  "POST /v1/certificates/{reference}/approver": "certificates:write",
  "PUT /v1/certificates/{reference}/csr": "certificates:write",
  "PUT /v1/certificates/{reference}/certificate": "certificates:write",
  "PUT /v1/certificates/{reference}/validation-method": "certificates:write",
  "POST /v1/certificates/{reference}/look": "certificates:write",
  "POST /v1/certificates/{reference}/extend": "money:decide",
  "POST /v1/certificates/{reference}/cancel": "money:decide",
  "POST /v1/certificates/{reference}/attention/resolve": "money:decide",
  "POST /v1/notifications": "notifications:send",
  "GET /v1/bounces": "operate",
  "DELETE /v1/bounces/{address}": "operate",
  "GET /v1/accounts": "accounts:read",
  "GET /v1/accounts/{id}": "accounts:read",
  "GET /v1/accounts/{id}/answers": "accounts:read",
  "GET /v1/accounts/{id}/shadow": "accounts:read",
  "GET /v1/accounts/{id}/products": "accounts:read",
  "POST /v1/accounts/{id}/balance-poll": "operate",
  "POST /v1/accounts/{id}/check": "operate",
  "GET /v1/jobs/{queue}/{id}": "operate",
  "GET /v1/forecast": "accounts:read",
  "GET /v1/queues": "operate",
  "POST /v1/queues/{queue}/pause": "operate",
  "POST /v1/queues/{queue}/resume": "operate",
  "GET /v1/audit": "admin",
  "GET /v1/webhooks": "webhooks:read",
  "POST /v1/webhooks": "webhooks:write",
  "GET /v1/webhooks/{id}": "webhooks:read",
  "PATCH /v1/webhooks/{id}": "webhooks:write",
  "DELETE /v1/webhooks/{id}": "webhooks:write",
  "POST /v1/webhooks/{id}/rotate-secret": "webhooks:write",
  "GET /v1/webhooks/{id}/deliveries": "webhooks:read",
  "GET /v1/webhooks/{id}/deliveries/{delivery}": "webhooks:read",
  "POST /v1/webhooks/{id}/deliveries/{delivery}/replay": "webhooks:write",
  "POST /v1/webhooks/{id}/test": "webhooks:write",
  "GET /v1/keys": "admin",
  "POST /v1/keys": "admin",
  "POST /v1/keys/{name}/rotate": "admin",
  "DELETE /v1/keys/{name}": "admin",
  "GET /v1/users": "admin",
  "POST /v1/users": "admin",
  "PUT /v1/users/{name}/password": "admin",
  "PUT /v1/users/{name}/role": "admin",
  "DELETE /v1/users/{name}": "admin",
  "POST /v1/customers:export": "admin",
  "POST /v1/customers:erase": "admin",
  "GET /metrics": "metrics:read",
};

const secretFor = (scope: Scope) => `key-for-${scope}-only`;
const apiKeys = scopes.map((scope) => ({
  id: scope.replace(":", "-"),
  sha256: hashOf(secretFor(scope)),
  scopes: [scope],
}));

/** Every call that the app describes, and every route of /v1 that it has. */
async function scopedWorld() {
  const w = await world({ apiKeys, limits: "off" });
  const { paths } = (await w.call("GET", "/openapi.json")).body;
  const calls = Object.entries(paths as Record<string, Record<string, { security?: object[]; description?: string }>>)
    .flatMap(([path, verbs]) =>
      Object.entries(verbs).map(([verb, call]) => [`${verb.toUpperCase()} ${path}`, call] as const),
    )
    .filter(([name]) => !/^GET \/(healthz|readyz)$/.test(name));
  return { ...w, calls };
}

test("Every call of the app stands in this table, and OpenAPI names its scope, in words too.", async () => {
  const { calls } = await scopedWorld();

  expect(Object.fromEntries(calls.map(([name, { security }]) => [name, security]))).toEqual(
    Object.fromEntries(Object.entries(needed).map(([name, scope]) => [name, [{ key: [scope] }]])),
  );
  for (const [name, { description }] of calls) expect(description).toContain(`Needs the scope \`${needed[name]}\``);
});

test("Every route, with a key of every scope: what the scope allows is not 401 or 403, all else is 403 and names the scope.", async () => {
  const { calls, app } = await scopedWorld();
  const wrong: unknown[] = [];
  const notices: Scope[] = ["notifications:send", "notifications:any"];
  for (const [name] of calls) {
    const [method = "GET", path = ""] = name.split(" ");
    const scope = needed[name] as Scope;
    for (const held of scopes) {
      const answer = await app.inject({
        method: method as "GET",
        url: path.replace("{queue}", "open").replace(/\{\w+\}/g, "none"),
        headers: { authorization: `Bearer ${secretFor(held)}` },
        remoteAddress: "192.0.2.7",
        ...(method !== "GET" && method !== "DELETE" && { payload: {} }),
      });
      const may = held === "admin" || held === scope || (notices.includes(scope) && held === "notifications:any");
      const isRefused = answer.statusCode === 403 && answer.json().scope === scope;
      const isTaken = ![401, 403].includes(answer.statusCode) && answer.statusCode < 500;
      if (may ? !isTaken : !isRefused) wrong.push([name, held, answer.statusCode, answer.body.slice(0, 200)]);
    }
  }
  expect(wrong).toEqual([]);
});

test("Without a key, and with a wrong one, every route is 401.", async () => {
  const { calls, app } = await scopedWorld();
  for (const [name] of calls)
    for (const headers of [{}, { authorization: "Bearer wrong" }, { authorization: "Basic b3BzOm9wcw==" }]) {
      const [method = "GET", path = ""] = name.split(" ");
      const url = path.replace("{queue}", "open").replace(/\{\w+\}/g, "none");
      const answer = await app.inject({ method: method as "GET", url, headers, remoteAddress: "192.0.2.7" });
      expect([name, answer.statusCode]).toEqual([name, 401]);
    }
});

test("A key that may only order decides nothing, mails nobody and reads nothing.", async () => {
  const { call } = await scopedWorld();
  const order = await anOrder();
  const headers = { authorization: `Bearer ${secretFor("certificates:write")}` };

  const placed = await call("POST", "/v1/certificates", order, headers);
  const others = [
    await call("GET", "/v1/certificates", undefined, headers),
    await call("POST", `/v1/certificates/${order.reference}/cancel`, { reason: "x" }, headers),
    await call("POST", `/v1/certificates/${order.reference}/extend`, { years: 4 }, headers),
    await call(
      "POST",
      `/v1/certificates/${order.reference}/attention/resolve`,
      { decision: "not-bought", reason: "x" },
      headers,
    ),
    await call("POST", "/v1/notifications", {}, headers),
  ];

  expect(placed.status).toBe(202);
  expect(others.map(({ status, body }) => [status, body.type, body.scope])).toEqual(
    ["certificates:read", "money:decide", "money:decide", "money:decide", "notifications:send"].map((scope) => [
      403,
      "/docs/problems/forbidden",
      scope,
    ]),
  );
});

test("A route of the API that names no scope cannot be built.", () => {
  const app = fastify();
  demandScopes(app as never);
  expect(() => app.get("/new", async () => ({}))).toThrow("/new names no scope");
});

test("A key opens no page for people, and their login opens no call of the API.", async () => {
  const { call } = await world({ apiKeys, board: { user: "ops", password: "correct horse" } });
  const login = { authorization: `Basic ${Buffer.from("ops:correct horse").toString("base64")}` };
  const key = { authorization: `Bearer ${secretFor("admin")}` };

  for (const page of ["/", "/queues", "/queues/api/queues", "/templates"]) {
    expect([page, (await call("GET", page, undefined, login)).status]).toEqual([page, 200]);
    expect([page, (await call("GET", page, undefined, key)).status]).not.toEqual([page, 200]);
  }
  expect((await call("GET", "/v1/certificates", undefined, login)).status).toBe(401);
});

test("The page about API keys says of each scope what the program says.", () => {
  const page = readFileSync(resolve(import.meta.dirname, "../../../../docs/howto/api-keys.md"), "utf8");
  const rows = [...page.matchAll(/^\| `([a-z:]+)` \| (.+) \|$/gm)].map(([, scope, text]) => [scope, text]);
  expect(rows).toEqual(scopes.map((scope) => [scope, scopeTexts[scope]]));
});
