import { X509Certificate } from "node:crypto";
import { expect, test } from "vitest";
import {
  all,
  ask,
  at,
  bought,
  COMODO,
  certificateOf,
  configured,
  contacts,
  csrFor,
  detail,
  ORGANIZATION,
  refused,
  sandbox,
  standingClock,
  statusOf,
  submitted,
} from "./support.ts";

const NOON = "2026-04-02T12:00:00Z";
const DAY_MS = 86_400_000;
const TIMINGS = { processingMs: 1_000, ownerMs: 1_000, issueMs: 1_000, reissueMs: 1_000 };

async function standing(options: Parameters<typeof sandbox>[0] = {}) {
  const clock = standingClock(NOON);
  return { clock, enom: await sandbox({ clock, timings: TIMINGS, ...options }) };
}

test("a RapidSSL slot is configured, processed and issued for the key of its CSR", async () => {
  const { enom, clock } = await standing();
  const { certId } = await configured(enom);
  expect(await detail(enom, certId)).toMatchObject({ CertStatusID: "1", DomainName: "shop.example.com" });

  const answer = await ask(enom, "CertPurchaseCert", { CertID: certId, ApproverEmail: "admin@example.com" });
  const before = await statusOf(enom, certId);
  clock.advance(1_000);

  expect(at(answer, "CertPurchaseCert")).toMatchObject({
    Success: "True",
    GeoTrustOrderID: "14000001",
    DVAuthMethod: "",
  });
  expect(before).toBe("2");
  expect(await statusOf(enom, certId)).toBe("4");
  const leaf = new X509Certificate(await certificateOf(enom, certId));
  expect(leaf.subject).toBe("CN=shop.example.com");
  expect(leaf.checkIssued(new X509Certificate(enom.ca.intermediatePem))).toBe(true);
  expect(at(await detail(enom, certId), "CACerts")).toContain("BEGIN CERTIFICATE");
});

test("a Comodo slot waits for the owner, is approved, and then issued", async () => {
  const { enom, clock } = await standing();
  const { certId } = await submitted(enom, "example.com", COMODO);

  const seen = [await statusOf(enom, certId)];
  for (let second = 0; second < 2; second++) {
    clock.advance(1_000);
    seen.push(await statusOf(enom, certId));
  }

  expect(seen).toEqual(["9", "10", "4"]);
});

test("a certificate dates from when it fell due, however late somebody looks", async () => {
  const { enom, clock } = await standing();
  const { certId } = await submitted(enom, "example.com", COMODO);

  clock.advance(30 * DAY_MS);

  const leaf = new X509Certificate(await certificateOf(enom, certId));
  expect(leaf.validFromDate).toEqual(new Date("2026-04-02T12:00:02Z"));
});

test("a silent owner keeps the certificate waiting until the day the mail is answered", async () => {
  const { enom, clock } = await standing({ owner: "silent" });
  const { certId } = await submitted(enom);
  clock.advance(30 * DAY_MS);
  expect(await statusOf(enom, certId)).toBe("2");

  enom.settings.owner = "approves";
  clock.advance(1_000);

  expect(await statusOf(enom, certId)).toBe("4");
  const leaf = new X509Certificate(await certificateOf(enom, certId));
  expect(leaf.validFromDate).toEqual(new Date("2026-05-02T12:00:01Z"));
});

test("an owner who refuses leaves a slot that can be configured and submitted again", async () => {
  const { enom, clock } = await standing({ owner: "refuses" });
  const { certId } = await submitted(enom, "example.com", COMODO);
  clock.advance(1_000);
  expect(await statusOf(enom, certId)).toBe("6");

  enom.settings.owner = "approves";
  const CSR = await csrFor("example.org");
  await ask(enom, "CertConfigureCert", { CertID: certId, WebServerType: 1000, CSR, ...contacts() });
  await ask(enom, "CertPurchaseCert", { CertID: certId, ApproverEmail: "admin@example.org", ...ORGANIZATION });
  clock.advance(2_000);

  expect(await detail(enom, certId)).toMatchObject({ CertStatusID: "4", DomainName: "example.org" });
});

test("a cancelled configuration frees the slot for another domain, and the money stays where it is", async () => {
  const { enom } = await standing({ balance: "100.00" });
  const { certId } = await submitted(enom);

  const answer = await ask(enom, "CertModifyOrder", { CertID: certId });

  expect(at(answer, "CertModifyOrder")).toEqual({ CertID: String(certId) });
  expect(await detail(enom, certId)).toMatchObject({ CertStatusID: "1", DomainName: "" });
  const again = await ask(enom, "CertPurchaseCert", { CertID: certId, ApproverEmail: "admin@example.com" });
  expect(refused(again)?.code).toBe("706397");
  expect(enom.books.balance()).toBe("90.05");
});

