// Promises about the client as a whole, kept against the pretended eNom.
import { X509Certificate } from "node:crypto";
import { expect, onTestFinished, test, vi } from "vitest";
import { type SandboxEnom, type SandboxEnomOptions, startSandboxEnom } from "../../../../src/sandbox/enom/server.ts";
import type { Enom } from "../../../../src/workers/enom/commands/commands.ts";
import { makeCsr } from "../../../support/csr.ts";
import { contact as ADA } from "../../../support/order.ts";
import { enomAt, failure, SECRETS } from "../support.ts";

const QUICK = { processingMs: 1, ownerMs: 1, issueMs: 1, reissueMs: 1, listLagMs: 0, orderLagMs: 0 };
const RAPID = { service: "Certificate-RapidSSL-RapidSSL", years: 1 };
const open = async (): Promise<void> => {};

async function shop(options: SandboxEnomOptions = {}): Promise<{ sandbox: SandboxEnom; enom: Enom }> {
  const sandbox = await startSandboxEnom({ ...SECRETS, timings: QUICK, ...options });
  onTestFinished(() => sandbox.close());
  return { sandbox, enom: enomAt(sandbox.url).enom };
}

/** What no source settles about eNom; the client must live with either form. */
const FORMS: Record<string, SandboxEnomOptions["variants"]> = {
  usual: {},
  other: {
    upperCaseIds: true,
    domainNameAfterConfigure: false,
    trackingKey: false,
    approvers: "one-generic",
    chainIn: "IntermediateCertificates",
    reissueKeepsStatus: true,
    pacificTime: false,
  },
};

test.for(Object.entries(FORMS))(
  "a certificate is bought, approved, issued and reissued, in the %s forms of answers",
  async ([, variants = {}]) => {
    const { sandbox, enom } = await shop({ variants });
    const [csr, newCsr] = [await makeCsr({ cn: "shop.example.com" }), await makeCsr({ cn: "shop.example.com" })];
    expect(await enom.checkLogin()).toBeUndefined();
    const product = (await enom.catalogue()).find(({ service }) => service === RAPID.service.toLowerCase());
    expect(product).toMatchObject({ enabled: true, prodType: 23, price: expect.stringMatching(/^\d+\.\d\d$/) });

    const bought = await enom.buySlot(RAPID, open);
    const { certId, orderId } = bought.kind === "bought" ? bought : expect.fail(bought.kind);
    expect(await enom.detail(certId)).toMatchObject({
      certId,
      orderId,
      statusId: 1,
      domain: "",
      csr: "",
      validityMonths: 12,
    });
    expect(await enom.listCertificates({ start: 1, size: 250 })).toMatchObject({
      total: 1,
      certificates: [{ certId, statusId: 1 }],
    });
    expect(await enom.newestOrderId()).toBe(orderId);

    const contacts = { admin: ADA, tech: ADA, billing: ADA };
    const { approverEmails } = await enom.configure({ certId, csr, webServerType: 18, contacts });
    expect(await enom.approverEmails({ certId, domain: "shop.example.com" })).toEqual(approverEmails);
    await enom.submit({ certId, approver: { method: "email", email: approverEmails[0] ?? "" } });

    const issued = await vi.waitFor(
      async () => {
        const detail = await enom.detail(certId);
        expect(detail.certificatePem).not.toBeNull();
        return detail;
      },
      { interval: 20, timeout: 5_000 },
    );
    expect(issued).toMatchObject({ statusId: 4, domain: "shop.example.com", approverEmail: approverEmails[0] });
    const issuers = [...issued.intermediatesPem, sandbox.ca.rootPem].map((pem) => new X509Certificate(pem));
    const leaf = new X509Certificate(issued.certificatePem ?? "");
    expect(issuers.some((issuer) => leaf.verify(issuer.publicKey))).toBe(true);

    await enom.reissue({ certId, csr: newCsr });
    await vi.waitFor(async () => expect((await enom.detail(certId)).certificatePem).not.toBe(issued.certificatePem), {
      interval: 20,
      timeout: 5_000,
    });
    expect(sandbox.asked("PurchaseServices")).toHaveLength(1);
    expect(sandbox.books.faults).toEqual([]);
  },
);

