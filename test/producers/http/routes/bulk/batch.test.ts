// Many orders in one request: each is an order of its own, and what breaks in the middle loses and doubles nothing.
import { request as httpRequest, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { expect, onTestFinished, test, vi } from "vitest";
import type { ResultLine } from "../../../../../src/producers/bulk/result-line.ts";
import { startServer } from "../../../../shared/redis/connection/server.ts";
import { orderBody } from "../../../../support/order.ts";
import { world } from "../../world.ts";

const URL = "/v1/certificates:batch";
const NDJSON = { "content-type": "application/x-ndjson" };

type World = Awaited<ReturnType<typeof world>>;

async function batch({ app }: World, payload: string | Buffer, query = ""): Promise<ResultLine[]> {
  const answer = await app.inject({ method: "POST", url: `${URL}${query}`, headers: NDJSON, payload });
  expect([answer.statusCode, answer.headers["content-type"]]).toEqual([200, "application/x-ndjson; charset=utf-8"]);
  return linesOf(answer.body);
}

function linesOf(body: string): ResultLine[] {
  return body.split("\n").flatMap((line) => (line === "" ? [] : [JSON.parse(line) as ResultLine]));
}

const inWords = (results: readonly ResultLine[]) =>
  results.map(({ line, reference, status }) => `${line} ${reference} ${status}`);

/** Orders whose CSR is the same, which is allowed. */
async function orders(names: readonly string[]) {
  const body = await orderBody();
  return names.map((reference) => ({ ...body, reference }));
}

test("each line is answered as the order alone would be, whatever stands on the lines around it", async () => {
  const here = await world();
  const [a, b] = await orders(["a", "b"]);
  const { csr: _csr, ...c } = { ...a, reference: "c" };
  const long = JSON.stringify({ ...a, reference: "long", brand: "x".repeat(262_144) });
  const lines = [
    `\uFEFF${JSON.stringify(a)}\r`,
    "",
    "{ not json",
    JSON.stringify({ ...a, years: 2 }),
    JSON.stringify(c),
    "  \r",
    long,
    JSON.stringify({ ...b, customer: { email: "client@example.net", name: "" }, account: null }),
    JSON.stringify(a),
    "[]",
    '{"reference":"p","__proto__":{}}',
    JSON.stringify({ ...b, reference: "u" }).replace("Ada", "\u00c3"),
  ];
  const bytes = Buffer.from(`${lines.join("\n")}\n{"reference":"cut`);
  // In Latin-1 that letter is no UTF-8.
  const at = bytes.indexOf("\u00c3");
  const results = await batch(
    here,
    Buffer.concat([bytes.subarray(0, at), Buffer.from([0xe4]), bytes.subarray(at + 2)]),
  );

  expect(inWords(results)).toEqual([
    ...["1 a 202", "3 null 400", "4 a 409", "5 c 422", "7 null 413", "8 b 202", "9 a 200", "10 null 422"],
    ...["11 p 400", "12 null 400", "13 null 400"],
  ]);
  expect(results[0]).toMatchObject({ certificate: { reference: "a", status: "ordered", domain: "shop.example.com" } });
  expect(results[3]?.problem).toMatchObject({
    type: "/docs/problems/invalid",
    errors: [{ field: "csr", message: "is missing." }],
  });
  expect(results[1]?.problem?.detail).toMatch(/JSON object in UTF-8: column 3/);
  expect(results[9]?.problem?.detail).toMatch(/0xe4, which is not UTF-8/);
  const page = await here.call("GET", "/v1/certificates");
  expect(page.body.items.map(({ reference }: { reference: string }) => reference).sort()).toEqual(["a", "b"]);
  // Each order is written to the audit trail as one, and the batch beside them.
  const { items } = await here.audit.list();
  expect(items.filter(({ subject, outcome }) => subject === "a" && outcome === "done")).toHaveLength(2);
  expect(items.filter(({ action }) => action === "certificate.order-batch")).toHaveLength(1);

  const tries = await batch(
    here,
    `${JSON.stringify({ ...a, reference: "dry" })}\n${JSON.stringify(c)}`,
    "?dryRun=true",
  );
  expect(inWords(tries)).toEqual(["1 dry 200", "2 c 422"]);
  expect(tries[0]?.rehearsal).toMatchObject({ valid: true, names: ["shop.example.com"] });
  expect((await here.call("GET", "/v1/certificates/dry")).status).toBe(404);

  const other = await here.app.inject({ method: "POST", url: URL, payload: { reference: "x" } });
  expect([other.statusCode, other.json().detail]).toEqual([415, expect.stringMatching(/application\/x-ndjson/)]);
  const { paths } = (await here.app.inject("/openapi.json")).json();
  expect(paths["/v1/certificates:batch"].post.operationId).toBe("openCertificates");
});

/** A request whose body is written by hand, on a real port. */
async function speaking({ app }: World) {
  await app.listen({ host: "127.0.0.1", port: 0 });
  const { port } = app.server.address() as AddressInfo;
  const sent = httpRequest({ host: "127.0.0.1", port, path: URL, method: "POST", headers: NDJSON });
  sent.on("error", () => undefined);
  onTestFinished(() => void sent.destroy());
  const answered = new Promise<IncomingMessage>((resolve) => sent.once("response", resolve));
  sent.flushHeaders();
  return { sent, answered };
}

test("a line is answered before the next one is sent; a client that goes away in the middle of a line ordered the whole ones", async () => {
  const here = await world({ connections: { requestMs: 50, headersMs: 50, lookMs: 10 } });
  const [a, b, c] = (await orders(["a", "b", "c"])).map((each) => JSON.stringify(each)) as [string, string, string];
  const { sent, answered } = await speaking(here);
  sent.write(`${a}\n`);
  const answer = await answered;
  const first = await new Promise((resolve) => answer.once("data", resolve));
  expect(inWords(linesOf(`${first}`))).toEqual(["1 a 202"]);
  await new Promise((resolve) => setTimeout(resolve, 100)); // longer than other requests may take
  const second = new Promise((resolve) => answer.once("data", resolve));
  sent.write(`${b}\n${c}`); // a whole order, and no end of its line
  expect(inWords(linesOf(`${await second}`))).toEqual(["2 b 202"]);
  answer.on("error", () => undefined);
  sent.destroy();
  expect(inWords(await batch(here, [a, b, c].join("\n")))).toEqual(["1 a 200", "2 b 200", "3 c 202"]);
});

test("a gateway that stops ends the batch with a line that says from where to send again", async () => {
  const here = await world();
  const [a, b] = (await orders(["a", "b"])).map((each) => JSON.stringify(each)) as [string, string];
  const { sent, answered } = await speaking(here);
  sent.write(`${a}\n${b.slice(0, 100)}`);
  const answer = await answered;
  const all = text(answer);
  await vi.waitFor(async () => expect((await here.certificates.find("a"))?.order.reference).toBe("a"));
  const closed = here.app.close();
  const results = linesOf(await all);
  expect(inWords(results)).toEqual(["1 a 202", "2 null 503"]);
  expect(results[1]?.problem?.detail).toBe(
    "The gateway is stopping. Nothing from line 2 on was read: send these lines again.",
  );
  await closed;
});

test("without Redis the rest is answered soon with 503, and the same lines again order each once", async () => {
  const server = await startServer();
  const here = await world({ redisUrl: server.url });
  const names = Array.from({ length: 300 }, (_, i) => `bill-${i + 1}`);
  const body = (await orders(names)).map((each) => JSON.stringify(each)).join("\n");
  const accept = here.certificates.accept;
  let kept = 0;
  here.certificates.accept = (...asked) => {
    if (++kept === 40) server.stop("SIGSTOP"); // hangs, as a machine does that is about to fail
    return accept(...asked);
  };
  onTestFinished(() => server.stop("SIGCONT"));
  const results = await batch(here, body);
  expect(kept).toBeLessThan(150); // nobody asked a Redis that was away for each of the others
  expect(results.map(({ line }) => line)).toEqual(names.map((_, i) => i + 1));
  const away = results.filter(({ status }) => status === 503);
  expect(away.length).toBeGreaterThan(200);
  for (const { problem } of away)
    expect(problem?.detail).toMatch(
      /(Nothing is known to have happened|nothing was done)\..* send the same (request )?again\.$/i,
    );
  server.stop("SIGCONT");
  here.certificates.accept = accept;
  await vi.waitFor(async () => expect((await here.call("GET", "/readyz")).status).toBe(200), 15_000);
  const again = await vi.waitFor(async () => {
    const answered = await batch(here, body);
    expect(answered.filter(({ status }) => status !== 200 && status !== 202)).toEqual([]);
    return answered;
  }, 15_000);
  expect(again.filter(({ status }) => status === 200).length).toBeGreaterThanOrEqual(
    results.filter(({ status }) => status === 202).length,
  );
  expect(await here.redis.zcard(here.keys.byAcceptance)).toBe(300);
});
