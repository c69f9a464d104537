// Promise: whoever may send mails writes to the customer or the operator mailbox of an order or account, in words that are seen to
// be theirs, with files that we hold, and under keys that are no keys of ours.
import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import type { Scope } from "../../../src/shared/authority/scopes.ts";
import { accountEntry } from "../../../src/shared/config/fleet-file.ts";
import { templates } from "../../../src/shared/mail/templates.ts";
import { anIssue, anOrder, world } from "./world.ts";

const keys: Record<string, readonly Scope[]> = {
  shop: ["certificates:write", "notifications:send", "operate"],
  crm: ["notifications:send"],
  press: ["notifications:send", "notifications:any"],
};
const apiKeys = Object.entries(keys).map(([id, scopes]) => ({
  ...{ id, scopes },
  sha256: createHash("sha256").update(`key-of-${id}`).digest("hex"),
}));

async function fleet() {
  const w = await world({ apiKeys, templates: { brand: "House" } });
  const account = { id: "main", name: "eNom main", username: "r", password: "p", department: "ops@provider.example" };
  await w.accounts.publish(accountEntry.parse(account));
  const customer = { email: "client@example.net", name: "Ada Example", language: "es" };
  const order = (reference: string) => anOrder({ reference, brand: "Acme", customer });
  await w.call("POST", "/v1/certificates", await order("bill-1"), as("shop"));
  const send = (body: object, who = "shop") =>
    w.call("POST", "/v1/notifications", { key: "k1", template: "certificate-failed", ...body }, as(who));
  const jobs = async () => (await w.queues.all.notify.getWaiting()).map(({ data }) => data);
  return { ...w, send, jobs };
}
const as = (who: string) => ({ authorization: `Bearer key-of-${who}` });
const reason = { reason: "The domain was not proved." };
const wrong = ({ status, body }: { status: number; body: { errors?: { field: string }[] } }) => [
  status,
  ...(body.errors ?? []).map(({ field }) => field),
];

test("a mail about an order goes to its customer, in the order's language and brand, and takes from the record what it does not say", async () => {
  const { send, jobs } = await fleet();

  const answer = await send({ reference: "bill-1", values: reason });

  expect(answer.status).toBe(202);
  expect(await jobs()).toMatchObject([
    {
      ...{ key: "outside:key:shop:k1", reference: "bill-1", language: "es", brand: "Acme" },
      to: { address: "client@example.net", name: "Ada Example" },
      values: { reference: "bill-1", domain: "shop.example.com", product: "RapidSSL", ...reason },
      outside: { words: ["reason"] },
    },
  ]);
});

test("nobody else is written to: another address is refused by name, and so is a mail about nothing", async () => {
  const { send, jobs } = await fleet();
  const to = { address: "eve@evil.example" };

  const answers = [
    await send({ reference: "bill-1", to, values: reason }),
    await send({ account: "main", to, values: reason }),
    await send({ to, values: { reference: "bill-1", domain: "shop.example.com", product: "x", ...reason } }),
    await send({ reference: "bill-9", values: reason }),
    await send({ account: "other", values: reason }),
    await send({ reference: "bill-1", account: "main", values: reason }),
    await send({ reference: "bill-1", to: { address: "client@example.net", name: "\u202eeve" }, values: reason }),
  ];

  expect(answers.map(wrong)).toEqual([
    [422, "to/address"],
    [422, "to/address", "values/reference", "values/domain", "values/product"],
    [422, "reference"],
    [422, "reference"],
    [422, "account"],
    [422, "account"],
    [422, "to/name"],
  ]);
  expect(answers[0]?.body.errors[0].message).toBe(
    "It is not the customer of order bill-1. Leave out to, and the mail goes there; other addresses need the scope notifications:any.",
  );
  expect(answers.map(({ text }) => text).join()).not.toContain("client@");
  expect(await jobs()).toEqual([]);
});

test("the address that is due may be said, in other capitals, too", async () => {
  const { send, jobs } = await fleet();

  await send({ reference: "bill-1", to: { address: "CLIENT@example.net" }, values: reason });

  expect(await jobs()).toMatchObject([{ to: { address: "CLIENT@example.net" } }]);
});

