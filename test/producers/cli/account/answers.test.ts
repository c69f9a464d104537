// What eNom answered that nobody understood, and what it sells: by command line and over HTTP, of a fleet that met it.
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { startGateway } from "../../../../src/producers/main.ts";
import { findAnswers } from "../../../../src/shared/account/not-understood.ts";
import { type Bend, bendingProxy, bendRow } from "../../../support/bending-proxy.ts";
import { makeCsr } from "../../../support/csr.ts";
import { quickAccount } from "../../../support/quick-account.ts";
import { quickFolder } from "../../../support/quick-folder.ts";
import { issued, stuck, type World, world } from "../../../support/world.ts";
import { RAPIDSSL } from "../../../workers/open/runs.ts";
import { certfleet } from "../support.ts";

/** A fleet whose eNom is bent, and its HTTP door. */
async function bent(bendOf: (w: World) => Promise<Bend>) {
  const w = await world();
  const proxy = await bendingProxy(w.enom.url);
  const folder = mkdtempSync(join(quickFolder(), "certfleet-answers-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  w.env.CERTFLEET_CONFIG = quickAccount(folder, proxy.url, w.enom.ca.rootPem);
  proxy.bend = await bendOf(w);
  const gateway = await startGateway({ ...w.env, HOST: "127.0.0.1", PORT: "0" });
  onTestFinished(() => gateway.stop());
  await w.work(["open", "balance-poll"]);
  const get = async (path: string) => {
    const answer = await fetch(`${gateway.url}/v1/accounts/${path}`);
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  };
  return { w, get, say: (...words: string[]) => certfleet(words, { env: w.env }) };
}

async function strangersSlot(w: World): Promise<number> {
  const { certId } = w.enom.colleague.buys(RAPIDSSL, 1);
  await w.enom.colleague.configures(certId, await makeCsr({ cn: "stranger.example.net" }));
  return certId;
}

test("a stranger's row that cannot be read stops nothing, and is shown with command, CertID, element and form, masked", async () => {
  let certId = 0;
  const { w, get, say } = await bent(async (there) => {
    certId = await strangersSlot(there);
    return bendRow(certId, "ValidityPeriod", "two years for ceo@stranger.example");
  });
  await w.until(await w.order({}), issued);
  await expect.poll(async () => (await findAnswers(w, "main")).length).toBe(1);

  const told = await say("account", "answers");
  const one = await say("account", "answers", "main", "--json");
  const { status, body } = await get("main/answers");

  expect(told.stdout).toContain(`Account main\n\nCertGetCerts about CertID ${certId}, `);
  expect(told.stdout).toContain("  ValidityPeriod is no number; its form: aaa aaaaa aaa aaa@aaaaaaaa.aaaaaaa");
  expect(told.stdout).toContain("<domainname>aaaaaaaa.aaaaaaa.aaa</domainname>");
  expect(told.stdout).not.toMatch(/ceo|stranger|Nothing is bought/);
  expect([told.code, status]).toEqual([0, 200]);
  const [account] = JSON.parse(one.stdout).accounts;
  expect(account).toMatchObject({ account: "main", standing: null, answers: [{ command: "CertGetCerts" }] });
  expect(body).toMatchObject({
    standing: null,
    items: [{ certId: `${certId}`, faults: [{ element: "ValidityPeriod" }] }],
  });
});

test("a row that may be a purchase of ours stops the account, and both say since when and by which row", async () => {
  const { w, get, say } = await bent(async (there) => {
    const { certId } = there.enom.colleague.buys(RAPIDSSL, 1);
    return bendRow(certId, "CertID", "see support");
  });
  await w.until(await w.order({}), stuck);

  const told = await say("account", "answers", "main");
  const { body } = await get("main/answers");

  expect(told.stdout).toMatch(
    /Nothing is bought since \S+: CertGetCerts: a row without a readable CertID \(order \d+\)/,
  );
  expect(told.stdout).toContain("CertID is no usable number; its form: aaa aaaaaaa");
  expect(body.standing).toMatchObject({ message: expect.stringContaining("CertID is no usable number") });
  expect(w.enom.asked("PurchaseServices")).toEqual([]);
});

test("where all was understood, or the account is not there, both say so", async () => {
  const { w, get, say } = await bent(async () => (xml) => xml);
  await w.until(await w.order({}), issued);

  const told = await say("account", "answers");
  const nobody = await Promise.all([say("account", "answers", "nobody"), say("account", "products", "nobody")]);

  expect(told.stdout.trim()).toBe("Account main\n\nEverything that eNom answered was understood.");
  expect((await get("main/answers")).body).toEqual({ standing: null, items: [] });
  expect(nobody.map(({ code }) => code)).toEqual([3, 3]);
  expect((await get("nobody/answers")).status).toBe(404);
  expect((await get("nobody/products")).status).toBe(404);
});

test("the catalogue is shown beside the product table: sold, switched off, missing, and what only eNom has, with its lines", async () => {
  const bend: Bend = (xml, command) =>
    command === "GetCerts"
      ? xml
          .replace(/Certificate-Comodo-Essential</i, "Certificate-Comodo-Novelty<")
          .replace(/(<ProdCode>Certificate-RapidSSL-RapidSSL-Wildcard<[\s\S]*?<Enabled>)True/i, "$1False")
      : xml;
  const { w, get, say } = await bent(async () => bend);
  await w.until(await w.order({}), issued);

  const told = await say("account", "products", "main");
  const { body } = await get("main/products");

  const items = body.items as { service: string; state: string; yaml: string | null }[];
  const stateOf = (service: string) => items.find((each) => each.service.toLowerCase() === service)?.state;
  const line = (service: string) =>
    told.stdout.split("\n").find((each) => each.toLowerCase().startsWith(`${service} `));
  expect(told.stdout).toMatch(/^Account main, catalogue read \d{4}-/);
  expect(line("certificate-rapidssl-rapidssl")).toMatch(/ RapidSSL +sold +23 +9\.95 +1, 2/);
  for (const service of [
    "certificate-comodo-novelty",
    "certificate-comodo-essential",
    "certificate-rapidssl-rapidssl-wildcard",
  ])
    expect([service, line(service)]).toEqual([service, expect.stringContaining(` ${stateOf(service)} `)]);
  expect(stateOf("certificate-comodo-novelty")).not.toBe("sold");
  expect(stateOf("certificate-comodo-essential")).not.toBe("sold");
  expect(stateOf("certificate-rapidssl-rapidssl-wildcard")).not.toBe("sold");
  const novelty = items.find((each) => each.service.toLowerCase() === "certificate-comodo-novelty");
  expect(novelty?.yaml).toContain("service:");
  expect(told.stdout).toContain(`For certfleet.yaml:\n\nproducts:\n`);
  expect(told.stdout).toContain(novelty?.yaml ?? "none");
  expect(body.readAt).toMatch(/^\d{4}-/);
});
