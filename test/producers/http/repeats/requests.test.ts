// Stories of single requests: what goes in and out beside the body, what an address takes, and how long a caller waits.
import type { AddressInfo } from "node:net";
import { connect } from "node:net";
import { expect, test, vi } from "vitest";
import { attention } from "../../../../src/shared/certificate/attention.ts";
import { anIssue, anOrder, world } from "../world.ts";

test("the id of a request goes in and out, and stands in its log lines, its problem and the audit trail", async () => {
  const { call, lines, audit } = await world();
  const id = "shop:42/a.b-c_d~e";

  const answer = await call("POST", "/v1/certificates", {}, { "x-request-id": id });
  expect(answer).toMatchObject({ status: 422, headers: { "x-request-id": id }, body: { requestId: id } });
  expect(lines.some((line) => line.includes("http.answered") && line.includes(id))).toBe(true);
  await call("POST", "/v1/certificates", await anOrder({ reference: "bill-1" }), { "x-request-id": id });
  expect((await audit.list()).items[0]).toMatchObject({ action: "certificate.order", outcome: "done", request: id });

  for (const strange of ["a b", "x".repeat(129), 'a"b']) {
    const { headers } = await call("GET", "/healthz", undefined, { "x-request-id": strange });
    expect(headers["x-request-id"]).toMatch(/^[0-9a-f-]{36}$/);
  }
  const traced = await call("GET", "/v1/certificates", undefined, { traceparent: "nonsense", tracestate: "=" });
  expect(traced.status).toBe(200);
});

test("an address says which methods it takes; HEAD is GET without a body", async () => {
  const { app } = await world();
  const ask = async (method: string, url: string) => {
    const { statusCode, headers, body } = await app.inject({ method: method as "GET", url });
    return { status: statusCode, allow: headers.allow, body };
  };

  expect(await ask("OPTIONS", "/v1/certificates")).toEqual({
    status: 204,
    allow: "GET, HEAD, OPTIONS, POST",
    body: "",
  });
  expect(await ask("DELETE", "/v1/certificates?x=1")).toMatchObject({ status: 405, allow: "GET, HEAD, OPTIONS, POST" });
  expect(await ask("PUT", "/v1/certificates/bill-1")).toMatchObject({
    status: 405,
    allow: "GET, HEAD, OPTIONS, PATCH",
  });
  expect(await ask("GET", "/v1/certificates/bill-1/cancel")).toMatchObject({ status: 405, allow: "OPTIONS, POST" });
  expect(await ask("POST", "/healthz")).toMatchObject({ status: 405, allow: "GET, HEAD, OPTIONS" });
  expect((await ask("OPTIONS", "/v1/nothing")).status).toBe(404);
  expect((await ask("POST", "/v1/certificates/a/b/c/d")).status).toBe(404);
  expect(await ask("HEAD", "/v1/certificates")).toMatchObject({ status: 200, body: "" });
});

test("bodies may have 256 KB, however their length is told", async () => {
  const { app } = await world();
  await app.listen({ host: "127.0.0.1", port: 0 });
  const { port } = app.server.address() as AddressInfo;
  const raw = (text: string): Promise<string> =>
    new Promise((resolve) => {
      let got = "";
      const socket = connect(port, "127.0.0.1", () => socket.write(text));
      socket.on("data", (data) => {
        got += `${data}`;
      });
      socket.on("error", () => undefined);
      socket.on("close", () => resolve(got));
    });
  const HEAD =
    "POST /v1/certificates HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Type: application/json\r\n";
  const json = (bytes: number): string => JSON.stringify({ reference: "x".repeat(bytes - 16) });

  expect(await raw(`${HEAD}Content-Length: 262144\r\n\r\n${json(262_144)}`)).toMatch(/^HTTP\/1\.1 422/);
  expect(await raw(`${HEAD}Content-Length: 262145\r\n\r\n${json(262_145)}`)).toMatch(/^HTTP\/1\.1 413[\s\S]*256 KB/);
  const chunk = `10000\r\n${"x".repeat(65_536)}\r\n`;
  expect(await raw(`${HEAD}Transfer-Encoding: chunked\r\n\r\n${chunk.repeat(5)}0\r\n\r\n`)).toMatch(/^HTTP\/1\.1 413/);
  expect(await raw(`${HEAD}Content-Length: 99999999\r\n\r\n{}`)).toMatch(/^HTTP\/1\.1 413/);
});

