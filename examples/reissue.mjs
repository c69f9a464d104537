// Asks for a reissue, with a new CSR where one is given, and shows what became of it.
//
//   node examples/reissue.mjs REFERENCE "the key was lost" [NEW.csr]
//
// CERTFLEET_URL      the gateway (http://127.0.0.1:3000)
// CERTFLEET_API_KEY  its key, where it has one
import { readFileSync } from "node:fs";

const { CERTFLEET_URL: base = "http://127.0.0.1:3000", CERTFLEET_API_KEY: key = "" } = process.env;
const [reference, reason, csrFile] = process.argv.slice(2);
if (!reference || !reason) {
  console.error('Usage: node examples/reissue.mjs REFERENCE "REASON" [NEW.csr]');
  process.exit(2);
}

const answer = await fetch(`${base}/v1/certificates/${reference}/reissues`, {
  method: "POST",
  headers: { "content-type": "application/json", ...(key && { authorization: `Bearer ${key}` }) },
  body: JSON.stringify({ reason, ...(csrFile && { csr: readFileSync(csrFile, "utf8") }) }),
});
const body = await answer.json();
if (answer.ok)
  console.log(`${reference} is ${body.status}. The certificate of today stays valid until the new one is here.`);
else {
  // 409: it is not issued yet, or a reissue is under way. 422: the new CSR does not fit the order.
  console.error(body.detail);
  process.exitCode = 1;
}
