// The client over HTTP as a billing system meets it: a gateway that is slow, busy, away, or says no.
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test, vi } from "vitest";
import type { z } from "zod";
import {
  CertfleetClient,
  type CertfleetEvent,
  CertfleetProblem,
  CertfleetUnreachable,
  type Certificate,
  type EventType,
  isProblem,
  type OpenedCertificate,
  type Order,
  type Rehearsal,
} from "../../../src/client/http/client.ts";
import type { certificateBody } from "../../../src/producers/http/certificate-body.ts";
import type { acceptedBody, rehearsalBody } from "../../../src/producers/http/order-answers.ts";
import { startGateway } from "../../../src/producers/main.ts";
import type { orderBody as orderSchema } from "../../../src/shared/certificate/order.ts";
import type { EventType as FleetEventType } from "../../../src/shared/events/event-types.ts";
import { orderBody } from "../../support/order.ts";
import { world } from "../../support/world.ts";

interface Asked {
  method: string;
  url: string;
  key: string | undefined;
  headers: IncomingMessage["headers"];
  body: unknown;
}

/** A gateway that answers as it is told, one answer after the other, and the last one again and again. */
async function gateway(...answers: ((reply: ServerResponse, request: IncomingMessage) => void)[]) {
  const asked: Asked[] = [];
  const server = createServer(async (request, reply) => {
    let text = "";
    for await (const bytes of request) text += bytes;
    const { method = "", url = "", headers } = request;
    asked.push({ method, url, headers, key: headers["idempotency-key"] as string, body: text && JSON.parse(text) });
    (answers[asked.length - 1] ?? answers.at(-1))?.(reply, request);
  }).listen(0, "127.0.0.1");
  onTestFinished(() => void server.close().closeAllConnections());
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { asked, url, client: new CertfleetClient({ url, apiKey: "cf_key" }) };
}

/** An address at which nothing listens. */
async function nobody(): Promise<string> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  return `http://127.0.0.1:${port}`;
}

const says =
  (status: number, body: object, headers: Record<string, string> = {}) =>
  (reply: ServerResponse): void => {
    reply.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
  };
const no = (status: number, name: string, headers: Record<string, string> = {}) =>
  says(status, { type: `/docs/problems/${name}`, code: name, title: "No.", status, detail: `said ${name}` }, headers);
const hangUp = (reply: ServerResponse): void => void reply.destroy();

const order = { reference: "bill-1" } as Order;

test("an order is sent until it was taken: through a connection that breaks, a 503 and a 429, under one Idempotency-Key", async () => {
  const wait = vi.spyOn(Math, "random").mockReturnValue(0);
  const taken = says(202, { reference: "bill-1", status: "ordered" });
  const { client, asked } = await gateway(
    hangUp,
    no(503, "unavailable", { "retry-after": "0" }),
    no(429, "too-many-requests", { "retry-after": "0" }),
    taken,
  );

  const answer = await client.certificates.open(order);
  await client.certificates.reissue("bill-1", { reason: "key lost" });

  expect(answer).toEqual({ reference: "bill-1", status: "ordered" });
  expect(asked.map(({ method, url }) => `${method} ${url}`)).toEqual([
    ...Array.from({ length: 4 }, () => "POST /v1/certificates"),
    "POST /v1/certificates/bill-1/reissues",
  ]);
  const keys = asked.map(({ key }) => key);
  expect(new Set(keys.slice(0, 4)).size).toBe(1);
  expect(keys[0]).toMatch(/^[0-9a-f-]{36}$/);
  expect(keys[4]).not.toBe(keys[0]);
  expect(asked[3]?.headers).toMatchObject({ authorization: "Bearer cf_key", "content-type": "application/json" });
  expect(asked[3]?.body).toEqual(order);
  wait.mockRestore();
}, 20_000);

test("a gateway that asks to wait is given the time, and is left when it asks for too long", async () => {
  const { client, asked } = await gateway(
    no(429, "too-many-requests", { "retry-after": "1" }),
    no(429, "quota-exceeded", { "retry-after": "3600" }),
  );
  const began = performance.now();

  const refused = await client.certificates.open(order).catch((error: unknown) => error);

  expect(refused).toMatchObject({ code: "quota-exceeded", status: 429, retryAfterMs: 3_600_000 });
  expect(performance.now() - began).toBeGreaterThan(990);
  expect(asked).toHaveLength(2);
});

test("a no is an error with its name, its fields and the request's id, and is asked once", async () => {
  const errors = [{ field: "csr", message: "is missing." }];
  const { client, asked } = await gateway(
    says(
      422,
      {
        type: "/docs/problems/invalid",
        code: "invalid",
        title: "Some fields are wrong.",
        detail: "csr: is missing.",
        errors,
      },
      { "x-request-id": "r-1" },
    ),
    says(404, { type: "https://ssl.example.com/docs/problems/not-found", title: "Not found." }, {}),
  );

  const invalid = await client.certificates.open(order).catch((error: unknown) => error);
  const missing = await client.certificates.get("bill-2").catch((error: unknown) => error);

  expect(invalid).toBeInstanceOf(CertfleetProblem);
  expect(invalid).toMatchObject({
    code: "invalid",
    status: 422,
    message: "csr: is missing.",
    errors,
    requestId: "r-1",
  });
  expect([isProblem(missing, "not-found"), isProblem(missing, "invalid"), isProblem(new Error("x"))]).toEqual([
    true,
    false,
    false,
  ]);
  expect(asked).toHaveLength(2);
});

