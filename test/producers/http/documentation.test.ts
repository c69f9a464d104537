// Stories about the OpenAPI document, the pages and the probes.
import { type AddressInfo, connect } from "node:net";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";
import { z } from "zod";
import { certificateBody } from "../../../src/producers/http/certificate-body.ts";
import { exampleOrder } from "../../../src/producers/http/example-order.ts";
import { orderBody } from "../../../src/shared/certificate/order.ts";
import { NotificationRequest } from "../../../src/shared/mail/notification.ts";
import { anOrder, world } from "./world.ts";

const CALLS = [
  "POST /v1/certificates",
  "POST /v1/certificates:batch",
  "PUT /v1/certificates/{reference}/certificate",
  "GET /v1/accounts/{id}/shadow",
  "POST /v1/certificates/{reference}/look",
  "POST /v1/certificates:change",
  "POST /v1/customers:export",
  "POST /v1/customers:erase",
  "GET /v1/keys",
  "POST /v1/keys",
  "DELETE /v1/keys/{name}",
  "POST /v1/keys/{name}/rotate",
  "GET /v1/users",
  "POST /v1/users",
  "DELETE /v1/users/{name}",
  "PUT /v1/users/{name}/password",
  "PUT /v1/users/{name}/role",
  "GET /v1/approvers",
  "GET /v1/certificates",
  "GET /v1/certificates/count",
  "GET /v1/events",
  "GET /v1/events/stream",
  "GET /v1/certificates/{reference}",
  "PATCH /v1/certificates/{reference}",
  "GET /v1/certificates/{reference}/pem",
  "GET /v1/certificates/{reference}/files",
  "GET /v1/certificates/{reference}/files/{file}",
  "GET /v1/certificates/{reference}/explanation",
  "POST /v1/certificates/{reference}/reissues",
  "PUT /v1/certificates/{reference}/csr",
  "PUT /v1/certificates/{reference}/validation-method",
  "POST /v1/certificates/{reference}/approver",
  "POST /v1/certificates/{reference}/extend",
  "POST /v1/certificates/{reference}/cancel",
  "POST /v1/certificates/{reference}/attention/resolve",
  "POST /v1/notifications",
  "GET /v1/audit",
  "GET /v1/bounces",
  "DELETE /v1/bounces/{address}",
  "GET /v1/accounts",
  "GET /v1/accounts/{id}",
  "GET /v1/accounts/{id}/answers",
  "GET /v1/accounts/{id}/products",
  "POST /v1/accounts/{id}/balance-poll",
  "POST /v1/accounts/{id}/check",
  "GET /v1/jobs/{queue}/{id}",
  "GET /v1/forecast",
  "GET /v1/webhooks",
  "POST /v1/webhooks",
  "GET /v1/webhooks/{id}",
  "PATCH /v1/webhooks/{id}",
  "DELETE /v1/webhooks/{id}",
  "POST /v1/webhooks/{id}/rotate-secret",
  "GET /v1/webhooks/{id}/deliveries",
  "GET /v1/webhooks/{id}/deliveries/{delivery}",
  "POST /v1/webhooks/{id}/deliveries/{delivery}/replay",
  "POST /v1/webhooks/{id}/test",
  "GET /v1/queues",
  "POST /v1/queues/{queue}/pause",
  "POST /v1/queues/{queue}/resume",
  "GET /healthz",
  "GET /readyz",
  "GET /metrics",
];

interface Operation {
  operationId: string;
  summary: string;
  responses: Record<string, { description: string; content: Record<string, { schema: object }> }>;
  requestBody?: { content: Record<string, { schema: object }> };
}

/** Without examples: a date and a time have one in the document that their schema does not name. */
function withoutExamples(schema: object): object {
  return JSON.parse(JSON.stringify(schema, (key, value) => (key === "example" ? undefined : value)));
}

/** As the document has it: without the words that name the schema itself, and a constant as a choice of one. */
function plain(schema: z.ZodType, io: "input" | "output"): object {
  const made = z.toJSONSchema(schema, { io });
  const { $schema: _schema, id: _id, ...rest } = made.$defs?.Certificate ?? made;
  return JSON.parse(JSON.stringify(rest), (_key, value) => {
    if (!["string", "number"].includes(typeof value?.const)) return value;
    const { const: only, ...others } = value;
    return { ...others, enum: [only] };
  });
}

