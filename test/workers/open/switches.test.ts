// eNoms that do otherwise than documented: an order stands with a sentence that names command, element and switch, goes on
// when a person switches it, and nothing is bought twice.
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { requestChange } from "../../../src/shared/certificate/operator-request.ts";
import type { EnomSwitches } from "../../../src/shared/enom/switches.ts";
import type { OrderNeeds } from "../../../src/workers/order/needs.ts";
import { type Bend, type BendingProxy, bendingProxy } from "../../support/bending-proxy.ts";
import { orderNeeds } from "../../support/needs.ts";
import type { OrderChanges } from "../../support/order.ts";
import { quickAccount } from "../../support/quick-account.ts";
import { quickFolder } from "../../support/quick-folder.ts";
import { issued, type World, world } from "../../support/world.ts";
import { drive, get, withCode } from "./runs.ts";

interface Bent {
  w: World;
  proxy: BendingProxy;
  /** The needs of workers whose account has these switches. */
  with: (enom: Partial<EnomSwitches>) => OrderNeeds;
}

async function bent(): Promise<Bent> {
  const w = await world();
  const proxy = await bendingProxy(w.enom.url);
  const folder = mkdtempSync(join(quickFolder(), "certfleet-switches-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return {
    ...{ w, proxy },
    with: (enom) => {
      w.env.CERTFLEET_CONFIG = quickAccount(folder, proxy.url, undefined, undefined, enom);
      return orderNeeds(w);
    },
  };
}

const of =
  (commands: string, change: (xml: string) => string): Bend =>
  (xml, command) =>
    commands.split(" ").includes(command) ? change(xml) : xml;
const without = (commands: string, element: string): Bend =>
  of(commands, (xml) => xml.replace(new RegExp(`<${element}(/>|>[\\s\\S]*?</${element}>)`, "g"), ""));
const beforeIssue =
  (bend: Bend): Bend =>
  (xml, command) =>
    xml.includes("BEGIN CERTIFICATE-") ? xml : bend(xml, command);
const refused = (command: string): Bend =>
  of(command, () => {
    const error = "<ErrCount>1</ErrCount><errors><Err1>Command not permitted</Err1></errors>";
    const response =
      "<ResponseCount>1</ResponseCount><responses><response><ResponseNumber>702124</ResponseNumber><ResponseString>Command not permitted</ResponseString></response></responses>";
    return `<?xml version="1.0"?><interface-response><Command>${command.toUpperCase()}</Command>${error}${response}<Done>true</Done></interface-response>`;
  });

const worded = (command: string, text: string): string =>
  `<?xml version="1.0"?><interface-response><Command>${command}</Command><ErrCount>1</ErrCount><errors><Err1>${text}</Err1></errors><Done>true</Done></interface-response>`;

interface Story {
  bend: Bend;
  order?: OrderChanges;
  code: string;
  says: RegExp[];
  enom: Partial<EnomSwitches>;
  /** Of the product, in certfleet.yaml. */
  priceCeiling?: string;
  /** eNom does as documented again some time. */
  passes?: boolean;
}

const STORIES: Record<string, Story> = {
  "CertGetCertDetail shows no CSR before the issue": {
    bend: beforeIssue(without("CertGetCertDetail", "CSR")),
    code: "configured-otherwise",
    says: [/CertGetCertDetail/, /element CSR/, /proof: domain/],
    enom: { proof: "domain" },
  },
  "CertGetApproverEmail lists nobody": {
    bend: without("CertGetApproverEmail", "ApproverEmail"),
    code: "approver-not-offered",
    says: [/CertGetApproverEmail/, /ApproverEmail/, /approverList: trust/],
    enom: { approverList: "trust" },
  },
  "CertGetApproverEmail is refused": {
    bend: refused("CertGetApproverEmail"),
    code: "enom-question-refused",
    says: [/CertGetApproverEmail/, /not permitted/, /approverList: trust/],
    enom: { approverList: "trust" },
  },
  "CertGetCertDetail shows a status that nobody knows": {
    bend: of("CertGetCertDetail", (xml) => xml.replace(/<CertStatusID>(2|9|10|4)</, "<CertStatusID>77<")),
    code: "unknown-status",
    says: [/CertGetCertDetail/, /CertStatusID/, /statuses/],
    enom: { statuses: [{ id: 77, means: "issued" }] },
  },
  "CertGetCertDetail shows another CSR and no domain": {
    bend: beforeIssue(of("CertGetCertDetail", (xml) => xml.replace(/<CSR>[\s\S]*?<\/CSR>/, "<CSR>MIIB</CSR>"))),
    code: "configured-otherwise",
    says: [/CertGetCertDetail/, /element CSR/, /proof: domain/],
    enom: { proof: "domain" },
  },
  "GetCerts is refused": {
    bend: refused("GetCerts"),
    code: "enom-question-refused",
    says: [/GetCerts: Command not permitted/, /priceCeiling under products:/],
    enom: {},
    priceCeiling: "15.00",
  },
  "CertGetCerts is refused, with words that nobody knows": {
    bend: of("CertGetCerts", () => worded("CERTGETCERTS", "Nightly works are under way")),
    code: "enom-question-refused",
    says: [/CertGetCerts: Nightly works/, /errors below enom:/],
    enom: { errors: [{ match: "nightly works", means: "maintenance" }] },
    passes: true,
  },
  "GetBalance has no AvailableBalance": {
    bend: without("GetBalance", "AvailableBalance"),
    code: "enom-not-understood",
    says: [/GetBalance/, /AvailableBalance/, /enom\.balance/],
    enom: { balance: "total" },
  },
};

/** As `certfleet certificate resolve REF --retry`. */
async function retry(w: World, reference: string): Promise<void> {
  const at = w.time.now();
  const wish = { kind: "resolve", decision: "retry", reason: "switched", who: "ops", at: at.toISOString() } as const;
  const answer = requestChange(await get(w, reference), wish, at);
  if ("conflict" in answer) throw new Error(answer.conflict);
  await w.certificates.save(answer.certificate, at);
}

test("by its domain, too, a slot that carries another one is not this order's: nothing is sent for it", async () => {
  const { w, proxy, with: needs } = await bent();
  proxy.bend = of("CertGetCertDetail", (xml) =>
    xml.replace(/<DomainName(\/>|>[^<]*<\/DomainName>)/, "<DomainName>stranger.example.net</DomainName>"),
  );

  const { record } = await drive(w, await w.accept({}), withCode("configured-otherwise"), needs({ proof: "domain" }));

  expect(record.attention?.message).toContain("stranger.example.net");
  expect(w.enom.asked("CertConfigureCert")).toEqual([]);
  expect(w.enom.asked("CertPurchaseCert")).toEqual([]);
});

test("a login that may not list its orders buys all the same", async () => {
  const { w, proxy, with: needs } = await bent();
  proxy.bend = refused("GetOrderList");

  const { record } = await drive(w, await w.accept({}), issued, needs({}));

  expect(record.timeline.map(({ event }) => event)).not.toContain("attention.raised");
  expect(w.enom.books.purchases()).toHaveLength(1);
});

test.for(Object.entries(STORIES))("%s: the order says so, and goes on by the switch", async ([, story]) => {
  const { w, proxy, with: needs } = await bent();
  proxy.bend = story.bend;
  const reference = await w.accept(story.order ?? {});

  const { record } = await drive(w, reference, withCode(story.code), needs({}));
  for (const words of story.says) expect(record.attention?.message).toMatch(words);

  await retry(w, reference);
  if (story.passes) proxy.bend = (xml) => xml;
  await drive(w, reference, issued, {
    ...needs(story.enom),
    priceCeiling: () => story.priceCeiling,
  });
  expect(w.enom.books.purchases()).toHaveLength(1);
});
