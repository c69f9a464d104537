// Orders over HTTP, and sends the same order again until it is known that it was accepted.
//
//   node examples/order-by-http.mjs [REFERENCE]
//
// CERTFLEET_URL      the gateway (http://127.0.0.1:3000)
// CERTFLEET_API_KEY  its key, where it has one
import { readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";

const { CERTFLEET_URL: base = "http://127.0.0.1:3000", CERTFLEET_API_KEY: key = "" } = process.env;
const order = JSON.parse(readFileSync(new URL("order.json", import.meta.url), "utf8"));
const body = JSON.stringify({ ...order, reference: process.argv[2] ?? order.reference });

for (let tries = 1; ; tries++) {
  const answer = await fetch(`${base}/v1/certificates`, {
    method: "POST",
    headers: { "content-type": "application/json", ...(key && { authorization: `Bearer ${key}` }) },
    body,
    signal: AbortSignal.timeout(10_000),
  }).catch(() => undefined);

  if (answer?.ok) {
    const { reference, status } = await answer.json();
    console.log(`${reference} is accepted: ${status}`);
    break;
  }
  if (answer && answer.status < 500) {
    // The order is wrong, or the reference belongs to another order. Sending it again changes nothing.
    const { detail, errors = [] } = await answer.json();
    console.error([detail, ...errors.map(({ field, message }) => `  ${field}: ${message}`)].join("\n"));
    process.exitCode = 1;
    break;
  }
  // No answer or a 5xx: the outcome is unknown. The same order under the same reference is never bought twice.
  console.error("No answer yet. The same order is sent again.");
  await pause(Math.min(2 ** tries, 60) * 1_000);
}
