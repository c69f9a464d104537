// Promises of a first contact: whatever eNom answers otherwise is told with command, element, kind and switch, the rest is
// asked all the same, and a folder of recorded answers says what the account said.

import { join } from "node:path";
import { expect, test } from "vitest";
import { keepAnswers, makeFolder } from "../../../src/workers/probe/answers/folder.ts";
import type { Surroundings } from "../../../src/workers/probe/answers/recorded.ts";
import { makeReport } from "../../../src/workers/probe/make-report.ts";
import type { Bend } from "../../support/bending-proxy.ts";
import { bentAnswers, bentEnom, LOGIN, of, recordedAnswers, refusal, serious } from "./bent.ts";

const gone = (name: string) => (xml: string) =>
  xml.replace(new RegExp(`<${name}>[\\s\\S]*?</${name}>|<${name} ?/>`, "g"), "");
const set = (name: string, value: string) => (xml: string) =>
  xml.replace(new RegExp(`<${name}>[\\s\\S]*?</${name}>|<${name} ?/>`, "g"), `<${name}>${value}</${name}>`);

const AROUND: Surroundings = {
  ...{ account: "main", host: "reseller.example", at: "2026-11-30T12:00:00.000Z", mode: "dedicated", switches: {} },
  ...{ ledger: "unknown", strangers: [] },
};

/** A bend, and what must be told of it: what matters, and a switch where there is one. */
const BENDS: readonly [name: string, bend: Bend, told: readonly string[], yaml?: string][] = [
  ["nothing", (xml) => xml, []],
  [
    "lower case",
    (xml) => xml.replace(/<(\/?)(\w[\w.-]*)/g, (_all, slash: string, name: string) => `<${slash}${name.toLowerCase()}`),
    [],
  ],
  [
    "a new element that nothing reads",
    of("GetBalance", (xml) => xml.replace("<Command>", "<Loyalty>gold</Loyalty><Command>")),
    [],
  ],
  [
    "a product that we do not sell",
    of("GetCerts", (xml) =>
      xml.replace(/(<ProdCode>)certificate-rapidssl-rapidssl(<)/i, "$1certificate-sectigo-new$2"),
    ),
    [],
  ],
  [
    "no amount that can be spent",
    of("GetBalance", gone("AvailableBalance")),
    ["GetBalance AvailableBalance field-missing"],
  ],
  [
    "an amount in another form",
    of("GetBalance", set("AvailableBalance", "4.980,10 EUR")),
    ["GetBalance AvailableBalance unreadable"],
  ],
  [
    "ISO dates in the list",
    of("CertGetCerts", (xml) => xml.replace(/<OrderDate>(\d+)\/(\d+)\/(\d+)</g, "<OrderDate>$3-$1-$2<")),
    ["CertGetCerts OrderDate date-form"],
    "enom: { dates: iso }",
  ],
  [
    "dates without AM and PM",
    of("CertGetCertDetail", (xml) => xml.replace(/ [AP]M</g, "<")),
    ["CertGetCertDetail OrderDate date-form"],
  ],
  ["rows without CertID", of("CertGetCerts", gone("CertID")), ["CertGetCerts CertID field-missing"]],
  [
    "a status that nobody knows",
    of("CertGetCerts", (xml) => xml.replace("<CertStatusID>2<", "<CertStatusID>17<")),
    ["CertGetCerts CertStatusID unknown-status"],
  ],
  [
    "a CSR that is not shown before issue",
    of("CertGetCertDetail", set("CSR", "")),
    ["CertGetCertDetail CSR csr-not-shown"],
    "enom: { proof: domain }",
  ],
  [
    "no approver addresses",
    of("CertGetApproverEmail", gone("ApproverEmail")),
    ["CertGetApproverEmail ApproverEmail approvers-not-offered"],
    "enom: { approverList: trust }",
  ],
  [
    "approvers that are refused",
    of("CertGetApproverEmail", () => refusal("CertGetApproverEmail", "WHOIS is gone", "715153")),
    ["CertGetApproverEmail Approver approvers-not-offered"],
    "enom: { approverList: trust }",
  ],
  [
    "a list of orders that is not permitted",
    of("GetOrderList", () => refusal("GetOrderList", "Not permitted for this token", "713242")),
    ["GetOrderList ErrCount refused"],
  ],
  [
    "a refusal without a code",
    of("GetTransHistory", () => refusal("GetTransHistory", "Reporting is closed for stocktaking")),
    ["GetTransHistory Err1 unknown-code"],
    'enom: { errors: [{ match: "Reporting is closed for stocktaking", means: refused }] }',
  ],
  [
    "an order of domains",
    of("GetOrderDetail", set("Certs", "false")),
    ["GetOrderDetail Certs others-buy"],
    "mode: shared",
  ],
  [
    "a record that is a CNAME",
    of("CertGetCertDetail", (xml) => set("DNSAuthAddress", "a1b2.c3d4.sectigo.com")(set("DNSAuthEntry", "_a1b2")(xml))),
    ["CertGetCertDetail DNSAuthAddress dns-record-type"],
    "enom: { dnsRecordType: CNAME }",
  ],
  [
    "another number of a product",
    of("GetCerts", (xml) => xml.replace("<ProdType>23<", "<ProdType>923<")),
    ["GetCerts ProdType product-number"],
    "products:\n  - service: Certificate-RapidSSL-RapidSSL\n    prodType: 923",
  ],
  ["no chain", of("CertGetCertDetail", (xml) => set("CACerts", "")(set("IntermediateCertificates", "")(xml))), []],
  ["a cut document", of("GetCerts", (xml) => xml.slice(0, 900)), ["GetCerts document not-a-document"]],
  [
    "a web page",
    of("CertGetCerts", () => "<html><body>Service Unavailable</body></html>"),
    ["CertGetCerts document no-answer"],
  ],
  ["an empty answer", of("GetBalance", () => ""), ["GetBalance document not-a-document"]],
];

