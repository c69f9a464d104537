import { expect, test } from "vitest";
import {
  all,
  ask,
  at,
  bought,
  COMODO,
  configured,
  contacts,
  csrFor,
  detail,
  ORGANIZATION,
  RAPID,
  refused,
  sandbox,
  submitted,
} from "./support.ts";

const emails = (answer: Parameters<typeof all>[0], wrapper: string) =>
  all(answer, `${wrapper}.Approver`)
    .map((approver) => at(approver, "ApproverEmail"))
    .filter((email) => email !== "");

const FIVE = ["admin", "administrator", "hostmaster", "postmaster", "webmaster"];

test("a configuration is answered with what the CSR says and who may approve it", async () => {
  const enom = await sandbox();

  const { answer, certId } = await configured(enom);

  expect(at(answer, "CertConfigureCert")).toMatchObject({
    CertID: String(certId),
    ProdType: "23",
    CSRData: {
      Success: "True",
      Organization: "Example Ltd",
      DomainName: "shop.example.com",
      Country: "NL",
      HasBadExtensions: "false",
    },
    Success: "True",
  });
  expect(emails(answer, "CertConfigureCert")).toEqual(FIVE.map((mailbox) => `${mailbox}@example.com`));
});

test("Comodo offers the addresses of the full host name too", async () => {
  const enom = await sandbox();

  const { answer } = await configured(enom, "shop.example.com", COMODO);

  expect(emails(answer, "CertConfigureCert")).toEqual([
    ...FIVE.map((mailbox) => `${mailbox}@example.com`),
    ...FIVE.map((mailbox) => `${mailbox}@shop.example.com`),
  ]);
});

test("the addresses for a wildcard are those of its domain", async () => {
  const enom = await sandbox();
  const CertID = await bought(enom);

  const answer = await ask(enom, "CertGetApproverEmail", { CertID, Domain: "*.example.co.uk" });

  expect(emails(answer, "CertGetApproverEMail")).toEqual(FIVE.map((mailbox) => `${mailbox}@example.co.uk`));
});

test.each([
  ["one-generic", ["admin@example.com"]],
  ["with-domain", ["owner@example.com", "whois@example.com", ...FIVE.map((mailbox) => `${mailbox}@example.com`)]],
] as const)("the offered addresses can be of the form %s", async (approvers, expected) => {
  const enom = await sandbox({ variants: { approvers } });

  const { answer } = await configured(enom);

  expect(emails(answer, "CertConfigureCert")).toEqual(expected);
});

test("what was configured can be read back, however odd its characters", async () => {
  const enom = await sandbox();
  const CertID = await bought(enom);
  const CSR = await csrFor("shop.example.com");
  const odd = { ...contacts(), AdminOrgName: "Ärger & <Söhne> ]]>", AdminState: "", AdminProvince: "Fryslân" };

  await ask(enom, "CertConfigureCert", { CertID, WebServerType: 18, CSR, ...odd });

  const read = await detail(enom, CertID);
  expect(read).toMatchObject({
    AdminOrgName: odd.AdminOrgName,
    AdminStateProvince: "Fryslân",
    TechPhone: "+31.300000000",
    WebServerTypeID: "18",
    WebServerTypeName: "Other",
  });
  expect(String(at(read, "CSR")).trim()).toBe(CSR.trim());
});

test.each([
  ["garbage", "garbage"],
  ["a bare base64 block", "MIIBexample"],
  ["more than 4,500 characters", "A".repeat(4_501)],
])("%s in place of a CSR gets both of eNom's errors", async (_what, CSR) => {
  const enom = await sandbox();
  const CertID = await bought(enom);

  for (const command of ["CertParseCSR", "CertConfigureCert"]) {
    const answer = await ask(enom, command, { CertID, WebServerType: 18, CSR, ...contacts() });

    expect(at(answer, "ResponseCount")).toBe("2");
    expect(refused(answer)).toEqual({
      code: "620397",
      texts: ["500 - Unable to parse CSR.", "Unable to retrieve CSR information"],
    });
  }
});

test("a CSR can be read without being stored", async () => {
  const enom = await sandbox();
  const CertID = await bought(enom);

  const answer = await ask(enom, "CertParseCSR", { CertID, CSR: await csrFor("shop.example.com") });

  expect(at(answer, "CertParseCSR")).toMatchObject({ DomainName: "shop.example.com", HasBadExtensions: "False" });
  expect(at(await detail(enom, CertID), "DomainName")).toBe("");
});

