// Promises about each command: what exactly is asked, and what eNom's answer becomes.
import { expect, test } from "vitest";
import { Unavailable, Uncertain } from "../../../../src/shared/base/errors.ts";
import type { Contact } from "../../../../src/shared/certificate/order.ts";
import type { Enom } from "../../../../src/workers/enom/commands/commands.ts";
import { enomAt, failure, fixture, type Play, pretendEnom, SECRETS } from "../support.ts";

/** What left besides what every request carries. */
async function conversation(...plays: Play[]): Promise<{ enom: Enom; asked: () => Record<string, string>[] }> {
  const eNom = await pretendEnom(plays);
  const { enom } = enomAt(eNom.url);
  const asked = (): Record<string, string>[] =>
    eNom.asked.map(({ UID, PW, ResponseType, ...rest }) => {
      expect([UID, PW, ResponseType]).toEqual([SECRETS.username, SECRETS.password, "XML"]);
      return rest;
    });
  return { enom, asked };
}

const ADA: Contact = {
  firstName: "Ada",
  lastName: "Example",
  address1: "Main Street 1",
  city: "Utrecht",
  state: "Utrecht",
  postalCode: "3511AA",
  country: "NL",
  phone: "+31.300000000",
  email: "ada@example.com",
};

test("the balance is what can be spent now, and the booked one beside it", async () => {
  const { enom, asked } = await conversation(fixture("GetBalance.ok"));

  expect(await enom.balance()).toEqual({ available: "1939.50", balance: "2261.65" });
  expect(asked()).toEqual([{ Command: "GetBalance" }]);
});

test("a negative balance is read as one", async () => {
  const { enom } = await conversation(
    fixture("GetBalance.ok").replace("2,261.65", "-1,832.23").replace("1,939.50", "6,193.37"),
  );

  expect(await enom.balance()).toEqual({ available: "6193.37", balance: "-1832.23" });
});

test("a balance that cannot be read is no balance", async () => {
  const answer = fixture("GetBalance.ok");
  for (const odd of ["", "n/a", "1.939,50"]) {
    const { enom } = await conversation(answer.replace("1,939.50", odd));

    expect(await failure(enom.balance())).toMatchObject({
      name: "Unavailable",
      message: expect.stringContaining("GetBalance"),
    });
  }
});

test("the connection check touches no money and forgives what is said twice beside the point", async () => {
  const { enom, asked } = await conversation(fixture("CheckLogin.ok"));

  expect(await enom.checkLogin()).toBeUndefined();

  expect(asked()).toEqual([{ Command: "CheckLogin" }]);
});

test("the catalogue tells what is sold, for how many years and at which price", async () => {
  const { enom, asked } = await conversation(fixture("GetCerts.ok"));

  expect(await enom.catalogue()).toEqual([
    {
      service: "certificate-rapidssl-rapidssl",
      prodType: 23,
      description: "SSL Certificate - RapidSSL",
      enabled: true,
      years: [1, 2],
      price: "9.95",
      retailPrice: "19.95",
    },
    {
      service: "certificate-geotrust-quickssl",
      prodType: 26,
      description: "SSL Certificate - GeoTrust QuickSSL",
      enabled: true,
      years: [1],
      price: "69.00",
      retailPrice: "89.00",
    },
  ]);
  expect(asked()).toEqual([{ Command: "GetCerts" }]);
});

test("one product without a readable price does not hide the others", async () => {
  const { enom } = await conversation(
    fixture("GetCerts.ok").replace("$9.95", "call us").replace("<Enabled>True", "<Enabled>False"),
  );

  expect(await enom.catalogue()).toMatchObject([{ service: "certificate-geotrust-quickssl" }]);
});

test("configuring sends CSR, server type and three contacts, and brings the approvers to choose from", async () => {
  const { enom, asked } = await conversation(fixture("CertConfigureCert.ok"));
  const tech = {
    ...ADA,
    organization: "Example Ltd",
    jobTitle: "Engineer",
    address2: "2nd floor",
    fax: "+31.300000001",
  };

  const answer = await enom.configure({
    certId: 900_123,
    csr: "PEM+/=\n",
    webServerType: 18,
    contacts: { admin: ADA, tech, billing: ADA },
  });

  expect(answer).toEqual({ approverEmails: ["owner@example.com", "admin@example.com", "hostmaster@example.com"] });
  const plain = {
    FName: "Ada",
    LName: "Example",
    Address1: "Main Street 1",
    City: "Utrecht",
    State: "Utrecht",
    StateProvinceChoice: "S",
    PostalCode: "3511AA",
    Country: "NL",
    Phone: "+31.300000000",
    EmailAddress: "ada@example.com",
  };
  const full = { ...plain, OrgName: "Example Ltd", JobTitle: "Engineer", Address2: "2nd floor", Fax: "+31.300000001" };
  expect(asked()).toEqual([
    {
      Command: "CertConfigureCert",
      CertID: "900123",
      CSR: "PEM+/=\n",
      WebServerType: "18",
      ...prefixed("Admin", plain),
      ...prefixed("Tech", full),
      ...prefixed("Billing", plain),
    },
  ]);
});

