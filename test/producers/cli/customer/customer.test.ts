// Stories about a person who asks what is kept of it, and to be forgotten.
import { expect, test } from "vitest";
import { openCertificate } from "../../../../src/producers/cli/certificate/write.ts";
import { erasePerson } from "../../../../src/producers/cli/customer/erase.ts";
import { exportPerson } from "../../../../src/producers/cli/customer/export.ts";
import { standIn } from "../../../../src/shared/authority/share.ts";
import { withEvent } from "../../../../src/shared/certificate/record.ts";
import { contact, type OrderChanges, orderBody } from "../../../support/order.ts";
import { certfleet, inFleet, ownContext } from "../support.ts";

const EMAIL = "Grace.Canary@example.net";
const PERSON = { email: EMAIL, name: "Grace Canary" };
const GRACE = { ...contact, firstName: "Grace", lastName: "Canary", address1: "Canary Lane 7", email: EMAIL };
type Place = ReturnType<typeof ownContext>;

async function ordered(context: Place, changes: OrderChanges = {}): Promise<string> {
  const body = await orderBody({ customer: PERSON, contacts: { admin: GRACE }, ...changes });
  await inFleet(context, (fleet) => openCertificate(JSON.stringify(body), fleet));
  return body.reference;
}

/** As a worker leaves an order that eNom refused for good. */
function failed(context: Place, reference: string, more: object = {}): Promise<unknown> {
  return inFleet(context, async ({ certificates, clock, redis, keys }) => {
    await redis.hset(keys.certificate(reference), "state", "REFUSED");
    const found = await certificates.find(reference);
    if (!found) throw new Error("no order");
    const failure = { code: "refused", message: `eNom refused the contact Grace Canary, ${EMAIL}` };
    const record = withEvent({ ...found.record, failure, ...more }, clock.now(), "mail.requested", `to ${EMAIL}`);
    await certificates.save({ ...found, state: "REFUSED", record }, clock.now());
    for (const queue of ["open", "notify"]) await deleteJobs(redis, `${keys.prefix}:${queue}`);
  });
}

/** Without workers no job ever ends. */
async function deleteJobs(
  redis: { keys: (pattern: string) => Promise<string[]>; del: (...keys: string[]) => Promise<number> },
  prefix: string,
) {
  const all = await redis.keys(`${prefix.replace(/[[\]]/g, "\\$&")}:*`);
  if (all.length > 0) await redis.del(...all);
}

const everythingOf = (context: Place): Promise<string> =>
  inFleet(context, async ({ redis, keys }) => {
    const texts: string[] = [];
    for (const key of await redis.keys(`${keys.prefix}:*`)) {
      const type = await redis.type(key);
      if (type === "hash") texts.push(JSON.stringify(await redis.hgetall(key)));
      if (type === "string") texts.push((await redis.get(key)) ?? "");
      if (type === "stream") texts.push(JSON.stringify(await redis.xrange(key, "-", "+")));
      if (type === "set") texts.push(JSON.stringify(await redis.smembers(key)));
      if (type === "list") texts.push(JSON.stringify(await redis.lrange(key, 0, -1)));
      if (type === "zset") texts.push(JSON.stringify(await redis.zrange(key, "0", "-1")));
    }
    return texts.join("\n");
  });

test("The export holds the orders, contacts, mails and jobs of the person, and names what it cannot reach.", async () => {
  const context = ownContext();
  const reference = await ordered(context);
  await ordered(context, { customer: { email: "other@example.net" }, contacts: { admin: contact } });

  const { json } = await exportPerson(EMAIL.toLowerCase(), context);

  expect(json).toMatchObject({
    orders: [{ as: ["customer", "contact"], reference, customer: PERSON, contacts: { admin: { lastName: "Canary" } } }],
    jobs: [{ queue: "open", data: { reference } }],
    bounce: null,
  });
  expect((json as { elsewhere: string[] }).elsewhere.length).toBeGreaterThan(2);
  const { stdout } = await certfleet(["audit", "list", "--subject", EMAIL, "--json"], { env: context.env });
  expect(JSON.parse(stdout).items).toMatchObject([{ action: "customer.export", outcome: "done" }]);
});

test("Once nothing is owed, no word about the person is left; money, dates and the audit trail stay.", async () => {
  const context = ownContext();
  const reference = await ordered(context, { tenant: "canary-4711" });
  await failed(context, reference);
  expect(await everythingOf(context)).toMatch(/Canary/);

  const { json } = await erasePerson(EMAIL, context);

  expect(json).toMatchObject({ erased: [reference], kept: [] });
  expect(await everythingOf(context)).not.toMatch(/canary/i);
  expect(await everythingOf(context)).not.toContain(standIn(EMAIL));
  const after = await inFleet(context, ({ certificates }) => certificates.find(reference));
  expect(after).toMatchObject({
    order: { reference, product: "Certificate-RapidSSL-RapidSSL", domain: "shop.example.com" },
  });
  expect(after?.record.erasedAt).toBeDefined();
  expect(after?.record.timeline.map(({ event }) => event)).toEqual(["certificate.ordered", "mail.requested"]);
  expect((await exportPerson(EMAIL, context)).json).toMatchObject({ orders: [], mails: [], jobs: [] });
});