test("The OpenAPI document is version 3.1 and describes every call, with its answers and its problems.", async () => {
  const { call } = await world();

  const { body } = await call("GET", "/openapi.json");

  expect(body.openapi).toBe("3.1.0");
  const operations = Object.entries<Record<string, Operation>>(body.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => [`${method.toUpperCase()} ${path}`, operation] as const),
  );
  expect(operations.map(([name]) => name).sort()).toEqual([...CALLS].sort());
  expect(new Set(operations.map(([, { operationId }]) => operationId)).size).toBe(CALLS.length);
  for (const [name, { summary, requestBody, responses }] of operations) {
    expect(summary).toBeTruthy();
    if (requestBody) expect(Object.keys(responses)).toEqual(expect.arrayContaining(["400", "413", "415", "422"]));
    if (!name.includes("/v1/")) continue;
    for (const status of ["401", "403", "503"]) {
      expect(responses[status]?.content["application/problem+json"]?.schema).toEqual({
        $ref: "#/components/schemas/Problem",
      });
    }
  }
});

test("Every reference in the OpenAPI document leads somewhere.", async () => {
  const { call } = await world();

  const { text, body } = await call("GET", "/openapi.json");

  const named = [...text.matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name);
  expect([...new Set(named)].sort()).toEqual(Object.keys(body.components.schemas).sort());
});

test("The documented schemas are the ones that requests are checked with and certificates are shown by.", async () => {
  const { call } = await world();

  const { body } = await call("GET", "/openapi.json");

  const requestOf = (path: string): object => body.paths[path].post.requestBody.content["application/json"].schema;
  expect(requestOf("/v1/certificates")).toEqual(plain(orderBody.meta({ example: exampleOrder }), "input"));
  const { example: _example, ...notification } = requestOf("/v1/notifications") as { example: unknown };
  expect(notification).toEqual(plain(NotificationRequest, "input"));
  expect(withoutExamples(body.components.schemas.Certificate)).toEqual(
    withoutExamples(plain(certificateBody, "output")),
  );
  expect(body.components.schemas.Certificate.additionalProperties).toBe(true); // fields may be added
});

test("The pages for people are served from here alone.", async () => {
  const { call } = await world({ env: "live", board: { user: "ops", password: "correct horse" } });
  const login = { authorization: `Basic ${Buffer.from("ops:correct horse").toString("base64")}` };

  const start = await call("GET", "/", undefined, login);
  const docs = await call("GET", "/docs/", undefined, login);
  const script = await call("GET", "/docs/viewer/swagger-ui-bundle.js", undefined, login);

  expect(start.text).toContain(">live<");
  for (const link of ["/docs/", "/queues"]) expect(start.text).toContain(`href="${link}"`);
  expect(start.text + docs.text).not.toMatch(/(src|href)="(https?:)?\/\//);
  expect(docs.headers["content-security-policy"]).toMatch(/script-src 'self';/);
  expect(script.status).toBe(200);
});

test("Probes answer without a key, and metrics count each queue's jobs by state.", async () => {
  const { call } = await world({ apiKeys: [{ id: "x", sha256: "0".repeat(64), scopes: ["admin"] }] });

  expect((await call("GET", "/healthz")).body).toEqual({ status: "alive" });
  expect((await call("GET", "/readyz")).body).toEqual({ status: "ready", fleet: expect.any(String) });
  const metrics = await call("GET", "/metrics");

  expect(metrics.headers["content-type"]).toMatch("text/plain");
  expect(metrics.text).toMatch(/^bullmq_job_count\{queue="balance-poll", state="waiting"\} 0$/m);
  expect(metrics.text.match(/^# TYPE bullmq_job_count /gm)).toHaveLength(1);
});

test("Metrics count what waits.", async () => {
  const { call } = await world();
  await call("POST", "/v1/certificates", await anOrder());
  expect((await call("GET", "/metrics")).text).toMatch(/^bullmq_job_count\{queue="open", state="waiting"\} 1$/m);
});

test("An address that does not exist is a problem like any other.", async () => {
  const { call } = await world();
  for (const [method, url] of [
    ["GET", "/nothing"],
    ["PATCH", "/v1/nothing"],
    ["GET", "/v1/nothing?secret=1"],
  ] as const) {
    const { status, body } = await call(method, url);
    expect([status, body.type, body.instance]).toEqual([404, "/docs/problems/not-found", url.replace(/\?.*/, "")]);
  }
});

test("What is no HTTP request is answered with a problem, too, and the connection ends.", async () => {
  const { app } = await world();
  await app.listen({ host: "127.0.0.1", port: 0 });
  const { port } = app.server.address() as AddressInfo;

  const socket = connect(port, "127.0.0.1");
  socket.write("patch /v1/certificates/bill-1001 HTTP/1.1\r\nHost: localhost\r\n\r\n");
  const [head = "", body = ""] = (await text(socket)).split("\r\n\r\n");

  expect(head).toMatch(/^HTTP\/1\.1 400 .*content-type: application\/problem\+json/is);
  expect(JSON.parse(body)).toMatchObject({ type: "/docs/problems/malformed", status: 400 });
});