test("nobody there, no answer in time, a page of something in between: whether it had an effect is unknown, and the key is told", async () => {
  const page = (reply: ServerResponse): void =>
    void reply.writeHead(502, { "content-type": "text/html" }).end("<h1>502</h1>");
  const { url } = await gateway(() => undefined);
  const between = await gateway(page);
  const impatient = (to: string) => new CertfleetClient({ url: to, timeoutMs: 100, retries: 1 });

  for (const [to, words] of [
    [await nobody(), "ECONNREFUSED"],
    [url, "no answer within 100 ms"],
    [between.url, "502, and not from the gateway"],
  ] as const) {
    const error = await impatient(to)
      .certificates.open(order, { idempotencyKey: "k-1" })
      .catch((e: unknown) => e);
    expect(error).toBeInstanceOf(CertfleetUnreachable);
    expect(error).toMatchObject({ idempotencyKey: "k-1", message: expect.stringContaining(words) });
  }
  expect(between.asked).toHaveLength(2);
});

test("who asked may end it, while it is under way and while it waits, and gets the reason of their own signal", async () => {
  const slow = await gateway(() => undefined);
  const busy = await gateway(no(503, "unavailable", { "retry-after": "20" }));

  for (const { client, asked } of [slow, busy]) {
    const stop = new AbortController();
    const ended = client.certificates.get("bill-1", { signal: stop.signal });
    await vi.waitUntil(() => asked.length === 1);
    stop.abort(new Error("the customer left"));
    await expect(ended).rejects.toThrow("the customer left");
    expect(asked).toHaveLength(1);
  }
});

test("a key goes to the gateway alone: a redirect is an error, and no error shows the key", async () => {
  const { client, asked } = await gateway(
    (reply) => void reply.writeHead(301, { location: "http://127.0.0.1:1/" }).end(),
  );

  await expect(client.certificates.get("bill-1")).rejects.toThrow("leads elsewhere (301)");
  expect(asked).toHaveLength(1);
  expect(() => new CertfleetClient({ url: "ssl.example.com" })).toThrow("such as https://ssl.example.com");
  expect(() => new CertfleetClient({ url: "https://key@ssl.example.com" })).toThrow("must hold no login");
  expect(() => new CertfleetClient({ url: "https://ssl.example.com", apiKey: "geheim\n" })).toThrow(/^(?!.*geheim)/s);
  for (const wrong of ["../accounts", "a/b", "", "."])
    expect(() => client.certificates.get(wrong)).toThrow("no reference");
});

test("lists and events are asked for in the API's words, under a path of its own, and a wait has the time that it needs", async () => {
  const empty = says(200, { items: [], nextCursor: "7-0" });
  const { url, asked } = await gateway(
    empty,
    empty,
    says(200, { items: [{}], nextCursor: "c" }),
    says(200, { items: [{}], nextCursor: null }),
  );
  const client = new CertfleetClient({ url: `${url}/ssl/` });

  await client.certificates.list({
    status: ["issued", "attention"],
    expiresBefore: new Date(0),
    attention: true,
    limit: 5,
  });
  const page = await client.events.read({ after: "6-0", types: ["certificate.issued"], wait: 20 });
  const all: Certificate[] = [];
  for await (const each of client.certificates.all({ domain: "shop.example.com" })) all.push(each);

  expect(page.nextCursor).toBe("7-0");
  expect(all).toHaveLength(2);
  expect(asked.map(({ url: path }) => path)).toEqual([
    "/ssl/v1/certificates?status=issued%2Cattention&expires_before=1970-01-01T00%3A00%3A00.000Z&attention=true&limit=5",
    "/ssl/v1/events?after=6-0&types=certificate.issued&wait=20",
    "/ssl/v1/certificates?limit=200&domain=shop.example.com",
    "/ssl/v1/certificates?limit=200&domain=shop.example.com&cursor=c",
  ]);
});

test("at a gateway of ours: rehearsed, ordered, issued, listed, fetched and reissued", async () => {
  const w = await world();
  const real = await startGateway({ ...w.env, PORT: "0", CERTFLEET_API_KEY: "a-key-of-the-test-0123456789" });
  onTestFinished(real.stop);
  await w.work(["open", "reissue", "notify"]);
  const client = new CertfleetClient({ url: real.url, apiKey: "a-key-of-the-test-0123456789" });
  const whole = (await orderBody({ reference: "bill-20" })) as Order;

  const rehearsed = await client.certificates.rehearse(whole);
  const opened = await client.certificates.open(whole);
  const issued = await client.certificates.waitFor("bill-20", { timeoutMs: 15_000 });

  expect([rehearsed.valid, opened.status]).toEqual([true, "ordered"]);
  expect(issued).toMatchObject({ reference: "bill-20", status: "issued", domain: "shop.example.com" });
  expect((await client.certificates.list({ status: "issued" })).items).toHaveLength(1);
  expect(await client.certificates.pem("bill-20")).toMatch(/^-----BEGIN CERTIFICATE-----/);
  const other = { ...whole, years: 2 };
  expect(await client.certificates.open(other).catch((e: unknown) => isProblem(e, "reference-taken"))).toBe(true);
  expect((await client.certificates.reissue("bill-20", { reason: "new server" })).reissues).toBe(0);
}, 30_000);

test("the types that the clients show are those of the fleet", () => {
  /** Compiles only where every value of the first is one of the second. */
  const fits = <From extends To, To>(_proof?: [From, To]): true => true;

  expect([
    fits<z.infer<typeof certificateBody>, Certificate>(),
    fits<z.infer<typeof acceptedBody>, OpenedCertificate>(),
    fits<z.infer<typeof rehearsalBody>, Rehearsal>(),
    fits<Order, z.input<typeof orderSchema>>(),
    fits<z.input<typeof orderSchema>, Order>(),
    fits<FleetEventType, EventType>(),
    fits<CertfleetEvent["type"], string>(),
  ]).toHaveLength(7);
});
