// Rules 10, 11, 13 with rows of eNom's list that nobody can read: a stranger's stops nothing, one that may be ours is named
// and never passed over.
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { findAnswers, findStanding } from "../../../src/shared/account/not-understood.ts";
import { slotOwners } from "../../../src/shared/certificate/slot-owner.ts";
import { audit } from "../../../src/workers/audit/audit.ts";
import { enterSlot, findFrozen } from "../../../src/workers/ledger/maintenance.ts";
import { advanceOrder } from "../../../src/workers/open/workflow.ts";
import type { OrderNeeds } from "../../../src/workers/order/needs.ts";
import { type Bend, type BendingProxy, bendingProxy, bendRow } from "../../support/bending-proxy.ts";
import { makeCsr } from "../../support/csr.ts";
import { orderNeeds } from "../../support/needs.ts";
import { quickAccount } from "../../support/quick-account.ts";
import { quickFolder } from "../../support/quick-folder.ts";
import { SETTLE_MS } from "../../support/time.ts";
import { issued, type World, world } from "../../support/world.ts";
import { drive, get, RAPIDSSL, RAPIDSSL_YEAR, withCode } from "../open/runs.ts";

/** A world whose eNom is asked through a proxy that bends. */
async function bent(): Promise<{ w: World; proxy: BendingProxy; needs: OrderNeeds }> {
  const w = await world();
  const proxy = await bendingProxy(w.enom.url);
  const folder = mkdtempSync(join(quickFolder(), "certfleet-bent-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  w.env.CERTFLEET_CONFIG = quickAccount(folder, proxy.url);
  return { w, proxy, needs: orderNeeds(w) };
}

function main({ accounts }: OrderNeeds) {
  const account = accounts.find("main");
  if (!account) throw new Error("no account");
  return account;
}

/** A certificate that somebody bought and configured for another domain before the fleet came. */
async function stranger(w: World): Promise<number> {
  const { certId } = w.enom.colleague.buys(RAPIDSSL, 1);
  await w.enom.colleague.configures(certId, await makeCsr({ cn: "stranger.example.net" }));
  return certId;
}

const twice =
  (element: string): Bend =>
  (xml, command) =>
    command === "CertGetCerts"
      ? xml.replace(new RegExp(`<${element}>[\\s\\S]*?</${element}>`), (said) => `${said}${said}`)
      : xml;

test.for([
  ["ExpirationDate", "1/1/0001"],
  ["ExpirationDate", "N/A"],
  ["ExpirationDate", "2026-11-30T00:00:00Z"],
  ["ExpirationDate", "31/12/2026"],
  ["OrderDate", "1/1/0001"],
  ["OrderDate", "yesterday"],
  ["CertID", "N/A"],
  ["CertID", null],
  ["CertID", "9 001"],
  ["OrderID", "none"],
  ["ProdType", "SSL"],
  ["ProdType", ""],
  ["ValidityPeriod", "1 year"],
  ["ValidityPeriod", null],
  ["CertStatusID", "issued"],
  ["CertStatusID", ""],
] as const)("a stranger's row whose %s is %j stops no purchase", async ([element, value]) => {
  const { w, proxy, needs } = await bent();
  proxy.bend = bendRow(await stranger(w), element, value);

  const { certId, record } = await drive(w, await w.accept({}), issued, needs);
  await audit(main(needs), needs);

  expect(record.timeline.filter(({ event }) => event === "attention.raised")).toEqual([]);
  expect(w.enom.books.purchases().filter((each) => each.certId === certId)).toHaveLength(1);
  expect(w.enom.asked("PurchaseServices")).toHaveLength(1);
  expect(await findFrozen(needs, "main")).toBeUndefined();
  expect(await findStanding(w, "main")).toBeUndefined();
});

const MAY_BE_OURS = [
  ["CertID", "N/A"],
  ["CertID", null],
  ["ProdType", "SSL"],
  ["ProdType", ""],
  ["ValidityPeriod", "12 months"],
  ["ValidityPeriod", null],
  ["CertStatusID", "new"],
  ["CertStatusID", null],
  ["OrderDate", "1/1/0001"],
  ["OrderID", "5OO"],
] as const;

test.for(MAY_BE_OURS)(
  "rule 10: a row that may be the purchase in doubt and whose %s is %j is named, and nothing is bought again",
  async ([element, value]) => {
    const { w, proxy } = await bent();
    const needs = orderNeeds(w, { timings: { pollSeconds: 0.1, validationDays: 7, rebuyBudget: 1 } });
    await drive(w, await w.accept({ cn: "www.example.com" }), issued, needs);
    w.enom.fault("PurchaseServices", { kind: "lose-answer" });
    const reference = await w.accept({});
    await advanceOrder(reference, needs);
    const [, ours] = w.enom.books.purchases();
    proxy.bend = bendRow(ours?.certId ?? 0, element, value);
    await w.time.pass(5_000);

    const { record } = await drive(w, reference, withCode("enom-not-understood"), needs);
    await w.time.pass(SETTLE_MS);
    await advanceOrder(reference, needs);
    const settled = await get(w, reference);

    expect(record.attention).toMatchObject({ who: "operator", message: expect.stringContaining(element) });
    expect(record.attention?.next).toContain("certfleet account answers");
    expect(settled.record.attention?.code).toBe("enom-not-understood");
    expect(w.enom.asked("PurchaseServices")).toHaveLength(2);

    proxy.bend = (xml) => xml;
    const done = await drive(w, reference, issued, needs);

    expect(done.certId).toBe(ours?.certId);
    expect(w.enom.asked("PurchaseServices")).toHaveLength(2);
    expect(await findStanding(w, "main")).toBeUndefined();
  },
);

test("I11: a doubt that an unreadable row keeps open ends with a person, who is told which row it is", async () => {
  const { w, proxy, needs } = await bent();
  w.enom.fault("PurchaseServices", { kind: "lose-answer" });
  const reference = await w.accept({});
  await advanceOrder(reference, needs);
  const [ours] = w.enom.books.purchases();
  proxy.bend = bendRow(ours?.certId ?? 0, "ProdType", "SSL");

  await w.time.pass(SETTLE_MS + 6 * 60_000);
  const { record } = await drive(w, reference, withCode("purchase-unknown"), needs);

  expect(record.attention?.message).toContain(`the row of CertID ${ours?.certId}`);
  expect(record.doubt?.missing.join()).toContain('ProdType is no number (form: "AAA")');
});

test("an unused slot without a readable CertID lets nobody take the account into use, until it can be read", async () => {
  const { w, proxy, needs } = await bent();
  const { certId } = w.enom.colleague.buys(RAPIDSSL, 1);
  proxy.bend = bendRow(certId, "CertID", "unknown");
  const reference = await w.accept({});

  const { record } = await drive(w, reference, withCode("enom-not-understood"), needs);

  expect(record.attention?.message).toContain("a row without a readable CertID");
  expect(w.enom.asked("PurchaseServices")).toEqual([]);

  proxy.bend = (xml) => xml;
  await drive(w, reference, issued, needs);

  expect(await w.redis.hget(w.keys.ledger.owner("main"), `${certId}`)).toBe(slotOwners.legacy);
});

test("rule 13: a slot that the ledger does not know and nobody can read stops the account before the next purchase, until the ledger knows it", async () => {
  const { w, proxy, needs } = await bent();
  await drive(w, await w.accept({ cn: "www.example.com" }), issued, needs);
  const { certId } = w.enom.colleague.buys(RAPIDSSL, 1);
  proxy.bend = bendRow(certId, "ProdType", "R-23");
  await expect(audit(main(needs), needs)).rejects.toMatchObject({ code: "enom-not-understood" });
  const reference = await w.accept({});

  const { record } = await drive(w, reference, withCode("enom-not-understood"), needs);

  expect(record.attention?.message).toContain(`CertID ${certId}`);
  expect(await findFrozen(needs, "main")).toBeUndefined();
  expect(w.enom.asked("PurchaseServices")).toHaveLength(1);

  await enterSlot(needs, { account: "main", certId, slotClass: RAPIDSSL_YEAR, boughtAt: 0 }, slotOwners.foreign);
  await drive(w, reference, issued, needs);

  expect(await findStanding(w, "main")).toBeUndefined();
});

test("rule 1: in a shared account a stranger's unreadable slot stops no purchase", async () => {
  const { w, proxy, needs } = await bent();
  main(needs).entry.mode = "shared";
  await drive(w, await w.accept({ cn: "www.example.com" }), issued, needs);
  proxy.bend = bendRow(w.enom.colleague.buys(RAPIDSSL, 1).certId, "ValidityPeriod", "P1Y");
  await audit(main(needs), needs);

  await drive(w, await w.accept({}), issued, needs);

  expect(await findStanding(w, "main")).toBeUndefined();
});

test("a status that a row says twice is believed in none of its forms", async () => {
  const { w, proxy, needs } = await bent();
  w.enom.fault("PurchaseServices", { kind: "lose-answer" });
  const reference = await w.accept({});
  await advanceOrder(reference, needs);
  proxy.bend = twice("CertStatusID");
  await w.time.pass(5_000);

  const { record } = await drive(w, reference, withCode("enom-not-understood"), needs);

  expect(record.attention?.message).toContain("CertStatusID is said more than once");
});

test.for([
  ["GetBalance", "AvailableBalance", "1.873,13"],
  ["GetBalance", "AvailableBalance", ""],
  ["GetOrderList", "RecordCount", "many"],
  ["CertGetCerts", "TotalCertCount", "lots"],
  ["CertGetCertDetail", "CertStatusID", "issued"],
  ["CertGetCertDetail", "CertID", "n/a"],
] as const)(
  "%s with an unreadable %s (%j) is told of at once, and goes on by itself",
  async ([command, element, value]) => {
    const { w, proxy, needs } = await bent();
    proxy.bend = (xml, asked) =>
      asked === command ? xml.replace(new RegExp(`<${element}>[^<]*<`), `<${element}>${value}<`) : xml;
    const reference = await w.accept({});

    const { record } = await drive(w, reference, withCode("enom-not-understood"), needs);

    expect(record.attention?.message).toContain(`${command}`);
    expect(record.attention?.message).toContain(element);

    proxy.bend = (xml) => xml;
    await drive(w, reference, issued, needs);

    expect(w.enom.books.purchases()).toHaveLength(1);
  },
);

test.for([
  ["GetBalance", "Balance", "n/a"],
  ["CertGetCertDetail", "OrderDate", "5/6/2025 21:01"],
  ["CertGetCertDetail", "ExpirationDate", "1/1/0001 12:00:00 AM"],
  ["CertGetCertDetail", "ProdType", "SSL"],
  ["GetOrderList", "OrderDate", "now"],
  ["GetCerts", "RetailPrice", "ask"],
  ["GetCerts", "ProdType", ""],
] as const)("what nobody needs of %s, such as %s %j, stops nothing", async ([command, element, value]) => {
  const { w, proxy, needs } = await bent();
  await drive(w, await w.accept({ cn: "www.example.com" }), issued, needs);
  proxy.bend = (xml, asked) =>
    asked === command ? xml.replaceAll(new RegExp(`<${element}>[^<]*<`, "g"), `<${element}>${value}<`) : xml;

  const { record } = await drive(w, await w.accept({}), issued, orderNeeds(w));

  expect(record.timeline.filter(({ event }) => event === "attention.raised")).toEqual([]);
  expect(needs.accounts.all).toHaveLength(1);
});

test("what was not understood is kept masked, once a kind, with how often it came", async () => {
  const { w, proxy } = await bent();
  const certId = await stranger(w);
  proxy.bend = bendRow(certId, "ProdType", "mail ceo@secret.example acme-hosting");
  await w.work(["open"]);
  await w.until(await w.order({}), issued);
  await w.redis.del(w.keys.ledger.keeper("main"));

  await expect.poll(async () => (await findAnswers(w, "main"))[0]?.count, { timeout: 10_000 }).toBeGreaterThan(1);
  const [answer, ...others] = await findAnswers(w, "main");

  expect(others).toEqual([]);
  expect(answer).toMatchObject({ command: "CertGetCerts", certId: `${certId}` });
  expect(answer?.faults).toEqual([
    { element: "ProdType", form: "aaaa aaa@aaaaaa.aaaaaaa aaaa-aaaaaaa", problem: "is no number" },
  ]);
  expect(answer?.text).toContain(`<certid>${certId}</certid>`);
  expect(answer?.text).toContain("<domainname>aaaaaaaa.aaaaaaa.aaa</domainname>");
  expect(JSON.stringify(answer)).not.toMatch(/secret|stranger|acme-hosting|ceo/);
});
