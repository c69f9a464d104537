// The CSRs of all other tests are those that OpenSSL makes.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { type KeyKind, makeCsr, privateKey } from "./csr.ts";

test.each<[KeyKind, string[]]>([
  ["p256", []],
  ["p256", ["shop.example.com", "*.shop.example.com"]],
  ["rsa2048", Array.from({ length: 12 }, (_, i) => `www${i}.a-longer-name.example.com`)],
])("a CSR of %s for %j asks for what OpenSSL would ask for, and is signed", async (key, names) => {
  const folder = mkdtempSync(join(tmpdir(), "certfleet-csr-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const [keyFile, ours] = [join(folder, "key.pem"), join(folder, "ours.csr")];
  writeFileSync(keyFile, privateKey(key), { mode: 0o600 });
  writeFileSync(ours, await makeCsr({ cn: "shop.example.com", names, key }));
  const san = names.length > 0 ? ["-addext", `subjectAltName=${names.map((name) => `DNS:${name}`).join(",")}`] : [];
  const theirs = openssl("req", "-new", "-sha256", "-key", keyFile, "-subj", "/CN=shop.example.com", ...san);

  expect(openssl("req", "-in", ours, "-noout", "-verify")).toBe("");
  expect(signedPart(openssl("req", "-in", ours))).toEqual(signedPart(theirs));
});

function openssl(...words: string[]): string {
  return execFileSync("openssl", words, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
}

/** What is signed: the first element of the outer sequence, whose own header has four bytes. */
function signedPart(pem: string): string {
  const bytes = Buffer.from(pem.replace(/-----.*-----|\n/g, ""), "base64");
  const start = bytes[1] === 0x82 ? 4 : 3;
  const size = bytes[start + 1] === 0x82 ? bytes.readUInt16BE(start + 2) + 4 : (bytes[start + 2] ?? 0) + 3;
  return bytes.subarray(start, start + size).toString("hex");
}
