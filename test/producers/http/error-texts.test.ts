// Promise: every route refuses wrong input in our own sentences, whatever is wrong with a body, a query or a header.
import { expect, test } from "vitest";
import { expectOurs, type Shape, wrongOnes } from "../../support/wrong-values.ts";
import { anIssue, anOrder, world } from "./world.ts";

interface Operation {
  operationId?: string;
  requestBody?: { content: Record<string, { schema: Shape }> };
  parameters?: { in: string; name: string; schema: Shape }[];
  responses: Record<string, unknown>;
}
type Call = (
  ...args: Parameters<Awaited<ReturnType<typeof world>>["call"]>
) => Promise<{ status: number; body?: Told }>;
interface Told {
  code: string;
  detail: string;
  errors?: { field: string; message: string }[];
}

const WRONG_TEXTS = [
  "",
  "wrong",
  "-1",
  "0",
  "1.5",
  "99999999",
  "NaN",
  "x".repeat(300),
  "true",
  "[]",
  "{}",
  "2027-13-99",
];

test("Every operation of the API refuses wrong bodies, queries and headers in plain sentences.", async () => {
  const { app, call, work } = await world();
  await call("POST", "/v1/certificates", await anOrder({ reference: "bill-1" }));
  await work("bill-1", { issue: anIssue });
  const paths = (app.swagger() as unknown as { paths: Record<string, Record<string, Operation>> }).paths;
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
  );
  const asked = new Map<string, number>();

  for (const { path, method, operation } of operations) {
    const url = path.replace("{reference}", "bill-1").replace(/\{\w+\}/g, "none");
    for (const given of inputsOf(operation)) {
      const { status, body } = await (call as Call)(method as "POST", url + given.query, given.body, given.headers);
      const asking = `${method} ${url} ${JSON.stringify(given).slice(0, 200)}`;
      expect(status, asking).toBeLessThan(500);
      expect(Object.keys(operation.responses), asking).toContain(`${status}`);
      // The key was sent with a call before: no field of this one is wrong.
      if (status !== 422 || !body || body.code === "idempotency-key-reused") continue;
      asked.set(path, (asked.get(path) ?? 0) + 1);
      expectOurs([body.detail, ...(body.errors ?? []).map(({ message }) => message)]);
      expect(body.errors?.length).toBeGreaterThan(0);
    }
  }

  expect([...asked.keys()].sort()).toEqual([
    "/v1/accounts",
    "/v1/accounts/{id}/balance-poll",
    "/v1/accounts/{id}/check",
    "/v1/approvers",
    "/v1/audit",
    "/v1/bounces/{address}",
    "/v1/certificates",
    "/v1/certificates/count",
    "/v1/certificates/{reference}",
    "/v1/certificates/{reference}/approver",
    "/v1/certificates/{reference}/attention/resolve",
    "/v1/certificates/{reference}/cancel",
    "/v1/certificates/{reference}/certificate",
    "/v1/certificates/{reference}/csr",
    "/v1/certificates/{reference}/extend",
    "/v1/certificates/{reference}/look",
    "/v1/certificates/{reference}/reissues",
    "/v1/certificates/{reference}/validation-method",
    "/v1/certificates:batch",
    "/v1/certificates:change",
    "/v1/customers:erase",
    "/v1/customers:export",
    "/v1/events",
    "/v1/events/stream",
    "/v1/forecast",
    "/v1/keys",
    "/v1/keys/{name}",
    "/v1/keys/{name}/rotate",
    "/v1/notifications",
    "/v1/queues/{queue}/pause",
    "/v1/queues/{queue}/resume",
    "/v1/users",
    "/v1/users/{name}",
    "/v1/users/{name}/password",
    "/v1/users/{name}/role",
    "/v1/webhooks",
    "/v1/webhooks/{id}",
    "/v1/webhooks/{id}/deliveries",
    "/v1/webhooks/{id}/deliveries/{delivery}/replay",
    "/v1/webhooks/{id}/rotate-secret",
    "/v1/webhooks/{id}/test",
  ]);
}, 60_000);

test("The detail of a problem names the first fault, and how many more there are.", async () => {
  const { call } = await world();
  const order = await anOrder({ reference: "bill-2" });
  const { contacts: _none, ...without } = order as Record<string, unknown>;

  const one = await call("POST", "/v1/certificates", without);
  const two = await call("POST", "/v1/certificates", { ...without, years: 9 });
  const three = await call("POST", "/v1/certificates", { ...without, years: 9, customer: {} });

  expect(one.body.detail).toBe("contacts: is missing.");
  expect(two.body.detail).toBe("years: must be at most 5. 1 more is listed in errors.");
  expect(three.body.detail).toBe("years: must be at most 5. 2 more are listed in errors.");
  expect(three.body.errors).toEqual([
    { field: "years", message: "must be at most 5." },
    { field: "contacts", message: "is missing." },
    { field: "customer/email", message: "is missing; it must be one plain e-mail address." },
  ]);
});

test("A change of a policy that is wrong names the half that is.", async () => {
  const { call } = await world();
  await call("POST", "/v1/certificates", await anOrder({ reference: "bill-3" }));

  const answer = await call("PATCH", "/v1/certificates/bill-3", { policy: { mode: "manual", beforeDays: 201 } });

  expect([answer.status, answer.body.detail]).toEqual([
    422,
    "policy/beforeDays: must be a whole number from 1 to 200.",
  ]);
});

/** In how many operations each header was tried: the same code reads it in all. */
const tried = new Map<string, number>();

function* inputsOf({ requestBody, parameters = [] }: Operation) {
  const schema = requestBody?.content["application/json"]?.schema;
  const bodies = new Set(schema ? [...wrongOnes(schema)].map((body) => JSON.stringify(asJson(body))) : []);
  for (const body of bodies) if (body !== undefined) yield { query: "", body, headers: {} };
  for (const { in: where, name } of [...parameters, { in: "query", name: "unknown" }]) {
    const times = tried.get(name) ?? 0;
    tried.set(name, times + 1);
    const texts = where === "header" && times >= 3 ? ["x".repeat(300)] : WRONG_TEXTS;
    for (const text of texts) {
      if (where === "query") yield { query: `?${name}=${encodeURIComponent(text)}`, body: undefined, headers: {} };
      if (where === "header") yield { query: "", body: "{}", headers: { [name]: text } };
    }
  }
}

/** What JSON has no word for goes as text. */
function asJson(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (_key, inner) => (typeof inner === "bigint" ? `${inner}` : inner)) ?? "null");
}