test("An order that is under way, or may give money back, keeps the person, and it is said why.", async () => {
  const context = ownContext();
  const open = await ordered(context);
  const refundable = await ordered(context);
  await failed(context, refundable, {
    cancellation: {
      ...{ money: "refundable", price: "9.95", currency: "USD", certId: 900_101, refundBy: "2099-01-01" },
      ...{ ticket: "please", at: "2026-11-01T00:00:00.000Z", lookAt: null },
    },
  });

  const { json, text } = await erasePerson(EMAIL, context);

  expect(json).toMatchObject({
    erased: [],
    kept: [
      { reference: open, why: "its status is ordered" },
      { reference: refundable, why: "eNom refunds it until 2099-01-01" },
    ],
  });
  expect(text).toContain("eNom refunds it until 2099-01-01");
  expect((await inFleet(context, ({ certificates }) => certificates.find(open)))?.order.customer).toEqual(PERSON);
});

test("In somebody else's order only the contact goes; the customer's data stays.", async () => {
  const context = ownContext();
  const other = { email: "other@example.net", name: "Other Customer" };
  const reference = await ordered(context, { customer: other, contacts: { admin: contact, tech: GRACE } });
  await failed(context, reference);

  await erasePerson(EMAIL, context);

  const kept = await inFleet(context, ({ certificates }) => certificates.find(reference));
  expect(kept?.record.terms).toMatchObject({
    customer: other,
    contacts: { admin: contact, tech: { lastName: "Erased" } },
  });
  expect(kept?.order.csr).toContain("BEGIN CERTIFICATE REQUEST");
  expect(await everythingOf(context)).not.toMatch(/canary/i);
});

test("A job that waits keeps the person; the same words later erase it. A repeated order stays the same order.", async () => {
  const context = ownContext();
  const body = await orderBody({ customer: PERSON, contacts: { admin: GRACE } });
  const place = () => inFleet(context, (fleet) => openCertificate(JSON.stringify(body), fleet));
  await place();
  await failed(context, body.reference);
  await inFleet(context, ({ enqueue }) => enqueue("open", { reference: body.reference }));
  expect((await erasePerson(EMAIL, context)).json).toMatchObject({ kept: [{ why: "a job or a mail of it waits" }] });
  await failed(context, body.reference);
  await inFleet(context, async ({ redis, keys }) => {
    await redis.hset(keys.inbox.orders, `1 other-1 ${"0".repeat(40)}`, JSON.stringify({ customer: PERSON }));
    await redis.hset(keys.inbox.answers(body.reference), "ticket", '{"status":"accepted"}');
    await redis.hset(keys.inbox.answers("refused-1"), "ticket", JSON.stringify({ message: `${EMAIL} is wrong` }));
  });

  expect((await erasePerson(EMAIL, context)).json).toMatchObject({
    erased: [body.reference],
    kept: [{ reference: "other-1", why: "it waits in the inbox" }],
  });
  await inFleet(context, async ({ redis, keys }) =>
    expect(await redis.exists(keys.inbox.answers(body.reference), keys.inbox.answers("refused-1"))).toBe(0),
  );
  expect((await place()).note).toContain("was accepted before");
});

test("A mail whose job is gone is not asked for again once its person is erased.", async () => {
  const context = ownContext();
  const reference = await ordered(context);
  const values = { reference, domain: "shop.example.com", product: "RapidSSL", reason: null };
  const mail = {
    key: `${reference}:certificate-failed`,
    template: "certificate-failed",
    to: { address: EMAIL },
    values,
  };
  await inFleet(context, ({ enqueue }) => enqueue("notify", mail));
  await failed(context, reference);

  expect((await erasePerson(EMAIL, context)).json).toMatchObject({ erased: [reference] });
  expect(await everythingOf(context)).not.toMatch(/canary/i);
});