test("a certificate of 2026 lives 200 days and a reissue never outlives the paid term", async () => {
  const { enom, clock } = await standing();
  const { certId } = await submitted(enom);
  clock.advance(1_000);
  const first = new X509Certificate(await certificateOf(enom, certId));

  clock.set("2026-10-09T12:00:00Z");
  const CSR = await csrFor("shop.example.com");
  const answer = await ask(enom, "CertReissueCert", { CertID: certId, CSR });
  const meanwhile = await detail(enom, certId);
  clock.advance(1_000);

  expect(first.validToDate).toEqual(new Date("2026-10-19T12:00:00Z"));
  expect(at(answer, "CertReissueCert")).toEqual({ Success: "True", Message: "" });
  expect(meanwhile).toMatchObject({ CertStatusID: "2", ReissueStatus: "Processing" });
  expect(String(at(meanwhile, "SSLCertificate")).trim()).toBe(first.toString().trim());
  const second = new X509Certificate(await certificateOf(enom, certId));
  expect(second.serialNumber).not.toBe(first.serialNumber);
  expect(second.validToDate).toEqual(new Date("2027-04-02T12:00:00Z"));
  expect(String(at(await detail(enom, certId), "CSR")).trim()).toBe(CSR.trim());
});

test.each([
  ["2026-03-14T12:00:00Z", 365],
  ["2026-03-15T12:00:00Z", 200],
  ["2027-03-15T12:00:00Z", 100],
  ["2029-03-15T12:00:00Z", 47],
])("a one-year certificate issued at %s lives %i days", async (issuedAt, days) => {
  const { enom, clock } = await standing();
  clock.set(issuedAt);
  const { certId } = await configured(enom);
  await ask(enom, "CertPurchaseCert", { CertID: certId, DVAuthMethod: "DNS" });
  clock.advance(1_000);

  const leaf = new X509Certificate(await certificateOf(enom, certId));

  expect(Math.round((leaf.validToDate.getTime() - leaf.validFromDate.getTime()) / DAY_MS)).toBe(days);
});

test("a reissue may also show the status of an issued certificate all the time", async () => {
  const { enom, clock } = await standing({ variants: { reissueKeepsStatus: true } });
  const { certId } = await submitted(enom);
  clock.advance(1_000);
  const first = await certificateOf(enom, certId);

  await ask(enom, "CertReissueCert", { CertID: certId, CSR: await csrFor("shop.example.com") });

  expect(await statusOf(enom, certId)).toBe("4");
  clock.advance(1_000);
  expect(await certificateOf(enom, certId)).not.toBe(first);
});

test("a reissue is refused for Comodo, for another domain, after a refund and after the paid term", async () => {
  const { enom, clock } = await standing();
  const rapid = await submitted(enom);
  const refunded = await submitted(enom);
  const comodo = await submitted(enom, "example.com", COMODO);
  clock.advance(2_000);
  enom.books.refund(refunded.certId);
  const reissue = async (certId: number, domain: string) =>
    refused(await ask(enom, "CertReissueCert", { CertID: certId, CSR: await csrFor(domain) }))?.code;

  expect(await reissue(comodo.certId, "example.com")).toBe("706397");
  expect(await reissue(rapid.certId, "other.example.com")).toBe("304153");
  expect(await reissue(refunded.certId, "shop.example.com")).toBe("706397");
  clock.advance(366 * DAY_MS);
  expect(await reissue(rapid.certId, "shop.example.com")).toBe("717397");
});

test("a refund by support gives the money back and withdraws the certificate", async () => {
  const { enom, clock } = await standing({ balance: "100.00" });
  const { certId } = await submitted(enom);
  const untouched = await bought(enom);
  clock.advance(1_000);

  enom.books.refund(certId);
  enom.books.refund(untouched);

  expect(enom.books.balance()).toBe("100.00");
  expect(await statusOf(enom, certId)).toBe("8");
  expect(await certificateOf(enom, certId)).toBe("");
  expect(await statusOf(enom, untouched)).toBe("7");
  expect(() => enom.books.refund(certId)).toThrow(RangeError);
});

test("a command that the status does not permit changes nothing", async () => {
  const { enom } = await standing();
  const empty = await bought(enom);
  const waiting = await submitted(enom);
  const before = enom.books.slots();
  const refusedIn = async (command: string, CertID: number, more = {}) =>
    refused(await ask(enom, command, { CertID, ...more }))?.code;

  expect(await refusedIn("CertPurchaseCert", empty, { ApproverEmail: "admin@example.com" })).toBe("706397");
  expect(await refusedIn("CertModifyOrder", empty)).toBe("706397");
  expect(await refusedIn("CertResendApproverEmail", empty)).toBe("706397");
  expect(await refusedIn("CertReissueCert", waiting.certId, { CSR: waiting.csr })).toBe("706397");
  expect(await refusedIn("CertConfigureCert", waiting.certId, { CSR: waiting.csr })).toBe("706397");
  expect(await refusedIn("CertPurchaseCert", waiting.certId, { ApproverEmail: "admin@example.com" })).toBe("706397");
  expect(enom.books.slots()).toEqual(before);
});

