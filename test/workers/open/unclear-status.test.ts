// What is not at the CA is not taken for submitted: a status that is missing, or that nobody knows, sends nothing, tells the
// owner nothing, and the order continues when eNom shows a status again.
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { OrderNeeds } from "../../../src/workers/order/needs.ts";
import { type Bend, bendingProxy } from "../../support/bending-proxy.ts";
import { orderNeeds } from "../../support/needs.ts";
import { quickAccount } from "../../support/quick-account.ts";
import { quickFolder } from "../../support/quick-folder.ts";
import { issued, type World, world } from "../../support/world.ts";
import { drive, withCode } from "./runs.ts";

/** Of one certificate eNom shows this status, or none; of the list everything as it is. */
const showing =
  (element: string): Bend =>
  (xml, command) =>
    command === "CertGetCertDetail"
      ? xml.replace(/<CertStatusID>[^<]*<\/CertStatusID>|<CertStatusID\/>/g, element)
      : xml;

async function bent(): Promise<{ w: World; show: (element: string | null) => void; needs: OrderNeeds }> {
  const w = await world();
  const proxy = await bendingProxy(w.enom.url);
  const folder = mkdtempSync(join(quickFolder(), "certfleet-status-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  w.env.CERTFLEET_CONFIG = quickAccount(folder, proxy.url);
  const show = (element: string | null): void => {
    proxy.bend = element === null ? (xml) => xml : showing(element);
  };
  return { w, show, needs: orderNeeds(w) };
}

const UNCLEAR = [
  ["", "enom-not-understood"],
  ["<CertStatusID/>", "enom-not-understood"],
  ["<CertStatusID>0</CertStatusID>", "enom-not-understood"],
  ["<CertStatusID>3</CertStatusID>", "unknown-status"],
  ["<CertStatusID>11</CertStatusID>", "unknown-status"],
  ["<CertStatusID>99</CertStatusID>", "unknown-status"],
] as const;

test.for(UNCLEAR)(
  "a slot that shows %j before its configuration is %s, and is configured afterwards",
  async ([element, code]) => {
    const { w, show, needs } = await bent();
    show(element);
    const reference = await w.accept({});

    const { record, state } = await drive(w, reference, withCode(code), needs);

    expect(state).toBe("OWNED");
    expect(w.enom.asked("CertConfigureCert")).toEqual([]);
    expect(record.timeline.map(({ event }) => event)).not.toContain("mail.requested");

    show(null);
    await drive(w, reference, issued, needs);

    expect(w.enom.books.purchases()).toHaveLength(1);
  },
);

test.for(UNCLEAR)(
  "a slot that shows %j before it is submitted is %s, and is submitted afterwards",
  async ([element, code]) => {
    const { w, show, needs } = await bent();
    w.enom.fault("CertGetApproverEmail", { kind: "lose-request" });
    const reference = await w.accept({});
    await drive(w, reference, ({ state, record }) => state === "CONFIGURED" && record.trouble !== null, needs);
    show(element);

    const { record } = await drive(w, reference, withCode(code), needs);

    expect(record.submittedAt).toBeNull();
    expect(w.enom.asked("CertPurchaseCert")).toEqual([]);
    expect(record.timeline.map(({ event }) => event)).not.toContain("mail.requested");

    show(null);
    await drive(w, reference, issued, needs);

    expect(w.enom.asked("CertPurchaseCert")).toHaveLength(1);
  },
);