test("Names with hyphens and marks, reasons, keys of mails and turns are erased, too; host names stay.", async () => {
  const context = ownContext();
  const email = "anne-marie+tls@canary.example.org";
  const anne = { ...contact, firstName: "Anne-Marie", lastName: "O'Canary (jr.)", address1: "Canary-Kade 7-9", email };
  const person = { email, name: "Anne-Marie O'Canary (jr.)" };
  const reference = await ordered(context, { customer: person, contacts: { admin: anne }, tenant: email });
  const reason = `Mrs O'Canary (jr.), Canary-Kade 7-9, ${email}, for shop.example.com`;
  const reissue = { ...{ number: 1, csr: "", csrHash: "", reason, requestedAt: "2026-11-01T00:00:00.000Z" } };
  const cancellation = { money: "spent", price: "9.95", currency: "USD", certId: 900_101, refundBy: null };
  await failed(context, reference, {
    reissue: { ...reissue, state: "requested", lane: null, refusal: null, asked: 0 },
    cancellation: { ...cancellation, ticket: `Reason: ${reason}`, at: "2026-11-01T00:00:00.000Z", lookAt: null },
  });
  await inFleet(context, async ({ redis, keys }) => {
    const mail = { key: `outside:key:shop:for-${email}`, template: "certificate-failed", to: "other@example.net" };
    await redis.hset(keys.mail("0123"), { ...mail, state: "ACCEPTED", lastAnswer: "250 ok", attempts: "1", lost: "0" });
    const lost = {
      ...mail,
      key: `${reference}:certificate-issued:1`,
      to: email,
      raw: `To: ${email}`,
      state: "UNKNOWN",
    };
    await redis.hset(keys.mail("4567"), { ...lost, lastAnswer: "", attempts: "3", lost: "3" });
    await redis.hset(keys.lineTurns("main"), JSON.stringify(["key:shop", `tenant ${email}`]), "7");
    await redis.zadd(keys.accounts, "0", "main");
    await redis.set(keys.fair("notify"), JSON.stringify({ turns: { customers: { [`tenant ${email}`]: {} } } }));
    await redis.xadd(keys.ofQueue("notify", "events"), "*", "event", "failed", "failedReason", `550 ${email}`);
  });

  expect((await erasePerson(email, context)).json).toMatchObject({ erased: [reference], kept: [] });

  expect(await everythingOf(context)).not.toMatch(/anne-marie|o'canary|canary-kade|canary\.example/i);
  const after = await inFleet(context, ({ certificates }) => certificates.find(reference));
  expect(after?.record.cancellation?.ticket).toBe("Reason: Mrs [erased], [erased], [erased], for shop.example.com");
});

test.each(["", "grace", "@example.net", "grace.canary@*", "a@b.example, c@d.example"])(
  "%j is no address: nobody is erased or exported by it.",
  async (given) => {
    const context = ownContext();
    const reference = await ordered(context);
    await failed(context, reference);
    for (const words of [["export"], ["erase", "--yes"]]) {
      const { code, stderr } = await certfleet(["customer", ...words, "--", given], { env: context.env });
      expect([code, stderr]).toEqual([2, expect.stringContaining("one plain e-mail address")]);
    }
    expect(await everythingOf(context)).toMatch(/Canary/);
  },
);

test("Who is erased is no part of anybody else's address.", async () => {
  const context = ownContext();
  const other = { email: `the.${EMAIL}`, name: "Other" };
  const values = { reference: "x", domain: "shop.example.com", product: "RapidSSL", reason: null };
  const mail = { key: "x:certificate-failed", template: "certificate-failed", to: { address: other.email }, values };
  await inFleet(context, async ({ enqueue, redis, keys }) => {
    await enqueue("notify", mail);
    const kept = { key: "x:1", template: "certificate-failed", to: other.email, state: "ACCEPTED" };
    await redis.hset(keys.mail("0123"), { ...kept, lastAnswer: `250 <${EMAIL}.org>` });
  });

  expect(await erasePerson(EMAIL, context)).toMatchObject({ ending: "not-found" });

  const left = await everythingOf(context);
  expect([left.includes(`<${EMAIL}.org>`), left.includes(other.email)]).toEqual([true, true]);
});

test("Nobody is erased without --yes or a typed address; the audit trail has who did it, without the address.", async () => {
  const context = ownContext();
  const reference = await ordered(context);
  await failed(context, reference);

  const asked = await certfleet(["customer", "erase", EMAIL], { env: context.env });
  expect([asked.code, asked.stderr]).toEqual([2, expect.stringContaining("Nothing was erased.")]);
  const done = await certfleet(["customer", "erase", EMAIL, "--yes", "--json"], { env: context.env });
  expect(JSON.parse(done.stdout)).toMatchObject({ erased: [reference] });

  const { stdout } = await certfleet(["audit", "list", "--action", "customer", "--json"], { env: context.env });
  expect(JSON.parse(stdout).items).toMatchObject([
    { who: { kind: "system", id: "ada" }, action: "customer.erase", outcome: "done" },
  ]);
  expect(stdout).not.toMatch(/canary/i);
});