test.each(["CertGetCertDetail", "CertConfigureCert", "CertPurchaseCert", "CertModifyOrder", "CertReissueCert"])(
  "%s on a certificate of somebody else is refused",
  async (command) => {
    const enom = await sandbox();

    expect(refused(await ask(enom, command, { CertID: 123 }))?.code).toBe("316397");
    expect(refused(await ask(enom, command))?.code).toBe("301397");
  },
);

test("a second submission may also be answered with the same number", async () => {
  const { enom } = await standing({ variants: { secondSubmission: true } });
  const { certId, answer } = await submitted(enom);

  const again = await ask(enom, "CertPurchaseCert", { CertID: certId, ApproverEmail: "admin@example.com" });

  expect(at(again, "CertPurchaseCert")).toEqual(at(answer, "CertPurchaseCert"));
});

test("the approval mail can be sent again, and to another of the addresses offered", async () => {
  const { enom } = await standing({ owner: "silent" });
  const { certId } = await submitted(enom);

  const resent = await ask(enom, "CertResendApproverEmail", { CertID: certId });
  const changed = await ask(enom, "CertChangeApproverEmail", {
    CertID: certId,
    ApproverEmail: "postmaster@example.com",
  });
  const foreign = await ask(enom, "CertChangeApproverEmail", { CertID: certId, ApproverEmail: "me@example.net" });

  expect(at(resent, "CertResendApproverEmail")).toEqual({ ApproverEmail: "admin@example.com", Success: "true" });
  expect(at(changed, "CertChangeApproverEmail.ApproverEmail")).toBe("postmaster@example.com");
  expect(refused(foreign)?.code).toBe("304397");
  const [slot] = enom.books.slots();
  expect(slot?.submission).toMatchObject({ approverEmail: "postmaster@example.com", approverMails: 3 });
});

test("of several reissues at the same moment only one is accepted", async () => {
  const { enom, clock } = await standing();
  const { certId } = await submitted(enom);
  clock.advance(1_000);
  const CSR = await csrFor("shop.example.com");

  const reissue = () => ask(enom, "CertReissueCert", { CertID: certId, CSR });
  const answers = await Promise.all([reissue(), reissue(), reissue()]);

  expect(answers.filter((answer) => refused(answer) === undefined)).toHaveLength(1);
});

test("a certificate under reissue cannot be turned back into an empty slot", async () => {
  const { enom, clock } = await standing();
  const { certId, csr } = await submitted(enom);
  clock.advance(1_000);
  await ask(enom, "CertReissueCert", { CertID: certId, CSR: csr });

  expect(refused(await ask(enom, "CertModifyOrder", { CertID: certId }))?.code).toBe("706397");
});

test("a refused reissue leaves the certificate that is there", async () => {
  const { enom, clock } = await standing();
  const { certId } = await submitted(enom);
  clock.advance(1_000);
  const first = await certificateOf(enom, certId);

  enom.settings.owner = "refuses";
  await ask(enom, "CertReissueCert", { CertID: certId, CSR: await csrFor("shop.example.com") });
  clock.advance(1_000);

  expect(await detail(enom, certId)).toMatchObject({ CertStatusID: "4", ReissueStatus: "" });
  expect(await certificateOf(enom, certId)).toBe(first);
});

test("nothing is issued once the paid term is over", async () => {
  const { enom, clock } = await standing({ owner: "silent" });
  const { certId } = await submitted(enom);
  clock.advance(366 * DAY_MS);

  enom.settings.owner = "approves";
  clock.advance(1_000);

  expect(await statusOf(enom, certId)).toBe("2");
});

test("the chain may stand in numbered elements instead of one text", async () => {
  const { enom, clock } = await standing({ variants: { chainIn: "IntermediateCertificates" } });
  const { certId } = await submitted(enom);
  const before = await detail(enom, certId);
  clock.advance(1_000);

  const after = await detail(enom, certId);

  expect(at(before, "IntermediateCertificates")).toBe("");
  expect(at(after, "IntermediateCertificates.ICA1")).toBe(enom.ca.intermediatePem.trim());
  expect(at(after, "CACerts")).toBe("");
});

test("every web server type of the product's family can be chosen from the detail", async () => {
  const { enom } = await standing();

  const rapid = await detail(enom, await bought(enom));
  const comodo = await detail(enom, await bought(enom, COMODO));

  const types = (node: Parameters<typeof all>[0]) => all(node, "WebServerTypes.WebServerType");
  expect(types(rapid)).toHaveLength(28);
  expect(types(rapid)).toContainEqual({
    WebServerTypeID: "22",
    WebServerTypeName: "Apache + ApacheSSL",
    WebServerTypeCode: "apacheapachessl",
  });
  expect(types(comodo)).toHaveLength(33);
});
