// Waits until a certificate is issued and writes it to standard output as PEM. Says what to do where somebody must act.
//
//   node examples/wait-for-result.mjs REFERENCE > shop.example.com.pem
//
// CERTFLEET_URL      the gateway (http://127.0.0.1:3000)
// CERTFLEET_API_KEY  its key, where it has one
// POLL_SECONDS       how often it asks (30)
import { setTimeout as pause } from "node:timers/promises";

const { CERTFLEET_URL: base = "http://127.0.0.1:3000", CERTFLEET_API_KEY: key = "", POLL_SECONDS = "30" } = process.env;
const headers = key ? { authorization: `Bearer ${key}` } : {};
const reference = process.argv[2];
if (!reference) {
  console.error("Usage: node examples/wait-for-result.mjs REFERENCE");
  process.exit(2);
}

let told = "";
for (;;) {
  // No answer and a 5xx pass by themselves. Any other refusal stays: an unknown order, a wrong key.
  const answer = await fetch(`${base}/v1/certificates/${reference}`, { headers }).catch(() => undefined);
  if (answer && !answer.ok && answer.status < 500) {
    console.error((await answer.json()).detail);
    process.exit(1);
  }
  const { status, attention, failure, validation } = answer?.ok ? await answer.json() : { status: "no answer yet" };
  const now = attention ? `${status}: ${attention.message} Next: ${attention.next}` : status;
  if (now !== told) console.error(now);
  told = now;
  if (status === "awaiting-validation" && validation.dns) console.error("Publish this DNS record:", validation.dns);
  if (status === "issued" || status === "reissuing") break;
  if (status === "failed" || status === "cancelled" || status === "expired") {
    console.error(failure?.message ?? "There is no valid certificate.");
    process.exit(1);
  }
  await pause(Number(POLL_SECONDS) * 1_000);
}

// Leaf first, then the chain.
const pem = await fetch(`${base}/v1/certificates/${reference}/pem`, { headers });
process.stdout.write(await pem.text());