test("a DNS record to place is told at submission and later, and a configuration can be taken back", async () => {
  const { enom } = await shop({ owner: "silent" });
  const bought = await enom.buySlot(RAPID, open);
  const { certId } = bought.kind === "bought" ? bought : expect.fail(bought.kind);
  await enom.configure({
    certId,
    csr: await makeCsr({ cn: "dns.example.com" }),
    webServerType: 18,
    contacts: { admin: ADA, tech: ADA, billing: ADA },
  });

  const { dns } = await enom.submit({ certId, approver: { method: "dns" } });
  expect(dns).toMatchObject({ type: "TXT", value: expect.stringMatching(/./) });
  expect((await enom.detail(certId)).dns).toEqual(dns);

  await enom.cancelConfiguration(certId);
  expect(await enom.detail(certId)).toMatchObject({ statusId: 1 });
});

test("whatever the pretended eNom does to the answer, no purchase is lost from sight or made twice", async () => {
  const { sandbox, enom } = await shop();
  const faults = [
    { kind: "lose-answer" },
    { kind: "lose-request" },
    { kind: "html", effect: true },
    { kind: "cut", bytes: 300 },
  ] as const;
  sandbox.fault("PurchaseServices", ...faults);

  const kinds: string[] = [];
  for (const _ of faults) kinds.push((await enom.buySlot(RAPID, open)).kind);

  expect(kinds).toEqual(["unknown", "unknown", "unknown", "unknown"]);
  expect(sandbox.asked("PurchaseServices")).toHaveLength(faults.length);
  expect(await enom.listCertificates({ start: 1, size: 250 })).toMatchObject({ total: 3 });
});

test("an empty account, a wrong login and a foreign address each say so, and nothing is bought", async () => {
  const poor = await shop({ balance: "1.00" });
  expect(await poor.enom.buySlot(RAPID, open)).toMatchObject({ kind: "rejected", code: "no-account-with-funds" });
  expect(await poor.enom.balance()).toEqual({ available: "1.00", balance: "1.00" });

  poor.sandbox.settings.loginWorks = false;
  expect(await poor.enom.checkLogin()).toMatchObject({ cause: "login-refused" });
  expect(await poor.enom.buySlot(RAPID, open)).toMatchObject({ kind: "rejected", code: "enom-login-refused" });

  poor.sandbox.settings.loginWorks = true;
  poor.sandbox.settings.allowedAddress = false;
  expect(await failure(poor.enom.balance())).toMatchObject({ code: "enom-address-not-permitted" });
  expect(await poor.enom.buySlot(RAPID, open)).toMatchObject({ kind: "rejected", code: "enom-address-not-permitted" });
});

test("whatever was ordered and paid since a purchase is found in eNom's books, over all pages, with its refunds", async () => {
  const { sandbox, enom } = await shop();
  const bought = [];
  for (let count = 0; count < 30; count++) bought.push(await enom.buySlot(RAPID, open));
  const orderIds = bought.flatMap((outcome) => (outcome.kind === "bought" ? [outcome.orderId ?? 0] : []));
  const [first = 0, second = 0] = orderIds;
  sandbox.books.refund(900_101);

  expect((await enom.ordersAfter(first)).map(({ orderId }) => orderId)).toEqual(orderIds.slice(1).reverse());
  expect(await enom.orderPage({ start: 26 })).toMatchObject({ total: 30, orders: { length: 5 } });
  expect(await enom.order(second)).toMatchObject({ orderId: second, holdsCertificates: true, amount: "9.95" });
  const paid = await enom.transactionsAfter(first);
  expect(paid.map(({ orderId }) => orderId)).toEqual([first, ...orderIds.slice(1).reverse()]);
  expect(paid.at(-1)).toMatchObject({ orderId: second, amount: "-9.95", balance: "4980.10", status: "Successful" });
  expect(paid[0]).toMatchObject({ amount: "9.95" });
  expect(await failure(enom.order(1))).toMatchObject({ name: "Refused", code: "enom-refused" });
});

test("a CSR that eNom cannot read is refused for good, not asked again", async () => {
  const { enom } = await shop();
  const bought = await enom.buySlot(RAPID, open);
  const { certId } = bought.kind === "bought" ? bought : expect.fail(bought.kind);

  const contacts = { admin: ADA, tech: ADA, billing: ADA };
  const error = await failure(enom.configure({ certId, csr: "no CSR", webServerType: 18, contacts }));

  expect(error).toMatchObject({ name: "Refused", code: "enom-refused", message: expect.stringContaining("CSR") });
});