test("a product without approvers is configured without a list", async () => {
  const { enom } = await conversation(fixture("CertConfigureCert.own-key"));

  const contacts = { admin: ADA, tech: ADA, billing: ADA };
  expect(await enom.configure({ certId: 900_124, csr: "PEM", webServerType: 18, contacts })).toEqual({
    approverEmails: [],
  });
});

test("approvers of a wildcard are asked for by its domain, and one approver is a list", async () => {
  const all = fixture("CertGetApproverEmail.ok");
  const { enom, asked } = await conversation(all, all.replace(/<Approver Type="Generic">.*?<\/Approver>/gs, ""));

  expect(await enom.approverEmails({ certId: 1, domain: "*.example.com" })).toEqual([
    "owner@example.com",
    "admin@example.com",
    "postmaster@example.com",
  ]);
  expect(await enom.approverEmails({ certId: 1, domain: "example.com" })).toEqual(["owner@example.com"]);
  expect(asked().map(({ Domain }) => Domain)).toEqual(["example.com", "example.com"]);
});

test("a slot is submitted with an approver, and the authority's order number comes back", async () => {
  const { enom, asked } = await conversation(fixture("CertPurchaseCert.ok"));

  const answer = await enom.submit({ certId: 900_123, approver: { method: "email", email: "admin@example.com" } });

  expect(answer).toEqual({ dns: null, file: null, caOrderId: "14000001" });
  expect(asked()).toEqual([{ Command: "CertPurchaseCert", CertID: "900123", ApproverEmail: "admin@example.com" }]);
});

test("a slot is submitted for a DNS record or a file, and what to place comes back", async () => {
  const { enom, asked } = await conversation(fixture("CertPurchaseCert.dns"), fixture("CertPurchaseCert.file"));

  const dns = await enom.submit({ certId: 1, approver: { method: "dns" } });
  const file = await enom.submit({ certId: 1, approver: { method: "file" } });

  expect(dns).toMatchObject({ dns: { name: "@", type: "TXT", value: "20250506aaaabbbbccccdddd" }, file: null });
  const url = "http://shop.example.com/.well-known/pki-validation/fileauth.txt";
  expect(file).toMatchObject({ dns: null, file: { url, content: "20250506eeeeffff" } });
  expect(asked().map(({ DVAuthMethod }) => DVAuthMethod)).toEqual(["DNS", "File"]);
});

test("a Comodo product is submitted with the organisation of the CSR", async () => {
  const { enom, asked } = await conversation(fixture("CertPurchaseCert.ok"));
  const csrDetails = {
    organization: "Example Ltd",
    address1: "Main Street 1",
    locality: "Utrecht",
    stateProvince: "Utrecht",
    postalCode: "3511AA",
    country: "NL",
  };

  await enom.submit({ certId: 1, approver: { method: "email", email: "a@example.com" }, csrDetails });

  expect(asked()).toEqual([
    {
      Command: "CertPurchaseCert",
      CertID: "1",
      ApproverEmail: "a@example.com",
      CSROrganization: "Example Ltd",
      CSROrganizationUnit: "",
      CSRAddress1: "Main Street 1",
      CSRAddress2: "",
      CSRLocality: "Utrecht",
      CSRStateProvince: "Utrecht",
      CSRPostalCode: "3511AA",
      CSRCountry: "NL",
    },
  ]);
});

test("a submission that is answered without the word Success is one all the same", async () => {
  const { enom } = await conversation(fixture("CertPurchaseCert.at-once"));

  const answer = await enom.submit({ certId: 900_124, approver: { method: "dns" } });

  expect(answer).toEqual({ dns: null, file: null, caOrderId: "1003000001" });
});

