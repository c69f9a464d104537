// What eNom and the CA refuse once the money is spent: the slot stays where it was, and nobody issues it.
import "reflect-metadata"; // @peculiar/x509 needs it loaded first
import { execFileSync } from "node:child_process";
import { createPublicKey, generateKeyPairSync, type KeyObject, webcrypto } from "node:crypto";
import { Name, Pkcs10CertificateRequestGenerator, SubjectAlternativeNameExtension } from "@peculiar/x509";
import { expect, test } from "vitest";
import {
  ask,
  bought,
  COMODO,
  configured,
  contacts,
  csrFor,
  ORGANIZATION,
  RAPID,
  refused,
  sandbox,
  statusOf,
  submitted,
} from "./support.ts";

type San = { type: "dns" | "email" | "url" | "ip"; value: string };

const EC = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };

/** A request as only somebody careless, or malicious, would make it. */
async function oddCsr(commonNames: string[], { sans = [], key }: { sans?: San[]; key?: KeyObject } = {}) {
  const keys = key ? await rsaPair(key) : await webcrypto.subtle.generateKey(EC, true, ["sign", "verify"]);
  const request = await Pkcs10CertificateRequestGenerator.create({
    name: new Name(commonNames.map((name) => ({ CN: [name] }))).toJSON(),
    keys,
    signingAlgorithm: key ? { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" } : EC,
    extensions: sans.length > 0 ? [new SubjectAlternativeNameExtension(sans)] : [],
  });
  return request.toString("pem");
}

async function rsaPair(key: KeyObject) {
  const algorithm = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" };
  const take = (form: "pkcs8" | "spki", der: Buffer, use: "sign" | "verify") =>
    webcrypto.subtle.importKey(form, Uint8Array.from(der).buffer, algorithm, true, [use]);
  const spki = createPublicKey(key).export({ type: "spki", format: "der" });
  const [privateKey, publicKey] = await Promise.all([
    take("pkcs8", key.export({ type: "pkcs8", format: "der" }), "sign"),
    take("spki", spki, "verify"),
  ]);
  return { privateKey, publicKey };
}

async function submitOf(csr: string, service = RAPID) {
  const enom = await sandbox();
  const CertID = await bought(enom, service);
  const configuration = { CertID, WebServerType: 18, CSR: csr, ...contacts() };
  const first = refused(await ask(enom, "CertConfigureCert", configuration));
  const answer = refused(await ask(enom, "CertPurchaseCert", { CertID, DVAuthMethod: "DNS" }));
  expect(enom.books.findSlot(CertID)?.statusId).toBe(1);
  expect(enom.books.purchases()).toHaveLength(1);
  return { configuration: first, submission: answer };
}

test.each([
  ["mail.server.local", "does not end in a public top-level domain"],
  ["office.wifi", "does not end in a public top-level domain"],
  ["co.uk", "is a public suffix"],
  ["ab--cd.example.com", 'the label "ab--cd" is not allowed'],
  ["xn--abc.example.com", 'the label "xn--abc" is not allowed'],
  [`${"a".repeat(61)}.example.com`, "the common name has 73 characters, at most 64 are allowed"],
  ["hidden.onion", "is a special-use name"],
])("the CA refuses %s after the slot was bought and configured", async (domain, reason) => {
  const { configuration, submission } = await submitOf(await csrFor(domain));

  expect(configuration).toBeUndefined();
  expect(submission?.code).toBe("304397");
  expect(submission?.texts.join()).toMatch(/^\[DNS_INVALID_DOMAIN\]\(domain\.cn\): \[/);
  expect(submission?.texts.join()).toContain(reason);
});

test("the CA refuses a wildcard for a public suffix", async () => {
  const wildcard = "Certificate-RapidSSL-RapidSSL-Wildcard";
  const enom = await sandbox();
  const { certId } = await configured(enom, "*.co.uk", wildcard);

  const answer = refused(await ask(enom, "CertGetApproverEmail", { CertID: certId }));
  const submission = await ask(enom, "CertPurchaseCert", { CertID: certId, ApproverEmail: "admin@co.uk" });

  expect(answer).toBeUndefined();
  expect(refused(submission)?.texts).toEqual([expect.stringMatching(/^ApproverEmail is not one of/)]);
  expect(enom.books.findSlot(certId)?.statusId).toBe(1);
});

test.each<[string, string[], San[], string]>([
  ["two common names", ["a.example.com", "evil.example.net"], [], "2 common names, only one is allowed"],
  ["an e-mail address", ["a.example.com"], [{ type: "email", value: "ceo@example.net" }], "email ceo@example.net"],
  ["a URI", ["a.example.com"], [{ type: "url", value: "https://b.example.net/" }], "url https://b.example.net/"],
  ["an IP address", ["a.example.com"], [{ type: "ip", value: "192.0.2.1" }], "ip 192.0.2.1"],
  ["an internal name", ["a.example.com"], [{ type: "dns", value: "a.local" }], "a.local does not end in a public"],
])("the CA refuses a request with %s besides", async (_what, commonNames, sans, reason) => {
  const { submission } = await submitOf(await oddCsr(commonNames, { sans }));

  expect(submission?.texts.join()).toContain(reason);
});

test("the CA refuses a key that it may not certify, also for a reissue", async () => {
  const key = generateKeyPairSync("rsa", { modulusLength: 2050 }).privateKey;
  const csr = await oddCsr(["shop.example.com"], { key });

  const { submission } = await submitOf(csr);

  expect(submission?.texts).toEqual(["[WEAK_KEY](csr): [the RSA key has 2050 bits, which cannot be divided by 8]"]);
  const enom = await sandbox({ timings: { processingMs: 0 } });
  const { certId } = await submitted(enom);
  expect(await statusOf(enom, certId)).toBe("4");
  const reissue = await ask(enom, "CertReissueCert", { CertID: certId, CSR: csr });
  expect(refused(reissue)?.texts).toEqual(submission?.texts);
  await expect(enom.support.reissue(certId, { csr })).rejects.toThrow("2050 bits");
});

test("a key for RSA-PSS alone is refused, as OpenSSL makes it", async () => {
  const made = ["-newkey", "rsa-pss", "-pkeyopt", "rsa_keygen_bits:2048", "-nodes", "-keyout", "/dev/null"];
  const request = ["req", "-new", ...made, "-subj", "/CN=shop.example.com"];
  const csr = execFileSync("openssl", request, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });

  const { configuration, submission } = await submitOf(csr);

  expect((configuration ?? submission)?.texts.join()).toMatch(/type rsa-pss|Unable to parse CSR/);
});

test.each([" shop.example.com ", "shop .example.com", "münchen.example.com"])(
  "eNom cannot read a CSR whose common name is %j",
  async (domain) => {
    const { configuration } = await submitOf(await oddCsr([domain]));

    expect(configuration?.texts[0]).toBe("500 - Unable to parse CSR.");
  },
);

test.each(["UK", "ZZ", "EU", "XX", "N"])("eNom refuses %s as a country, since ISO 3166 has none", async (country) => {
  const enom = await sandbox();
  const CertID = await bought(enom);
  const form = { CertID, WebServerType: 18, CSR: await csrFor("shop.example.com"), ...contacts() };

  const answer = await ask(enom, "CertConfigureCert", { ...form, AdminCountry: country });

  expect(refused(answer)).toEqual({ code: "304058", texts: ["AdminCountry is invalid"] });
});

test.each([
  [{ CSROrganization: "", CSRLocality: "" }, ["CSROrganization is missing", "CSRLocality is missing"]],
  [{ CSRCountry: "Unknown" }, ["CSRCountry is not a country code"]],
  [{ CSRCountry: "UK" }, ["CSRCountry is not a country code"]],
  [{ CSROrganization: "Bäckerei Müller GmbH" }, ["CSROrganization holds characters that are not allowed"]],
  [{ CSRLocality: "Tübingen" }, ["CSRLocality holds characters that are not allowed"]],
])("Comodo refuses the organisation %j", async (odd, texts) => {
  const enom = await sandbox();
  const { certId } = await configured(enom, "shop.example.com", COMODO);
  const approver = { ApproverEmail: "admin@example.com" };

  const answer = await ask(enom, "CertPurchaseCert", { CertID: certId, ...approver, ...ORGANIZATION, ...odd });

  expect(refused(answer)?.texts).toEqual(texts);
  expect(enom.books.findSlot(certId)?.statusId).toBe(1);
});

test("organisation and job title are demanded where an organisation is certified", async () => {
  const enom = await sandbox();
  const CertID = await bought(enom, "Certificate-Comodo-EV");
  const form = { CertID, WebServerType: 1000, CSR: await csrFor("shop.example.com"), ...contacts() };
  const configure = async (odd: Record<string, string>) =>
    refused(await ask(enom, "CertConfigureCert", { ...form, ...odd }))?.texts;

  expect(await configure({ AdminOrgName: "" })).toEqual(["AdminOrgName is required"]);
  expect(await configure({ AdminJobTitle: "" })).toEqual(["AdminJobTitle is required"]);
  expect(await configure({})).toBeUndefined();
});