test("each way in which eNom may answer otherwise is told, with the switch for it, and the masked answers say the same", async () => {
  const { enom, home } = await bentEnom();
  const recorded = await recordedAnswers(enom.url);
  for (const [index, [name, bend, told, yaml]] of BENDS.entries()) {
    const bent = bentAnswers(recorded, bend);
    const folder = makeFolder(join(home, `bent-${index}`));
    const masked = keepAnswers(bent, AROUND, { folder, secrets: Object.values(LOGIN), maskDomains: false });
    const report = await makeReport(bent, AROUND, { answers: "" });

    expect({ name, told: serious(report).sort(), ok: report.ok }).toEqual({
      name,
      told: [...told].sort(),
      ok: told.length === 0,
    });
    expect(serious(await makeReport(masked, AROUND, { answers: "" })), name).toEqual(serious(report));
    if (yaml !== undefined)
      expect(
        report.differences.map((each) => each.switch),
        name,
      ).toContain(yaml);
  }
}, 60_000);

test("a refusal of one question keeps none of the others from being asked; who lets nobody in is asked twice", async () => {
  const { probed, enom } = await bentEnom();
  const { report } = await probed(() => refusal("x", "closed")); // another command's document: nothing is understood
  expect(new Set(report.questions.map(({ command }) => command))).toEqual(
    new Set(["CheckLogin", "GetBalance", "GetCerts", "CertGetCerts", "GetOrderList", "GetTransHistory"]),
  );

  enom.settings.allowedAddress = false;
  const { report: shut } = await probed((xml) => xml);

  expect(shut.questions.map(({ outcome }) => outcome)).toEqual(["refused", "refused"]);
  expect(shut.facts.address).toMatch(/^\d+\.\d+\.\d+\.\d+$/);
  expect(serious(shut)).toEqual(["CheckLogin ErrCount refused", "GetBalance ErrCount refused"]);
}, 30_000);

test("a probe asks harmless commands only, and its folder makes the same report", async () => {
  const { probed, enom } = await bentEnom();
  const before = enom.asked().length;

  const { report, again } = await probed((xml) => xml);

  expect(again).toEqual({ ...report, answers: again.answers });
  const asked = enom
    .asked()
    .slice(before)
    .map(({ command }) => command.toLowerCase());
  expect([...new Set(asked)].sort()).toEqual([
    "certgetapproveremail",
    "certgetcertdetail",
    "certgetcerts",
    "checklogin",
    "getbalance",
    "getcerts",
    "getorderdetail",
    "getorderlist",
    "gettranshistory",
  ]);
}, 30_000);