test("who prefers to wait gets the issued certificate, or hears at once what it needs", async () => {
  const { call, work, app } = await world();
  const order = await anOrder();
  const send = (reference: string, wait: string) =>
    call("POST", "/v1/certificates", { ...order, reference }, { prefer: `respond-async, wait=${wait}` });
  const ordered = (reference: string) =>
    vi.waitFor(async () => expect((await call("GET", `/v1/certificates/${reference}`)).status).toBe(200));

  const issued = send("issued", "25");
  await ordered("issued");
  await work("issued", { issue: anIssue });
  expect(await issued).toMatchObject({
    status: 200,
    headers: { "preference-applied": "wait=25", location: "/v1/certificates/issued" },
    body: { status: "issued", normalised: [] },
  });
  expect((await send("issued", "5")).status).toBe(200);

  const needy = send("needy", "999");
  await ordered("needy");
  const told = attention.parse({
    ...{ code: "no-funds", message: "No money.", who: "operator", next: "Refill." },
    ...{ since: "2026-11-22T12:00:00.000Z", by: null },
  });
  await work("needy", { attention: told });
  expect(await needy).toMatchObject({ status: 202, headers: { "preference-applied": "wait=30" } });
  expect((await needy).body.attention).toMatchObject({ code: "no-funds" });

  expect(await send("late", "1")).toMatchObject({ status: 202, body: { status: "ordered" } });
  const bare = await call("POST", "/v1/certificates", await anOrder({ reference: "bare" }), { prefer: "wait=soon" });
  expect([bare.status, bare.headers["preference-applied"]]).toEqual([202, undefined]);

  const stopped = send("stopped", "30");
  await ordered("stopped");
  await app.close();
  expect((await stopped).status).toBe(202);
});

test("over a real connection a caller waits as well, although its body was read long ago, and one that hangs up waits no more", async () => {
  const { app, call, work } = await world();
  const url = await app.listen({ port: 0, host: "127.0.0.1" });
  const hangUp = new AbortController();
  const send = async (reference: string, more: RequestInit = {}) =>
    fetch(`${url}/v1/certificates`, {
      ...{ method: "POST", body: JSON.stringify(await anOrder({ reference })), ...more },
      headers: { "content-type": "application/json", prefer: "wait=30" },
    });
  const ordered = (reference: string) =>
    vi.waitFor(async () => expect((await call("GET", `/v1/certificates/${reference}`)).status).toBe(200));

  const patient = send("patient");
  const gone = send("gone", { signal: hangUp.signal }).catch(() => "gone");
  await ordered("patient");
  await ordered("gone");
  hangUp.abort();
  expect(await gone).toBe("gone");
  await work("patient", { issue: anIssue });

  expect((await patient).status).toBe(200);
});

test("a reissue can be waited for, too", async () => {
  const { call, work } = await world();
  await call("POST", "/v1/certificates", await anOrder({ reference: "bill-1" }));
  await work("bill-1", { issue: anIssue });

  const answer = call("POST", "/v1/certificates/bill-1/reissues", {}, { prefer: "wait=25" });
  await vi.waitFor(async () => {
    expect((await call("GET", "/v1/certificates/bill-1")).body.status).toBe("reissuing");
  });
  await work("bill-1", { issue: { ...anIssue, serialNumber: "0A1C" }, reissue: null, reissues: 1 });

  expect(await answer).toMatchObject({ status: 200, body: { status: "issued", serialNumber: "0A1C" } });
});