test("a submission whose answer names no payload leaves doubt, not a second submission", async () => {
  const { enom } = await conversation(fixture("CertPurchaseCert.ok").replaceAll("CertPurchaseCert>", "Something>"));

  expect(await failure(enom.submit({ certId: 1, approver: { method: "dns" } }))).toBeInstanceOf(Uncertain);
});

const LEAF = "-----BEGIN CERTIFICATE-----\nMIIBexampleLeaf\n-----END CERTIFICATE-----\n";
const ISSUER = "-----BEGIN CERTIFICATE-----\nMIIBexampleIca\n-----END CERTIFICATE-----\n";

test("an issued certificate comes with its chain, its CSR and its dates", async () => {
  const { enom, asked } = await conversation(fixture("CertGetCertDetail.ok"));

  expect(await enom.detail(900_123)).toEqual({
    certId: 900_123,
    orderId: 500_000_123,
    prodType: 23,
    validityMonths: 12,
    domain: "shop.example.com",
    statusId: 4,
    statusText: "Certificate Issued",
    statusDetail: "",
    message: "",
    authStatus: "",
    reissueStatus: "",
    orderDate: "2025-05-06T09:01:02",
    expirationDate: "2026-05-06T09:01:02",
    approverEmail: "admin@example.com",
    certificatePem: LEAF,
    intermediatesPem: [ISSUER],
    dns: null,
    file: null,
    csr: "-----BEGIN NEW CERTIFICATE REQUEST-----\nMIIBexampleCsr\n-----END NEW CERTIFICATE REQUEST-----",
  });
  expect(asked()).toEqual([{ Command: "CertGetCertDetail", CertID: "900123" }]);
});

test("a chain in one text is taken apart, once each, whatever blanks stand around and in it", async () => {
  const chain = [ISSUER, LEAF, ISSUER].join("\r\n \r\n").replaceAll("MIIBexample", ` ${"M".repeat(70)}\r\n   `);
  const { enom } = await conversation(
    fixture("CertGetCertDetail.ok").replace("<CACerts><![CDATA[", `<CACerts><![CDATA[${chain}`),
  );

  const { intermediatesPem } = await enom.detail(900_123);

  expect(intermediatesPem).toHaveLength(3);
  expect(intermediatesPem[1]).toBe(
    `-----BEGIN CERTIFICATE-----\n${"M".repeat(64)}\n${"M".repeat(6)}Ica\n-----END CERTIFICATE-----\n`,
  );
});

test("every certificate is found, whatever element it stands in, that of SSLCertificate first", async () => {
  const plain = fixture("CertGetCertDetail.ok");
  const at = (element: string) =>
    plain.replace("<CACerts><![CDATA[]]></CACerts>", `<${element}><![CDATA[${OTHER}]]></${element}>`);
  const OTHER = "-----BEGIN CERTIFICATE-----\nMIIBotherOne\n-----END CERTIFICATE-----\n";
  const inLeaf = plain.replace("<SSLCertificate><![CDATA[", `<SSLCertificate><![CDATA[${OTHER}`);
  const twice = plain.replace("<SSLCertificate>", `<SSLCertificate>${OTHER}</SSLCertificate><SSLCertificate>`);
  const nowhere = plain.replace(/<SSLCertificate>.*?<\/SSLCertificate>/s, "<SSLCertificate></SSLCertificate>");
  const found = async (xml: string) => {
    const { certificatePem, intermediatesPem } = await (await conversation(xml)).enom.detail(900_123);
    return [certificatePem, ...intermediatesPem];
  };

  for (const element of ["CACerts", "IntermediateCertificates2", "ICA2", "CertificateChain"])
    expect(await found(at(element))).toEqual([LEAF, ISSUER, OTHER]);
  expect(await found(inLeaf)).toEqual([OTHER, LEAF, ISSUER]);
  expect(await found(twice)).toEqual([OTHER, LEAF, ISSUER]);
  expect(await found(nowhere)).toEqual([ISSUER]);
  expect(await found(at("PVT"))).toEqual([LEAF, ISSUER]);
});

test("an untouched slot has no domain, no CSR and no certificate", async () => {
  const { enom } = await conversation(fixture("CertGetCertDetail.untouched"));

  const nothing = { domain: "", csr: "", certificatePem: null, intermediatesPem: [], approverEmail: "" };
  expect(await enom.detail(900_123)).toMatchObject({ statusId: 1, ...nothing });
});

test("a private key that stands in an answer goes nowhere", async () => {
  const { enom } = await conversation(fixture("CertGetCertDetail.private-key"));

  expect(JSON.stringify(await enom.detail(900_123))).not.toContain("canary");
});

