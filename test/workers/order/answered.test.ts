// eNom responds, and nobody can use what it says: after an hour that is not called an eNom that does not respond.
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { advanceOrder } from "../../../src/workers/open/workflow.ts";
import { type Bend, bendingProxy } from "../../support/bending-proxy.ts";
import { makeCsr } from "../../support/csr.ts";
import { orderNeeds } from "../../support/needs.ts";
import { quickAccount } from "../../support/quick-account.ts";
import { quickFolder } from "../../support/quick-folder.ts";
import { issued, world } from "../../support/world.ts";
import { drive, get, RAPIDSSL } from "../open/runs.ts";

const HOUR_MS = 3_600_000;
const of =
  (command: string, change: (xml: string) => string): Bend =>
  (xml, asked) =>
    asked === command ? change(xml) : xml;

const BENT: [string, Bend, string][] = [
  [
    "a row that stands twice in a list",
    of("CertGetCerts", (xml) => xml.replace(/(<Cert>[\s\S]*?<\/Cert>)/, "$1$1")),
    "enom-not-understood",
  ],
  [
    "a list that counts more than it shows",
    of("CertGetCerts", (xml) => xml.replace(/<TotalCertCount>\d+/, "<TotalCertCount>77")),
    "enom-not-understood",
  ],
  [
    "a bare ampersand in the balance",
    of("GetBalance", (xml) => xml.replace("</interface-response>", "<note>R&D</note></interface-response>")),
    "enom-not-understood",
  ],
  [
    "a page of something before eNom",
    of("GetBalance", () => "<html><body>Back soon</body></html>"),
    "enom-unavailable",
  ],
  ["nothing", of("GetBalance", () => ""), "enom-unavailable"],
];

test.for(BENT)("%s, for an hour", async ([, bend, code]) => {
  const w = await world();
  const proxy = await bendingProxy(w.enom.url);
  const folder = mkdtempSync(join(quickFolder(), "certfleet-answered-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  w.env.CERTFLEET_CONFIG = quickAccount(folder, proxy.url);
  const { certId } = w.enom.colleague.buys(RAPIDSSL, 1);
  await w.enom.colleague.configures(certId, await makeCsr({ cn: "stranger.example.net" }));
  const needs = orderNeeds(w);
  proxy.bend = bend;
  const reference = await w.accept({});
  await advanceOrder(reference, needs);
  const first = await get(w, reference);

  w.time.jump(HOUR_MS + 1_000);
  await advanceOrder(reference, needs);
  const { record } = await get(w, reference);

  expect(first.record.attention).toBeNull();
  expect(first.record.trouble?.count).toBe(1);
  expect(record.attention).toMatchObject({ code, who: "operator" });

  proxy.bend = (xml) => xml;
  await drive(w, reference, issued, needs);

  expect(w.enom.asked("PurchaseServices")).toHaveLength(1);
});
