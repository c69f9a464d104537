// Orders in a data center, and shows the accounts and which of them the order may use.
//
//   node examples/several-accounts/order.mjs REFERENCE DATA_CENTER
//
// CERTFLEET_URL      the gateway (http://127.0.0.1:3000)
// CERTFLEET_API_KEY  its key, where it has one
import { readFileSync } from "node:fs";

const { CERTFLEET_URL: base = "http://127.0.0.1:3000", CERTFLEET_API_KEY: key = "" } = process.env;
const headers = { "content-type": "application/json", ...(key && { authorization: `Bearer ${key}` }) };
const [reference, dataCenter] = process.argv.slice(2);
if (!reference || !dataCenter) {
  console.error("Usage: node examples/several-accounts/order.mjs REFERENCE DATA_CENTER");
  process.exit(2);
}

const { items: accounts } = await (await fetch(`${base}/v1/accounts`, { headers })).json();
for (const { id, name, dataCenter: where, enabled } of accounts) {
  const fits = enabled && (!where || where === dataCenter);
  console.log(`${fits ? "*" : " "} ${id}  ${name}  ${where ?? "any data center"}`);
}

const order = JSON.parse(readFileSync(new URL("../order.json", import.meta.url), "utf8"));
const answer = await fetch(`${base}/v1/certificates`, {
  method: "POST",
  headers,
  body: JSON.stringify({ ...order, reference, dataCenter }),
});
const { status, detail } = await answer.json();
console.log(answer.ok ? `${reference} is accepted: ${status}` : detail);
process.exitCode = answer.ok ? 0 : 1;