test("a detail that cannot be trusted is asked for again", async () => {
  const detail = fixture("CertGetCertDetail.ok");
  const odd = {
    "another certificate": detail.replace("<CertID>900123", "<CertID>900124"),
    "two statuses": detail.replace(
      "<CertStatusID>4</CertStatusID>",
      "<CertStatusID>4</CertStatusID><CertStatusid>1</CertStatusid>",
    ),
    "a status that is no number": detail.replace("<CertStatusID>4", "<CertStatusID>issued"),
    "no wrapper": detail.replaceAll("CertGetCertDetail>", "Something>"),
  };

  for (const [name, xml] of Object.entries(odd)) {
    const { enom } = await conversation(xml);

    expect(await failure(enom.detail(900_123)), name).toBeInstanceOf(Unavailable);
  }
});

test("all certificates are listed newest first and without any filter, each as eNom shows it", async () => {
  const { enom, asked } = await conversation(fixture("CertGetCerts.ok"));

  const { certificates, total } = await enom.listCertificates({ start: 250, size: 250 });

  expect(total).toBe(105);
  expect(certificates).toEqual([
    {
      certId: 900_123,
      orderId: 500_000_123,
      statusId: 4,
      statusText: "Certificate Issued",
      domain: "shop.example.com",
      prodType: 23,
      validityMonths: 12,
      orderDate: "2025-05-06",
      expirationDate: "2026-05-06",
      reissueStatus: "",
      isExpired: false,
    },
    expect.objectContaining({ certId: 900_122, statusId: 1, domain: "", orderDate: "2025-05-05" }),
  ]);
  expect(asked()).toEqual([
    { Command: "CertGetCerts", SortBy: "CertID", SortByDirection: "Desc", StartPosition: "250", PagingPageSize: "250" },
  ]);
});

test("a list of one and a list of none are lists", async () => {
  const { enom } = await conversation(fixture("CertGetCerts.one"), fixture("CertGetCerts.none"));

  expect(await enom.listCertificates({ start: 1, size: 250 })).toMatchObject({
    certificates: [{ certId: 900_123 }],
    total: 1,
  });
  expect(await enom.listCertificates({ start: 1, size: 250 })).toEqual({ certificates: [], unread: [], total: 0 });
});

test("a page that is smaller than was asked for is a page, and says how many certificates there are", async () => {
  const { enom } = await conversation(fixture("CertGetCerts.ok"));

  const { certificates, total } = await enom.listCertificates({ start: 1, size: 250 });

  expect([certificates.length, total]).toEqual([2, 105]);
});

test("a list that lacks entries is not taken for the whole, for a bought slot would look absent", async () => {
  const list = fixture("CertGetCerts.ok");
  const odd = {
    "fewer than counted": list.replace("<Count>2", "<Count>3"),
    "no total": list.replace(/<(TotalCertCount|TotalRecords)>105<\/\1>/g, ""),
    "no list": list.replaceAll("Certs>", "Something>"),
    "nothing, though there is more": fixture("CertGetCerts.none").replace(
      /<(TotalCertCount|TotalRecords)>0</g,
      "<$1>7<",
    ),
  };

  for (const [name, xml] of Object.entries(odd)) {
    const { enom } = await conversation(xml);

    expect(await failure(enom.listCertificates({ start: 1, size: 250 })), name).toBeInstanceOf(Unavailable);
  }
});

test("approver, configuration and reissue are changed by one call each", async () => {
  const commands = ["CertChangeApproverEmail", "CertResendApproverEmail", "CertModifyOrder", "CertReissueCert"];
  const { enom, asked } = await conversation(...commands.map((command) => fixture(`${command}.ok`)));

  await enom.changeApproverEmail({ certId: 1, email: "postmaster@example.com" });
  await enom.resendApproverEmail(1);
  await enom.cancelConfiguration(1);
  await enom.reissue({ certId: 1, csr: "PEM" });

  expect(asked()).toEqual([
    { Command: "CertChangeApproverEmail", CertID: "1", ApproverEmail: "postmaster@example.com" },
    { Command: "CertResendApproverEmail", CertID: "1" },
    { Command: "CertModifyOrder", CertID: "1" },
    { Command: "CertReissueCert", CertID: "1", CSR: "PEM" },
  ]);
});

function prefixed(prefix: string, fields: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [prefix + name, value]));
}