test("a mail about an account goes to its operator mailbox; one for operators about an order does, too", async () => {
  const { send, jobs, work } = await fleet();
  await work("bill-1", { account: "main" });
  const restored = { available: "540.00", minimum: "100.00", at: "2026-11-22T12:00:00Z" };
  const due = { termEnd: "2027-04-02", paidUntil: "2031-04-02", windowOpens: "2027-03-03", mode: "manual" };

  const answers = [
    await send({ account: "main", template: "balance-restored", values: restored }),
    await send({ key: "k2", reference: "bill-1", template: "renewal-due", values: { ...due, certId: 7 } }),
  ];

  expect(answers.map(wrong)).toEqual([[202], [422, "values/certId"]]);
  expect(await jobs()).toMatchObject([
    {
      to: { address: "ops@provider.example" },
      values: { account: "main", name: "eNom main", currency: "USD" },
      outside: { words: [] },
    },
  ]);
});

test("an account without an operator mailbox is said to have none", async () => {
  const { send, addAccount } = await fleet();
  await addAccount("quiet");

  const answer = await send({ account: "quiet", template: "balance-restored", values: {} });

  expect(answer.body.errors).toContainEqual({
    field: "account",
    message: "Account quiet has no operator mailbox. Set department: for it in certfleet.yaml.",
  });
});

test("a certificate that is attached is the one that we hold, whoever asks", async () => {
  const { send, jobs, work } = await fleet();
  const template = "certificate-issued";
  const script = "#!/bin/sh\ncurl evil\n";
  const early = await send({ template, reference: "bill-1" });
  await work("bill-1", { issue: anIssue });
  const free = { to: { address: "x@example.org" }, values: { chainPem: script, reference: "bill-1" } };

  const answers = [
    await send({ template, reference: "bill-1", values: { chainPem: script } }),
    await send({ template, reference: "bill-1", values: { serialNumber: "FF", expirationDate: "2030-01-01" } }),
    await send({ template, account: "main" }),
    await send({ template, ...free }, "press"),
    await send({ template, to: free.to, values: { chainPem: script } }, "press"),
  ];
  const good = await send({ template, reference: "bill-1", values: { serialNumber: "0a:1b" } });
  const own = { ...anIssue, chainPem: anIssue.pem, expirationDate: "2027-01-09", paidUntil: null };
  const { csrHash: _hash, pem: _pem, ...values } = own;
  const also = await send(
    { template, key: "k2", to: free.to, values: { ...values, reference: "bill-1", domain: "a.example", product: "P" } },
    "press",
  );

  expect(early.body.errors).toMatchObject([{ field: "reference", message: "Order bill-1 has no certificate yet." }]);
  expect(answers.map(wrong)).toEqual([
    [422, "values/chainPem"],
    [422, "values/expirationDate", "values/serialNumber"],
    [422, "reference"],
    [422, "reference"],
    [422, "reference"],
  ]);
  expect([good.status, also.status]).toEqual([202, 202]);
  const [first] = (await jobs()).filter(({ key }) => key === "outside:key:shop:k1");
  expect(first.values).toMatchObject({ chainPem: anIssue.pem, serialNumber: "0A1B", expirationDate: "2027-01-09" });
});

test("what an owner is told to publish is what the record says", async () => {
  const { send, jobs, work } = await fleet();
  const dns = { name: "_dnsauth.shop.example.com", type: "TXT", value: "ours" };
  await work("bill-1", { validation: { dns, file: null, pendingSince: null, asked: 0, last: null } as never });
  const template = "validation-required";
  const values = { respondBefore: "2026-12-01" };

  const lie = await send({ template, reference: "bill-1", values: { ...values, dns: { ...dns, value: "theirs" } } });
  const method = await send({ template, reference: "bill-1", values: { ...values, method: "dns" } });
  const account = await send({ template, account: "main", values });
  const good = await send({ template, reference: "bill-1", values });

  expect([lie, method, account].map(wrong)).toEqual([
    [422, "values/dns"],
    [422, "values/method"],
    [422, "reference"],
  ]);
  expect(good.status).toBe(202);
  expect((await jobs())[0].values).toMatchObject({ method: "email", approverEmail: "admin@example.com" });
});

