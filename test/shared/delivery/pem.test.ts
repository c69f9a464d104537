// Certificates in a text: every block is found, whatever stands around it, and given back in one form.

import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { FILES } from "../../../src/producers/cli/certificate/commands.ts";
import { fileNames, fileOf, filesOf } from "../../../src/shared/delivery/files.ts";
import { certificatesIn } from "../../../src/shared/delivery/pem.ts";
import { type Authority, authority, certify, customer, leafFor } from "../../support/pki.ts";

let root: Authority;
let leaf: string;
let link: string;

beforeAll(async () => {
  root = await authority("Example Root");
  link = await certify(root, root);
  leaf = await leafFor((await customer()).keys, root);
});

const openssl = (input: string, ...words: string[]): string => execFileSync("openssl", words, { input }).toString();

test("blocks are found in any text and with any line ends, labels of old programs and PKCS #7 among them", () => {
  const body = leaf.replace(/-----[^-]+-----|\s/g, "");
  const p7b = fileOf({ pem: leaf + link }, "certificate.p7b") ?? "";
  const cases: Record<string, string> = {
    "as it is": leaf,
    CRLF: leaf.replaceAll("\n", "\r\n"),
    "CR only": leaf.replaceAll("\n", "\r"),
    "on one line": `-----BEGIN CERTIFICATE-----${body}-----END CERTIFICATE-----`,
    "blanks for line ends": leaf.replaceAll("\n", " "),
    "indented, tabs and empty lines": `\n\n\t ${leaf.replaceAll("\n", "\n\n \t")}`,
    "76 columns": `-----BEGIN CERTIFICATE-----\n${body.replace(/.{76}/g, "$&\n")}\n-----END CERTIFICATE-----`,
    "bag attributes": `Bag Attributes\n  friendlyName: shop\nsubject=CN = shop.example.com\n${leaf}`,
    "an old label": leaf.replaceAll("CERTIFICATE", "X509 CERTIFICATE"),
    "a key beside it": `-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n${leaf}`,
    "an open block before it": `-----BEGIN CERTIFICATE-----\nMIIB\n${leaf}`,
  };
  for (const [name, text] of Object.entries(cases)) expect([name, certificatesIn(text)]).toEqual([name, [leaf]]);
  expect(certificatesIn(p7b).sort()).toEqual([leaf, link].sort());
  for (const none of ["", "N/A", body, "-----BEGIN PKCS7-----\nMIIB\n-----END PKCS7-----"])
    expect(certificatesIn(none)).toEqual([]);
});

test("any text around and between the blocks changes nothing", () => {
  const noise = fc.string({ unit: fc.constantFrom(..."ab c\r\n\t=:#é") });

  fc.assert(
    fc.property(noise, noise, noise, (a, b, c) => {
      expect(certificatesIn(`${a}${leaf}${b}${link}${c}`)).toEqual([leaf, link]);
    }),
  );
});

test("each file holds what it is named for, as OpenSSL reads it", () => {
  const issue = { pem: leaf + link };

  expect(fileOf(issue, "fullchain.pem")).toBe(leaf + link);
  expect(fileOf(issue, "certificate.pem")).toBe(leaf);
  expect(fileOf(issue, "chain.pem")).toBe(link);
  const printed = openssl(fileOf(issue, "certificate.p7b") ?? "", "pkcs7", "-print_certs");
  expect(certificatesIn(printed).sort()).toEqual([leaf, link].sort());
  expect(filesOf(issue).map(({ name }) => name)).toEqual(fileNames);
});

test("a certificate of an earlier version without a chain has no chain file, and one that cannot be read is shown as it is", () => {
  expect(filesOf({ pem: leaf }).map(({ name }) => name)).toEqual([
    "fullchain.pem",
    "certificate.pem",
    "certificate.p7b",
  ]);
  expect(fileOf({ pem: leaf }, "chain.pem")).toBeNull();
  const spoilt = "-----BEGIN CERTIFICATE-----\nMII=\n-----END CERTIFICATE-----\n";
  expect(filesOf({ pem: spoilt }).map(({ name }) => name)).toEqual(["fullchain.pem", "certificate.pem"]);
  expect(filesOf({ pem: "" })).toEqual([]);
});

test("the command line offers every file", () => {
  expect(FILES).toEqual(fileNames);
});
