// Every trouble of docs/howto/try-trouble.md, with the real fleet: what is shown, how it is solved, and what was bought.
import { expect, test, vi } from "vitest";
import { parseOrder } from "../../src/shared/certificate/order.ts";
import { certfleet } from "../producers/cli/support.ts";
import { makeCsr } from "../support/csr.ts";
import { orderBody } from "../support/order.ts";
import { type Shown, type Stage, stage } from "./stage.ts";

// A whole fleet a test: on a busy machine that takes its time.
vi.setConfig({ testTimeout: 90_000 });

const issued = ({ status }: Shown): boolean => status === "issued";
const withCode =
  (code: string) =>
  ({ attention }: Shown): boolean =>
    attention?.code === code;
const QUICKSSL = { product: "Certificate-GeoTrust-QuickSSL" };
const COMODO = { product: "Certificate-Comodo-Essential" };

const isReady = (subject: string): boolean => subject.includes("is ready to install");
const bought = ({ w }: Stage): number => w.enom.books.purchases().length;
const retry = (s: Stage, reference: string) =>
  s.say(reference, "attention/resolve", { decision: "retry", reason: "fixed" });

/** Accepts an order past the intake of today, which refuses what the CA refuses. */
async function acceptUnseen({ w }: Stage, domain: string): Promise<string> {
  const parsed = await parseOrder(await orderBody({ approver: { method: "dns" } }), new Date());
  if ("faults" in parsed) throw new Error(JSON.stringify(parsed.faults));
  const order = { ...parsed.order, domain, csr: await makeCsr({ cn: domain }) };
  await w.certificates.accept(order, new Date());
  await w.queues.enqueue("open", { reference: order.reference });
  return order.reference;
}

test("a name without a play is issued as ever, also where a play is part of a longer label", async () => {
  const s = await stage();

  const references = [await s.order("shop.example.com"), await s.order("not-silent.example.com")];

  for (const reference of references) expect((await s.until(reference, issued)).attention).toBeNull();
  expect(bought(s)).toBe(2);
});

test.each(["silent.example.com", "Shop.SILENT.example.com"])(
  "%s: the owner never reacts; once the owner approves, it is issued",
  async (domain) => {
    const s = await stage();
    const reference = await s.order(domain);

    const { certId } = await s.until(reference, ({ status }) => status === "awaiting-validation");
    await s.until(await s.order("shop.example.com"), issued); // meanwhile others go on
    expect((await s.show(reference)).status).toBe("awaiting-validation");
    await s.press("approve", certId);

    await s.until(reference, issued);
    expect(bought(s)).toBe(2);
  },
);

test("silent.example.com: when the owner had time enough, the order needs attention", async () => {
  const s = await stage({ CERTFLEET_VALIDATION_DAYS: "0.00001" });

  const { attention } = await s.until(await s.order("silent.example.com"), withCode("validation-overdue"));

  expect(attention?.next).toContain("owner");
  expect(bought(s)).toBe(1);
});

test("refuse.example.com: the owner refuses once; another approver approves", async () => {
  const s = await stage();
  const reference = await s.order("www.refuse.example.com");
  await s.until(reference, withCode("rejected-by-owner"));

  await s.say(reference, "approver", { email: "hostmaster@example.com" });
  await s.until(reference, ({ timeline }) => timeline.some(({ event }) => event === "approver.changed"));
  await retry(s, reference);

  await s.until(reference, issued);
  expect(bought(s)).toBe(1);
});

test("approver-refused.example.com: eNom offers another address only", async () => {
  const s = await stage();
  const reference = await s.order("approver-refused.example.com");

  const { attention } = await s.until(reference, withCode("approver-not-offered"));
  await s.say(reference, "approver", { email: "hostmaster@example.com" });

  await s.until(reference, issued);
  expect(attention?.message).toContain("hostmaster@example.com");
  expect(bought(s)).toBe(1);
});

test("caa.example.com: the CA refuses until the record is right", async () => {
  const s = await stage();
  const reference = await s.order("caa.example.com");

  const { attention, certId } = await s.until(reference, withCode("enom-refused"));
  await s.press("correct", certId);
  await retry(s, reference);

  await s.until(reference, issued);
  expect(attention?.message).toContain("[CAA_CHECK_FAILED](domain.cn)");
  expect(bought(s)).toBe(1);
});

test.each([
  ["mail.server.local", "does not end in a public top-level domain"],
  ["co.uk", "is a public suffix"],
  ["ab--cd.example.com", "is not allowed"],
])(
  "an order for %s that an older intake accepted: the CA says why not, and it is cancelled",
  async (domain, reason) => {
    const s = await stage();
    const reference = await acceptUnseen(s, domain);

    const { attention } = await s.until(reference, withCode("enom-refused"));
    await s
      .say(reference, "cancel", { reason: "the CA may not issue it", confirm: reference })
      .catch(() => s.say(reference, "cancel", { reason: "the CA may not issue it" }));

    await s.until(reference, ({ status }) => status === "cancelled");
    expect(attention?.message).toContain(reason);
    expect(bought(s)).toBe(1);
  },
);

test("lost-answer.example.com: eNom's answer to the purchase is lost; the slot is found and nothing is bought again", async () => {
  const s = await stage();
  const reference = await s.order("lost-answer.example.com");

  await s.until(reference, issued);

  expect(s.w.enom.books.played).toEqual([`lost-answer ${reference}`]);
  expect(s.w.enom.asked("PurchaseServices")).toHaveLength(1);
  expect(bought(s)).toBe(1);
});

