// Stories about a parked purchase in the console: what is known of it, one button for each possible slot, and no other.
import { expect, test } from "vitest";
import { raise } from "../../../../../src/shared/certificate/attention.ts";
import type { Doubt } from "../../../../../src/shared/certificate/doubt.ts";
import { quickScrypt } from "../../../../support/quick-scrypt.ts";
import { peopled } from "../../sign-in/people.ts";
import { anOrder, NOW } from "../../world.ts";

quickScrypt();

const slot = { orderDate: "11/22/2026 12:00:05 PM", domain: "", owner: null };
const doubt: Doubt = {
  ...{ attempt: 1, service: "Certificate-RapidSSL-RapidSSL", years: 1, price: "9.95" },
  ...{ sentAt: NOW.toISOString(), reason: "The connection ended <b>before</b> eNom answered." },
  before: { balance: "100.00", newestOrderId: 500 },
  lookedAt: NOW.toISOString(),
  candidates: [
    { ...slot, certId: 900101, orderId: 501 },
    { ...slot, certId: 900102, orderId: 502, domain: "other.example.com" },
    { ...slot, certId: 900103, orderId: 499 },
  ],
  ...{ orders: [{ orderId: 501, orderDate: slot.orderDate }], transactions: [], missing: [] },
};

async function parked() {
  const w = await peopled({ mona: "money", otto: "operator" });
  await w.call("POST", "/v1/certificates", { ...(await anOrder()), reference: "bill-1001" });
  const attention = raise("purchase-unknown", "Nobody knows whether eNom made it.", {
    ...{ reference: "bill-1001", at: NOW, by: null, isCurable: false, account: null },
  });
  await w.work("bill-1001", { attention, doubt });
  await w.redis.hset(w.keys.certificate("bill-1001"), "state", "PARKED");
  const cookies = await w.signIn("mona");
  const url = "/certificates/bill-1001/resolve";
  const csrf = /name="csrf" value="([^"]+)"/.exec((await w.get(url, { cookies })).body)?.[1] ?? "";
  const decide = (fields: Record<string, string>) => w.post(url, { csrf, ...fields }, { cookies });
  return { ...w, url, cookies, decide, wish: async () => (await w.certificates.find("bill-1001"))?.record.wish };
}

test("Only a slot that can be the purchase has a button; of the others the page says why not. eNom's words are text.", async () => {
  const w = await parked();

  const { body } = await w.get(w.url, { cookies: w.cookies });
  const offered = [...body.matchAll(/name="certId" value="(\d+)"/g)].map(([, certId]) => certId);

  expect(offered).toEqual(["900101"]);
  expect(body).toContain("It is configured for another domain.");
  expect(body).toContain("Its order is older than the purchase.");
  expect(body).toContain("&#60;b&#62;before");
  expect(body).not.toContain('value="retry"');
});

test("The slot is adopted by one click and a reason; who may not decide about money sees no page.", async () => {
  const w = await parked();
  const otto = await w.signIn("otto");

  const refused = await w.get(w.url, { cookies: otto });
  const sent = await w.decide({ decision: "adopt", certId: "900101", reason: "found in the list" });

  expect([refused.statusCode, sent.statusCode]).toEqual([403, 303]);
  expect(await w.wish()).toMatchObject({ kind: "resolve", decision: "adopt", certId: 900101 });
});

test("To buy once more the reference must be typed: without it nothing is asked for.", async () => {
  const w = await parked();

  const careless = await w.decide({ decision: "not-bought", reason: "support says so" });
  const before = await w.wish();
  const sure = await w.decide({ decision: "not-bought", reason: "support says so", confirm: "bill-1001" });

  expect([careless.statusCode, before, sure.statusCode]).toEqual([422, null, 303]);
  expect(careless.body).toContain("Type bill-1001 to confirm.");
  expect(await w.wish()).toMatchObject({ decision: "not-bought", who: "mona (console)" });
});
