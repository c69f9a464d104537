// What must never be written is looked for in everything that is written: logs, records, jobs, answers, pages.
import { randomBytes } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { expect, test, vi } from "vitest";
import { orderBody } from "./support/order.ts";
import { runProgram } from "./support/process.ts";
import { issued, PASSWORD, type World, world } from "./support/world.ts";
import { receiver } from "./workers/webhook/receiver.ts";

const SMTP_PASSWORD = "canary-smtp-Qw72";
const API_KEY = "canary-api-key-Rt93-0000";
const BOARD_PASSWORD = "canary-board-Uz64";

const HOOK_KEY = randomBytes(32).toString("base64");
const HOOK_SECRET = `whsec_${randomBytes(32).toString("base64")}`;

/** Every string that Redis keeps under the world's prefix. */
async function everythingKept({ redis, keys }: World): Promise<string> {
  const names = await redis.keys(`${keys.prefix.replace(/[[\]*?\\]/g, "\\$&")}:*`);
  const values = await Promise.all(
    names.map(async (name) => {
      switch (await redis.type(name)) {
        case "hash":
          return redis.hgetall(name);
        case "list":
          return redis.lrange(name, 0, -1);
        case "zset":
          return redis.zrange(name, "0", "-1");
        case "stream":
          return redis.xrange(name, "-", "+");
        case "set":
          return redis.smembers(name);
        default:
          return redis.get(name);
      }
    }),
  );
  return JSON.stringify([names, values]);
}

test("no password, key or login is in any log, record, job, answer or page of orders that went well and badly", async () => {
  const w = await world();
  const smtpUrl = w.mail.smtpUrl.replace("smtp://", `smtp://mailer:${SMTP_PASSWORD}@`);
  const signers = [HOOK_SECRET];
  const hooks = await receiver(() => signers);
  const entry = { id: "ours", url: hooks.url, secret: `\${HOOK_SECRET}`, allowPrivate: true };
  const file = w.env.CERTFLEET_CONFIG ?? "";
  await writeFile(file, `${await readFile(file, "utf8")}\nwebhooks: ${JSON.stringify([entry])}\n`);
  const env = {
    ...w.env,
    HOOK_SECRET,
    CERTFLEET_WEBHOOK_KEY: HOOK_KEY,
    CERTFLEET_SETTLE_SECONDS: "3",
    SMTP_URL: smtpUrl,
    LOG_LEVEL: "debug",
    PORT: "0",
    CERTFLEET_API_KEY: API_KEY,
    BOARD_USER: "ops",
    BOARD_PASSWORD,
  };
  const programs = [
    ["worker", "open"],
    ["worker", "reissue"],
    ["worker", "notify"],
    ["worker", "balance-poll"],
    ["worker", "webhook"],
    ["gateway"],
  ].map((args) => runProgram(args, env));
  const gateway = programs.at(-1);
  const url = await vi.waitFor(
    () => {
      const found = /http:\/\/[\d.]+:\d+/.exec(gateway?.output() ?? "")?.[0];
      if (!found) throw new Error(gateway?.output());
      return found;
    },
    { timeout: 60_000, interval: 50 },
  );
  const call = (path: string, init: RequestInit = {}, headers = {}) =>
    fetch(`${url}${path}`, {
      ...init,
      headers: { authorization: `Bearer ${API_KEY}`, "content-type": "application/json", ...headers },
    }).then((r) => r.text());
  const place = async (body: unknown) => call("/v1/certificates", { method: "POST", body: JSON.stringify(body) });
  const post = (path: string, body: object, headers = {}) =>
    call(path, { method: "POST", body: JSON.stringify(body) }, headers).then((text) => JSON.parse(text));
  const made = await post(
    "/v1/webhooks",
    { url: hooks.url, events: ["*"], allowPrivate: true },
    { "idempotency-key": "k1" },
  );
  const again = await post(
    "/v1/webhooks",
    { url: hooks.url, events: ["*"], allowPrivate: true },
    { "idempotency-key": "k1" },
  );
  const rotated = await post(`/v1/webhooks/${made.id}/rotate-secret`, {});
  signers.push(made.secret, rotated.secret);

  w.enom.settings.loginWorks = false;
  const well = await orderBody({});
  const badly = await orderBody({});
  const echo = `<html>${PASSWORD} acme-hosting</html>`;
  const answers = [await place(well)];
  await w.until(well.reference, ({ record }) => record.attention !== null);
  w.enom.settings.loginWorks = true;
  await w.until(well.reference, issued);
  w.enom.fault("PurchaseServices", { kind: "body", body: echo, contentType: "text/html" });
  answers.push(await place(badly));
  await w.until(badly.reference, ({ state }) => state === "PARKED");
  answers.push(
    await place({
      ...well,
      reference: "with-key",
      csr: "-----BEGIN PRIVATE KEY-----\nMIIBcanarykey\n-----END PRIVATE KEY-----",
    }),
  );
  for (const path of [
    "/v1/certificates",
    `/v1/certificates/${badly.reference}`,
    "/v1/accounts",
    "/openapi.json",
    "/metrics",
    "/v1/events",
    "/v1/webhooks",
    `/v1/webhooks/${made.id}`,
    `/v1/webhooks/${made.id}/deliveries`,
    "/v1/webhooks/ours/deliveries",
  ]) {
    answers.push(await call(path));
  }
  const board = { headers: { authorization: `Basic ${Buffer.from(`ops:${BOARD_PASSWORD}`).toString("base64")}` } };
  for (const path of ["/", "/queues/api/queues?activeQueue=open&page=1&jobsPerPage=10"]) {
    const page = await fetch(`${url}${path}`, board);
    expect(page.status, path).toBe(200);
    answers.push(await page.text());
  }
  // To the endpoint of the file and to that of the API, each signed with its own.
  await vi.waitFor(() => expect(hooks.taken.filter(({ type }) => type === "certificate.issued")).toHaveLength(2), {
    timeout: 60_000,
  });

  const log = await readFile(w.env.ENOM_LOG ?? "", "utf8");
  const outputs = programs.map(({ output }) => output()).join("\n");
  const written = { kept: await everythingKept(w), log, outputs, answers: answers.join("\n") };

  expect(log).toContain("PURCHASESERVICES");
  expect(outputs).toContain("attention.raised");
  for (const [where, text] of Object.entries(written)) {
    for (const secret of [PASSWORD, SMTP_PASSWORD, API_KEY, BOARD_PASSWORD, "MIIBcanarykey", HOOK_KEY, ...signers]) {
      expect(text.includes(secret), `${secret.slice(0, 12)}… in ${where}`).toBe(false);
    }
  }
  expect(again).toEqual({ ...made, secret: null });
  expect(outputs).not.toContain("token=t0p");
  expect(log).not.toContain("acme-hosting");
  expect(`${log}${outputs}`).not.toContain("BEGIN CERTIFICATE REQUEST");
  expect(w.enom.books.faults).toEqual([]);
}, 180_000);