test("lost-request.example.com: the purchase never arrives, twice; a person decides that nothing was bought", async () => {
  const s = await stage({ CERTFLEET_SETTLE_SECONDS: "1", CERTFLEET_REBUY_BUDGET: "1" });
  const reference = await s.order("lost-request.example.com", QUICKSSL);

  await s.until(reference, withCode("purchase-unknown"), 60_000);
  expect(bought(s)).toBe(0);
  await s.say(reference, "attention/resolve", { decision: "not-bought", reason: "the list has none" });

  await s.until(reference, issued);
  expect(s.w.enom.asked("PurchaseServices")).toHaveLength(3);
  expect(bought(s)).toBe(1);
});

test("no-funds.example.com: the account is empty; topped up, the order goes on by itself", async () => {
  const s = await stage();
  const reference = await s.order("no-funds.example.com");

  await s.until(reference, withCode("no-account-with-funds"));
  expect(bought(s)).toBe(0);
  await s.press("top-up");

  await s.until(reference, issued);
  expect(s.w.enom.books.balance()).toBe("4990.05");
  expect(bought(s)).toBe(1);
});

test("refunded.example.com: eNom's support refunds; a second one is bought when a person wants it", async () => {
  const s = await stage();
  const reference = await s.order("refunded.example.com");

  await s.until(reference, withCode("refunded"));
  expect(s.w.enom.books.balance()).toBe("5000.00");
  await s.say(reference, "attention/resolve", { decision: "refunded", reason: "refund seen" });

  await s.until(reference, issued);
  expect(s.w.enom.books.balance()).toBe("4990.05");
  expect(bought(s)).toBe(2);
});

test.each([{}, COMODO])("slow-ca.example.com: the CA takes longer, and nobody needs to act (%j)", async (product) => {
  const s = await stage();
  const began = performance.now();
  const reference = await s.order("slow-ca.example.com", product);

  const { attention } = await s.until(reference, ({ status }) => status === "awaiting-validation");

  await s.until(reference, issued);
  expect(attention).toBeNull();
  expect(performance.now() - began).toBeGreaterThan(1_500);
  expect(bought(s)).toBe(1);
});

test("unknown-status.example.com: a status that nobody knows; after it the order goes on by itself", async () => {
  const s = await stage();
  const reference = await s.order("unknown-status.example.com");

  const { certId } = await s.until(reference, withCode("unknown-status"));
  await s.press("correct", certId);

  await s.until(reference, issued);
  expect(bought(s)).toBe(1);
});

test("unreadable.example.com: an answer that cannot be understood stops this order alone", async () => {
  const s = await stage();
  const reference = await s.order("unreadable.example.com");

  const { attention, certId } = await s.until(reference, withCode("enom-not-understood"));
  await s.until(await s.order("shop.example.com"), issued);
  const told = await certfleet(["account", "answers"], { env: s.w.env });
  expect((await s.show(reference)).status).toBe("attention");
  expect(attention?.message).toContain(`CertGetCertDetail about CertID ${certId}`);
  expect(attention?.message).toContain("CertStatusID is no number");
  expect(attention?.next).toMatch(/certfleet account answers$/);
  expect(told.stdout).toContain(`CertGetCertDetail about CertID ${certId}`);
  await s.press("correct", certId);

  await s.until(reference, issued);
  expect(bought(s)).toBe(2);
});

test("wrong-cert.example.com: a certificate of another key is not delivered; support replaces it", async () => {
  const s = await stage();
  const reference = await s.order("wrong-cert.example.com");

  const { certId } = await s.until(reference, withCode("certificate-mismatch"));
  await s.press("correct", certId);
  await retry(s, reference);

  await s.until(reference, issued);
  expect(bought(s)).toBe(1);
});

test.each([
  ["no-chain.example.com", "was not sent (CertGetCertDetail, element CACerts) and is not known"],
  ["shop.expired-chain.example.com", "ended on"],
  ["NO-CHAIN.example.org", "was not sent (CertGetCertDetail, element CACerts) and is not known"],
])(
  "%s: nothing is delivered, and nobody is told that it is, until eNom sends a chain that works",
  async (domain, why) => {
    const s = await stage();
    const reference = await s.order(domain);

    const { attention, certId } = await s.until(reference, withCode("chain-incomplete"));
    const before = { ready: (await s.mails()).filter(isReady), pem: await s.pem(reference) };
    await s.press("correct", certId); // no decision of a person is needed
    await s.until(reference, issued);

    expect(attention?.message).toContain(why);
    expect(before).toEqual({ ready: [], pem: expect.stringContaining("not issued yet") });
    await vi.waitFor(async () => expect((await s.mails()).filter(isReady)).toHaveLength(1), { timeout: 10_000 });
    expect(bought(s)).toBe(1);
  },
);

test("late-chain.example.com: the chain comes later; only then it is delivered, and nobody has to act", async () => {
  const s = await stage();
  const reference = await s.order("late-chain.example.com");

  const { timeline } = await s.until(reference, issued);

  const pem = await s.pem(reference);
  expect(pem.match(/BEGIN CERTIFICATE/g)).toHaveLength(2);
  expect(timeline.filter(({ event }) => event === "certificate.issued")).toHaveLength(1);
  await vi.waitFor(async () => expect((await s.mails()).filter(isReady)).toHaveLength(1), {
    timeout: 10_000,
    interval: 50,
  });
  expect(bought(s)).toBe(1);
});

test("no-reissue.example.com: eNom's API refuses the reissue; the department has support do it", async () => {
  const s = await stage();
  const reference = await s.order("no-reissue.example.com");
  const { certId } = await s.until(reference, issued);

  await s.say(reference, "reissues", { reason: "new key" });
  await s.until(reference, withCode("reissue-by-hand"));
  await s.press("reissue", certId);

  await s.until(reference, (shown) => shown.reissues === 1 && issued(shown));
  expect(bought(s)).toBe(1);
});
