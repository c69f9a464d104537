import { execFileSync } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { openTestCa, type TestCa } from "../../../src/sandbox/ca/ca.ts";
import { csrFor } from "../enom/support.ts";

function directory(): string {
  const path = mkdtempSync(join(tmpdir(), "certfleet-ca-"));
  onTestFinished(() => rmSync(path, { recursive: true }));
  return path;
}

function verified(ca: TestCa, leaf: string, at: Date): string {
  const folder = directory();
  const file = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const root = file("root.pem", ca.rootPem);
  const intermediate = file("intermediate.pem", ca.intermediatePem);
  const attime = String(Math.floor(at.getTime() / 1000));
  const strict = ["-x509_strict", "-purpose", "sslserver", "-attime", attime];
  const chain = ["-CAfile", root, "-untrusted", intermediate, file("leaf.pem", leaf)];
  return execFileSync("openssl", ["verify", ...strict, ...chain], { encoding: "utf8" });
}

const LIFE = { notBefore: new Date("2026-04-02T12:00:00Z"), days: 200 };

test("a certificate for an EC key is accepted by OpenSSL's strict check of the whole chain", async () => {
  const ca = await openTestCa();

  const leaf = await ca.issue(await csrFor("example.com"), LIFE);

  expect(verified(ca, leaf, LIFE.notBefore)).toContain("leaf.pem: OK");
});

test("a certificate for an RSA key made by OpenSSL carries exactly that key", async () => {
  const ca = await openTestCa();
  const folder = directory();
  const key = join(folder, "key.pem");
  const request = ["req", "-new", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=shop.example.com", "-keyout", key];
  const csr = execFileSync("openssl", request, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });

  const leaf = await ca.issue(csr, LIFE);

  expect(verified(ca, leaf, LIFE.notBefore)).toContain("leaf.pem: OK");
  const keyOf = (kind: string, text: string) =>
    execFileSync("openssl", [kind, "-noout", "-pubkey"], { input: text, encoding: "utf8" });
  expect(keyOf("x509", leaf)).toBe(keyOf("req", csr));
});

test.each([
  ["example.com", [], ["example.com", "www.example.com"]],
  ["example.co.uk", [], ["example.co.uk", "www.example.co.uk"]],
  ["shop.example.com", [], ["shop.example.com"]],
  ["www.example.com", [], ["www.example.com", "example.com"]],
  ["*.example.com", [], ["*.example.com", "example.com"]],
  ["shop.example.com", ["Api.example.com"], ["shop.example.com", "api.example.com"]],
])("a certificate for %s (and %s) covers %s", async (domain, asked, covered) => {
  const ca = await openTestCa();

  const leaf = new X509Certificate(await ca.issue(await csrFor(domain, asked), LIFE));

  expect(leaf.subjectAltName).toBe(covered.map((name) => `DNS:${name}`).join(", "));
  expect(leaf.subject).toBe(`CN=${domain}`);
  expect(leaf.ca).toBe(false);
});

test("a certificate lives the days it was given, its last second included, but never past the paid term", async () => {
  const ca = await openTestCa();
  const csr = await csrFor("example.com");
  const until = new Date("2026-05-01T00:00:00Z");

  const whole = new X509Certificate(await ca.issue(csr, LIFE));
  const cut = new X509Certificate(await ca.issue(csr, { ...LIFE, until }));

  expect(whole.validFromDate).toEqual(LIFE.notBefore);
  expect(whole.validToDate).toEqual(new Date("2026-10-19T11:59:59Z"));
  expect(cut.validToDate).toEqual(until);
  await expect(ca.issue(csr, { ...LIFE, until: LIFE.notBefore })).rejects.toThrow(RangeError);
});

test("no two certificates share a serial number, and each is a positive one of 16 bytes", async () => {
  const ca = await openTestCa();
  const csr = await csrFor("example.com");

  const serials = await Promise.all(
    Array.from({ length: 20 }, async () => new X509Certificate(await ca.issue(csr, LIFE)).serialNumber),
  );

  expect(new Set(serials).size).toBe(20);
  for (const serial of serials) expect(serial).toMatch(/^[4-7][0-9A-F]{31}$/);
});

test("a CSR that was changed after signing, or is none, gets no certificate", async () => {
  const ca = await openTestCa();
  const csr = await csrFor("example.com");
  const der = Buffer.from(csr.replace(/-----[^-]+-----/g, ""), "base64");
  const at = der.indexOf("example.com");
  der.write("exAmple.com", at);
  const forged = `-----BEGIN CERTIFICATE REQUEST-----\n${der.toString("base64")}\n-----END CERTIFICATE REQUEST-----\n`;

  await expect(ca.issue(forged, LIFE)).rejects.toThrow(RangeError);
  await expect(ca.issue("no CSR at all", LIFE)).rejects.toThrow(RangeError);
});

test("a CA kept in a directory is the same after a restart, and its key is readable by its owner only", async () => {
  const folder = directory();
  const before = await openTestCa(folder);

  const after = await openTestCa(folder);

  expect(after.rootPem).toBe(before.rootPem);
  const leaf = await after.issue(await csrFor("example.com"), LIFE);
  expect(verified(before, leaf, LIFE.notBefore)).toContain("leaf.pem: OK");
  expect(statSync(join(folder, "ca.json")).mode & 0o077).toBe(0);
});