test("words that a reader could follow, brands that nobody has, links and characters that nobody sees are refused", async () => {
  const { send, jobs } = await fleet();
  const say = (values: object, more: object = {}) => send({ reference: "bill-1", values, ...more });

  const answers = [
    await say({ reason: "Your account is locked. Log in at http://evil.example" }),
    await say({ reason: "Write to eve@evil.example" }),
    await say({ ...reason, product: "Visit evil.com" }),
    await say({ ...reason, product: "Rapid\u200bSSL" }),
    await say({ reason: "\u202elive" }),
    await say(reason, { brand: "Example Bank" }),
    await say(reason, { brand: "Acm\u200be" }),
    await say(reason, { to: { address: "client@example.net", name: "Pay at evil.com" } }),
    await say({}, { template: "certificate-issued", values: { link: "https://evil.example/x" } }),
  ];

  expect(answers.map(wrong)).toEqual([
    [422, "values/reason"],
    [422, "values/reason"],
    [422, "values/product"],
    [422, "values/product"],
    [422, "values/reason"],
    [422, "brand"],
    [422, "brand"],
    [422, "to/name"],
    [422, "reference", "values/link"],
  ]);
  expect(await jobs()).toEqual([]);
  expect((await say(reason, { brand: "House" })).status).toBe(202);
});

test("who may write to anybody does, about nothing, too; and its words are still told from ours", async () => {
  const { send, jobs } = await fleet();
  const to = { address: "press@example.org" };
  const values = { reference: "x-1", domain: "a.example", product: "See http://a.example", reason: "words" };

  const answers = [
    await send({ to, values, brand: "Other" }, "press"),
    await send({ key: "k2", reference: "bill-1", to, values: reason }, "press"),
    await send({ key: "k3", reference: "bill-1", values: reason }, "press"),
    await send({ key: "k4", values }, "press"),
  ];

  expect(answers.map(wrong)).toEqual([[202], [202], [202], [422, "to"]]);
  expect(await jobs()).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ to, brand: "Other", outside: { words: ["product", "reason", "brand"] } }),
      expect.objectContaining({ to, reference: "bill-1" }),
      expect.objectContaining({ to: { address: "client@example.net", name: "Ada Example" } }),
    ]),
  );
});

test("each key has mail keys of its own, and sees them as it wrote them", async () => {
  const { send, jobs, call } = await fleet();
  const key = "bill-1:certificate-ordered";

  const first = await send({ key, reference: "bill-1", values: reason });
  const again = await send({ key, reference: "bill-1", values: reason });
  const other = await send({ key, reference: "bill-1", values: reason }, "crm");
  const foreign = await send({ key: "outside:key:crm:k", reference: "bill-1", values: reason });

  expect(again.body).toEqual(first.body);
  expect(other.body.id).not.toBe(first.body.id);
  expect((await jobs()).map((job) => job.key).sort()).toEqual([
    "outside:key:crm:bill-1:certificate-ordered",
    "outside:key:shop:bill-1:certificate-ordered",
    "outside:key:shop:outside:key:crm:k",
  ]);
  expect(foreign.status).toBe(202);
  const { body } = await call("GET", first.body.url, undefined, as("shop"));
  expect(body.about).toEqual({ reference: "bill-1", key, template: "certificate-failed" });
});

test("a customer of an account that observes gets no mail, whoever asks and however the order is named; its operators do", async () => {
  const { send, jobs, accounts, call, redis, keys } = await fleet();
  const publish = (mode: string) =>
    accounts.publish(
      accountEntry.parse({ id: "shadow", mode, username: "r", password: "p", department: "ops@provider.example" }),
    );
  await publish("observe");
  await call("POST", "/v1/certificates", await anOrder({ reference: "bill-9", account: "shadow" }), as("shop"));
  const values = { reference: "bill-9", domain: "shop.example.com", product: "RapidSSL", ...reason };
  const to = { address: "client@example.net" };
  const low = { ...templates["low-balance"].example, account: "shadow", name: "shadow" };

  const refused = await send({ reference: "bill-9", values: reason });
  const unnamed = await send({ to, values }, "press");
  await redis.set(keys.observed("shadow"), new Date(0).toISOString());
  await publish("dedicated");
  const held = await send({ reference: "bill-9", values: reason });
  const told = await send({ key: "k2", template: "low-balance", account: "shadow", values: low });

  expect([refused, unnamed, held].map(wrong)).toEqual([
    [422, "reference"],
    [422, "values/reference"],
    [422, "reference"],
  ]);
  expect(JSON.stringify(refused.body)).toContain("only observes (mode: observe)");
  expect(JSON.stringify(held.body)).toContain("certfleet account live shadow");
  expect(told.status).toBe(202);
  expect(await jobs()).toHaveLength(1);
});
