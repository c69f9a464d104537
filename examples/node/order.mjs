// Orders a certificate, waits until it is issued, and prints it as PEM: the certificate first, then its chain.
//
//   node examples/node/order.mjs REFERENCE > shop.example.com.pem
//
// CERTFLEET_URL      the gateway (http://127.0.0.1:3000)
// CERTFLEET_API_KEY  its key, where it has one
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

const { CERTFLEET_URL: base = "http://127.0.0.1:3000", CERTFLEET_API_KEY: key } = process.env;
const WAIT_SECONDS = 20;

function fail(text) {
  console.error(text);
  process.exit(1);
}

/**
 * Sends the same request again until its outcome is known: after no answer, a 5xx (503: Redis does not respond), 429
 * and a 409 that asks to wait. Every other refusal stays, however often it is repeated, and ends the program, but for
 * 410: so old a place in the feed of events is kept no more.
 */
async function call(path, { method = "GET", body, headers = {} } = {}) {
  for (let pause = 1; ; pause = Math.min(pause * 2, 60)) {
    const answer = await fetch(`${base}${path}`, {
      ...{ method, body, headers: { ...headers, ...(key && { authorization: `Bearer ${key}` }) } },
      signal: AbortSignal.timeout((WAIT_SECONDS + 10) * 1_000),
    }).catch(() => undefined);
    const text = await answer?.text().catch(() => undefined);
    const status = text === undefined ? 0 : answer.status;
    if ((answer?.ok && status) || status === 410) return { status, text };
    const after = Number(answer?.headers.get("retry-after") ?? 0);
    const passes = status === 0 || status >= 500 || status === 429 || (status === 409 && after > 0);
    if (!passes) fail(refusal(status, text));
    console.error(`no answer yet (${status}); the same request is sent again`);
    await sleep(Math.max(pause, after) * 1_000);
  }
}

/** 409: the reference belongs to another order. 422: wrong fields, each with what is wrong. 401, 403: the key. */
function refusal(status, text) {
  try {
    const { detail, errors = [] } = JSON.parse(text);
    return [`${status}: ${detail}`, ...errors.map(({ field, message }) => `  ${field}: ${message}`)].join("\n");
  } catch {
    return `${status}: ${text}`;
  }
}

const reference = process.argv[2] ?? fail("Usage: node order.mjs REFERENCE");
const order = JSON.parse(readFileSync(new URL("../order.json", import.meta.url), "utf8"));
// What makes two requests one order is the reference. The key makes two requests one request, for repeats only.
await call("/v1/certificates", {
  method: "POST",
  body: JSON.stringify({ ...order, reference }),
  headers: {
    "content-type": "application/json",
    "idempotency-key": randomUUID(),
    prefer: `wait=${WAIT_SECONDS}`,
  },
});

let told = "";
for (let after; ; ) {
  // The place in the feed is taken before the order is looked at: what happens in between is not missed.
  const query = new URLSearchParams({ reference, after: after ?? "latest", wait: `${after ? WAIT_SECONDS : 0}` });
  const page = await call(`/v1/events?${query}`);
  after = page.status === 200 ? JSON.parse(page.text).nextCursor : undefined;

  const { status, attention, failure } = JSON.parse((await call(`/v1/certificates/${reference}`)).text);
  const now = attention ? `${status}: ${attention.message} Next: ${attention.next}` : status;
  if (now !== told) console.error(now);
  told = now;
  if (status === "issued" || status === "reissuing") break;
  if (["failed", "cancelled", "expired"].includes(status)) fail(failure?.message ?? "There is no valid certificate.");
}
process.stdout.write((await call(`/v1/certificates/${reference}/pem`)).text);
