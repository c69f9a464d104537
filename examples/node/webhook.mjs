// Takes webhooks: verifies who sent them (Standard Webhooks), remembers which it has, and answers at once.
//
//   CERTFLEET_WEBHOOK_SECRET=whsec_… node examples/node/webhook.mjs [PORT]
//
// CERTFLEET_WEBHOOK_SECRET  as POST /v1/webhooks answered it; while it is changed both, with a blank between them
// WEBHOOK_FOLDER            where the events are written, a file each (the current folder)
import { createHmac, timingSafeEqual } from "node:crypto";
import { existsSync, renameSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";

const { CERTFLEET_WEBHOOK_SECRET: secrets = "", WEBHOOK_FOLDER: folder = "." } = process.env;
const TOLERANCE_SECONDS = 300;
const MOST_BYTES = 1_000_000;

/** Whether somebody who knows one of the secrets signed these very bytes a moment ago. */
function isGenuine(body, { id, timestamp, signatures }) {
  if (!/^\d{1,12}$/.test(timestamp) || Math.abs(Date.now() / 1_000 - timestamp) > TOLERANCE_SECONDS) return false;
  return secrets.split(" ").some((secret) => {
    const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
    if (key.length === 0) return false;
    const signed = createHmac("sha256", key).update(`${id}.${timestamp}.`).update(body).digest("base64");
    const expected = Buffer.from(`v1,${signed}`);
    // Several signatures may stand there. timingSafeEqual takes as long for a wrong one as for the right one.
    return signatures.split(" ").some((each) => {
      const given = Buffer.from(each);
      return given.length === expected.length && timingSafeEqual(given, expected);
    });
  });
}

async function take(request) {
  const parts = [];
  let length = 0;
  for await (const part of request) {
    length += part.length;
    if (length > MOST_BYTES) return 413;
    parts.push(part);
  }
  const body = Buffer.concat(parts);
  const header = (name) => `${request.headers[name] ?? ""}`;
  const id = header("webhook-id");
  const about = { id, timestamp: header("webhook-timestamp"), signatures: header("webhook-signature") };
  if (!isGenuine(body, about) || !/^[\w.-]{1,128}$/.test(id)) return 401;
  // The same event may come twice: its id says so. Here the file is there, elsewhere a unique column of a table.
  const file = join(folder, `${id}.json`);
  if (!existsSync(file)) {
    // Written whole or not at all.
    writeFileSync(`${file}.part`, body);
    renameSync(`${file}.part`, file);
    const { type, data } = JSON.parse(body);
    console.error(type, data.reference ?? "");
  }
  return 204; // work on the file later: an answer that takes longer than 15 seconds counts as none
}

const server = createServer((request, response) => {
  // Anything but 2xx has the event sent again.
  take(request).then(
    (status) => response.writeHead(status).end(),
    () => response.writeHead(500).end(),
  );
});
server.listen(Number(process.argv[2] ?? 8080), "127.0.0.1", () =>
  console.log(`listening at http://127.0.0.1:${server.address().port}`),
);