test.each([
  ["AdminFName", "", "304023"],
  ["TechFName", "", "304022"],
  ["BillingFName", "", "304024"],
  ["AdminCity", " ", "304043"],
  ["TechState", "", "304047"],
  ["BillingEmailAddress", "nobody", "304079"],
  ["AdminPhone", "030 1234567", "304068"],
  ["AdminCountry", "Netherlands", "304058"],
  ["WebServerType", "1000", "304397"],
])("a configuration with %s %j is refused with the code of that field", async (field, value, code) => {
  const enom = await sandbox();
  const CertID = await bought(enom);
  const CSR = await csrFor("shop.example.com");

  const answer = await ask(enom, "CertConfigureCert", {
    CertID,
    WebServerType: 18,
    CSR,
    ...contacts(),
    [field]: value,
  });

  expect(refused(answer)?.code).toBe(code);
  expect(enom.books.findSlot(CertID)?.configuration).toBeUndefined();
});

test("an organisation is needed only where one is certified", async () => {
  const enom = await sandbox();
  const CSR = await csrFor("shop.example.com");
  const nameless = { WebServerType: 18, CSR, ...contacts(), AdminOrgName: "" };

  const dv = await ask(enom, "CertConfigureCert", { CertID: await bought(enom), ...nameless });
  const CertID = await bought(enom, "Certificate-GeoTrust-TrueBizID");
  const ov = await ask(enom, "CertConfigureCert", { CertID, ...nameless });

  expect(refused(dv)).toBeUndefined();
  expect(refused(ov)?.code).toBe("304009");
});

test("a wildcard product takes only a wildcard name, the others none", async () => {
  const enom = await sandbox();
  const configure = async (service: string, domain: string) => {
    const CertID = await bought(enom, service);
    const CSR = await csrFor(domain);
    return refused(await ask(enom, "CertConfigureCert", { CertID, WebServerType: 18, CSR, ...contacts() }))?.code;
  };

  expect(await configure(`${RAPID}-Wildcard`, "*.example.com")).toBeUndefined();
  expect(await configure(`${RAPID}-Wildcard`, "example.com")).toBe("304153");
  expect(await configure(RAPID, "*.example.com")).toBe("304153");
});

test.each([
  ["DNS", { DNSAuthEntry: "@", DNSAuthAddress: expect.stringMatching(/^[0-9a-f]{32}$/), FileAuthName: "" }],
  [
    "File",
    {
      FileAuthName: "http://shop.example.com/.well-known/pki-validation/fileauth.txt",
      FileAuthContents: expect.stringMatching(/^[0-9a-f]{32}$/),
      DNSAuthEntry: "",
    },
  ],
])("a submission by %s tells what to publish, and the detail repeats it", async (DVAuthMethod, expected) => {
  const enom = await sandbox();
  const { certId } = await configured(enom);

  const answer = at(await ask(enom, "CertPurchaseCert", { CertID: certId, DVAuthMethod }), "CertPurchaseCert");

  expect(answer).toMatchObject({ DVAuthMethod, ...expected });
  expect(await detail(enom, certId)).toMatchObject({ DVAuthMethod, ...expected });
});

test("a submission is refused for an address not offered, a method not available, and names the CA cannot read", async () => {
  const enom = await sandbox();
  const rapid = await configured(enom);
  const comodo = await configured(enom, "example.com", COMODO);
  const accented = await bought(enom);
  const form = { WebServerType: 18, CSR: rapid.csr, ...contacts(), AdminFName: "Zoë" };
  await ask(enom, "CertConfigureCert", { CertID: accented, ...form });
  const submit = async (CertID: number, more: Record<string, string>) =>
    refused(await ask(enom, "CertPurchaseCert", { CertID, ...more }))?.texts[0];
  const approver = { ApproverEmail: "admin@example.com" };

  expect(await submit(rapid.certId, { ApproverEmail: "me@example.com" })).toMatch(/^ApproverEmail is not one/);
  expect(await submit(rapid.certId, { ...approver, DVAuthMethod: "Pigeon" })).toMatch(/^DVAuthMethod is invalid/);
  expect(await submit(comodo.certId, { ...ORGANIZATION, DVAuthMethod: "DNS" })).toMatch(
    /^DVAuthMethod is not available/,
  );
  expect(await submit(comodo.certId, approver)).toBe("CSROrganization is missing");
  expect(await submit(accented, approver)).toBe("Failure connecting to GeoTrust API");
  expect(enom.books.slots().map(({ statusId }) => statusId)).toEqual([1, 1, 1]);
});

test("the domain may also show only once the CA has it", async () => {
  const enom = await sandbox({ owner: "silent", variants: { domainNameAfterConfigure: false } });

  const early = await configured(enom);
  const late = await submitted(enom);

  expect(at(await detail(enom, early.certId), "DomainName")).toBe("");
  expect(at(await detail(enom, late.certId), "DomainName")).toBe("shop.example.com");
});
