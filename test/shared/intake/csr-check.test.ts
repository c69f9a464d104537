// A CSR that comes in is asked whether a public CA could ever say yes to it: identities, names, key, signature and length.
import { createHash, generatePrimeSync } from "node:crypto";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { checkCsr, readCsr } from "../../../src/shared/certificate/csr.ts";
import { defaultRules, type IntakeRules } from "../../../src/shared/intake/rules.ts";
import { weaknessOf } from "../../../src/shared/intake/weak-keys.ts";
import {
  closePrimes,
  customCsr,
  customKey,
  libraryCsr,
  MICROSOFT,
  rocaPrimes,
  rsaKeyOf,
} from "../../support/custom-csr.ts";
import { ensureOpenssl } from "../../support/openssl.ts";

beforeAll(ensureOpenssl);

const faultsOf = async (pem: string, rules: IntakeRules = defaultRules): Promise<string> => {
  const found = await checkCsr(pem, rules);
  return ("faults" in found ? found.faults : found.newFaults).join("\n");
};
const warningsOf = async (pem: string): Promise<string> => {
  const found = await checkCsr(pem, defaultRules);
  return "faults" in found ? "" : found.warnings.join("\n");
};

const dirName = "[dir]\nO=Example Ltd\n";

test.for([
  [
    "two common names",
    { subject: "/C=NL/O=Example Ltd/CN=shop.example.com/CN=evil.example.net" },
    /2 common names.*evil/,
  ],
  ["the same common name twice", { subject: "/CN=shop.example.com/CN=shop.example.com" }, /2 common names/],
  ["three common names", { subject: "/CN=a.example.com/CN=b.example.com/CN=c.example.com" }, /3 common names/],
  [
    "two attributes in one relative name",
    { subject: "/C=NL/O=X+CN=shop.example.com", options: ["-multivalue-rdn"] },
    /several attributes at once.*must stand alone/,
  ],
  [
    "two units in one relative name",
    { subject: "/OU=a+OU=b/CN=shop.example.com", options: ["-multivalue-rdn"] },
    /several attributes at once/,
  ],
  ["an e-mail address", { san: "DNS:shop.example.com,email:ceo@example.net" }, /an e-mail address, "ceo@example.net"/],
  ["a URI", { san: "DNS:shop.example.com,URI:https://other.example.net/" }, /a URI, "https:\/\/other/],
  ["an IP address", { san: "DNS:shop.example.com,IP:192.0.2.1" }, /address 192\.0\.2\.1/],
  ["an IPv6 address", { san: "IP:2001:db8::1" }, /address 2001:/],
  ["a registered ID", { san: "DNS:shop.example.com,RID:1.2.3.4" }, /a registered ID, "1\.2\.3\.4"/],
  [
    "a user principal name",
    { san: "otherName:1.3.6.1.4.1.311.20.2.3;UTF8:ada@example.com" },
    /an other name, "of type 1\.3\.6/,
  ],
  ["a directory name", { san: "DNS:shop.example.com,dirName:dir", config: dirName }, /a directory name/],
  ["blanks around its name", { subject: "/C=NL/O=Example Ltd/CN= shop.example.com " }, /blanks around it/],
  ["a tab behind its name", { subject: "/CN=shop.example.com\t" }, /blanks around it/],
  ["a name without public top level", { subject: "/CN=mail.server.local" }, /\.local is reserved/],
  ["such a name beside a good one", { san: "DNS:shop.example.com,DNS:intranet.corp" }, /\.corp is no public/],
  ["a public suffix as its name", { subject: "/CN=co.uk" }, /public suffix/],
  ["a label that looks encoded", { subject: "/CN=ab--cd.example.com" }, /third and fourth place/],
  ["a signature with SHA-224", { digest: "sha224" }, /signed with SHA-224; sign it with SHA-256/],
  ["a signature with SHA3-256", { digest: "sha3-256" }, /signed with SHA3-256/],
  ["a signature with SHA3-512", { digest: "sha3-512" }, /signed with SHA3-512/],
  ["a signature with SHA-512/256", { digest: "sha512-256", key: "rsa" }, /signed with SHA-512\/256/],
  ["a signature with MD5", { digest: "md5", key: "rsa" }, /signed with MD5/],
] as const)("a CSR with %s is refused with the reason, and with no other", async ([, how, reason]) => {
  const { key, ...rest } = { key: undefined, ...how };
  const openssl = { ...rest, ...(key && { key: customKey("RSA", "rsa_keygen_bits:2048") }) };
  const faults = await faultsOf(customCsr(openssl));

  expect(faults).toMatch(reason);
  expect(faults.split("\n")).toHaveLength(1);
});

test.for([
  ["a key for RSASSA-PSS", "RSA-PSS", ["rsa_keygen_bits:2048"], /rsa-pss/],
  ["2050 bits", "RSA", ["rsa_keygen_bits:2050"], /2050 bits/],
  ["3070 bits", "RSA", ["rsa_keygen_bits:3071"], /3070 bits/],
  ["a curve that is spelt out", "EC", ["ec_paramgen_curve:P-256", "ec_param_enc:explicit"], /spells its curve out/],
  ["a spelt-out P-384", "EC", ["ec_paramgen_curve:P-384", "ec_param_enc:explicit"], /spells its curve out/],
  ["curve P-521", "EC", ["ec_paramgen_curve:P-521"], /curve secp521r1; P-256 and P-384/],
] as const)("a CSR with %s is refused with the reason, and with no other", async ([, algorithm, options, reason]) => {
  const faults = await faultsOf(customCsr({ key: customKey(algorithm, ...options) }));

  expect(faults).toMatch(reason);
  expect(faults.split("\n")).toHaveLength(1);
});

test.for([
  ["an even public exponent", [0x01, 0x00, 0x02], /public exponent is 65538/],
  ["another even public exponent", [0x7f, 0xff, 0xfe], /public exponent is 8388606/],
] as const)("a CSR with %s is refused", async ([, exponent, reason]) => {
  expect(await faultsOf(withExponent(exponent))).toMatch(reason);
});

test("a modulus of 2049 bits is refused", async () => {
  const [p, q] = [generatePrimeSync(1025, { bigint: true }), generatePrimeSync(1025, { bigint: true })];
  const key = rsaKeyOf(p, q);

  expect(await faultsOf(customCsr({ key }))).toMatch(/(2049|2050) bits; the number must be divisible by 8/);
});

test.for([
  ["blanks around another name", { names: ["shop.example.com", " www.shop.example.com"] }, /blanks around it/],
  ["a no-break space behind its name", { cn: "shop.example.com\u00a0" }, /blanks around it/],
  ["a long common name", { cn: `${"a".repeat(61)}.example.com` }, /73 characters; at most 64/],
  ["a name that is empty", { names: ["shop.example.com", ""] }, /name "" is not a full domain name/],
  ["a name in Microsoft's own attribute", { names: ["intranet.corp"], attribute: MICROSOFT }, /\.corp is no public/],
] as const)("a CSR with %s, which OpenSSL does not make, is refused", async ([, how, reason]) => {
  expect(await faultsOf(await libraryCsr(how))).toMatch(reason);
});

test("a CSR with the public exponent 1 is refused", async () => {
  expect(await faultsOf(withExponent([0x01]))).toMatch(/public exponent is 1;/);
});

test.for(["3", "17", "257"])("the public exponent %s is taken, with a warning", async (exponent) => {
  const pem = customCsr({ key: customKey("RSA", "rsa_keygen_bits:2048", `rsa_keygen_pubexp:${exponent}`) });

  expect(await faultsOf(pem)).toBe("");
  expect(await warningsOf(pem)).toContain(`public exponent is ${exponent};`);
});

test("usual keys of every kind pass without a word", async () => {
  for (const key of [
    customKey("RSA", "rsa_keygen_bits:2048"),
    customKey("RSA", "rsa_keygen_bits:3072"),
    customKey("EC", "ec_paramgen_curve:P-384"),
  ]) {
    const pem = customCsr({ key, digest: "sha384" });

    expect([await faultsOf(pem), await warningsOf(pem)]).toEqual(["", ""]);
  }
});

test("what CSRs carry beside their identity is no fault", async () => {
  for (const subject of [
    "/C=NL/ST=Utrecht/L=Utrecht/O=Example Ltd/OU=Web/OU=Shop/CN=shop.example.com/emailAddress=ada@example.com",
    "/DC=com/DC=example/CN=shop.example.com",
    "/CN=SHOP.Example.com/serialNumber=12345678/businessCategory=Private Organization",
  ])
    expect(await faultsOf(customCsr({ subject, san: "DNS:shop.example.com" }))).toBe("");
});

test("a key that cannot sign is told as that, and not as a damaged CSR", async () => {
  const pem = customCsr({ key: customKey("RSA", "rsa_keygen_bits:2048") });
  const der = Buffer.from(pem.replace(/-----[^-]+-----|\s/g, ""), "base64");
  const last = der.indexOf(Buffer.from([0x02, 0x03, 0x01, 0x00, 0x01])) - 1;
  der[last] = (der[last] ?? 0) & 0xfe;
  const even = `-----BEGIN CERTIFICATE REQUEST-----\n${der.toString("base64")}\n-----END CERTIFICATE REQUEST-----\n`;

  expect(await faultsOf(even)).toMatch(/^The RSA key is unsafe: its modulus is divisible by 2\./);
  expect(await faultsOf(even)).not.toContain("damaged");
});

test("keys that anybody can break are known: close primes, Infineon's, Debian's, a small factor", async () => {
  const close = closePrimes();
  const roca = rocaPrimes();
  const listFolder = mkdtempSync(join(tmpdir(), "certfleet-lists-"));
  const [one, two] = [closePrimes()[0], rocaPrimes()[1]];
  const listed = one * two;
  const line = createHash("sha1")
    .update(`Modulus=${listed.toString(16).toUpperCase()}\n`)
    .digest("hex")
    .slice(20);
  writeFileSync(join(listFolder, "blacklist.RSA-2048"), `# comment\n${line}\n`);

  expect(await faultsOf(customCsr({ key: rsaKeyOf(...close) }))).toMatch(/unsafe.*Fermat/);
  expect(await faultsOf(customCsr({ key: rsaKeyOf(...roca) }))).toMatch(/unsafe.*ROCA/);
  expect(await faultsOf(customCsr({ key: rsaKeyOf(one, two) }), { ...defaultRules, weakKeyLists: listFolder })).toMatch(
    /unsafe.*Debian/,
  );
  expect(await faultsOf(customCsr({ key: rsaKeyOf(one, two) }))).toBe("");
  expect(weaknessOf(close[0] * 751n)).toContain("divisible by 751");
});

test("SHA-1 is refused with the remedy for IIS, and taken where the operator lets it", async () => {
  const pem = customCsr({ digest: "sha1" });

  expect(await faultsOf(pem)).toMatch(/signed with SHA-1.*certreq.*HashAlgorithm = SHA256/);
  expect(await faultsOf(pem, { ...defaultRules, sha1: "accept" })).toBe("");
});

test("what is sent counts, and not what came: a CSR in one line is too long when it is wrapped for eNom", async () => {
  const inOneLine = (names: number): string => {
    const san = Array.from({ length: names }, (_, i) => `DNS:n${i}.shop.example.com`).join(",");
    const body = customCsr({ san }).replace(/-----[^-]+-----|\s/g, "");
    return `-----BEGIN CERTIFICATE REQUEST-----\n${body}\n-----END CERTIFICATE REQUEST-----`;
  };
  let names = 130;
  while (inOneLine(names + 1).length <= 4_500) names++;
  const oneLine = inOneLine(names);
  const read = await readCsr(oneLine);
  if ("faults" in read) throw new Error(read.faults.join());

  expect(oneLine.length).toBeLessThanOrEqual(4_500);
  expect(read.pem.length).toBeGreaterThan(4_500);
  expect(await faultsOf(oneLine)).toMatch(/longer than 4500 characters.*it has 4\d+/);
});

test("a CSR that an earlier release took is still read, whatever a new one must not have", async () => {
  for (const old of [
    customCsr({ subject: "/CN=mail.server.local" }),
    customCsr({ subject: "/CN=shop.example.com/CN=evil.example.net" }),
    customCsr({ key: customKey("RSA-PSS", "rsa_keygen_bits:2048") }),
    customCsr({ digest: "sha1" }),
  ])
    expect(await readCsr(old)).toHaveProperty("publicKey");
});

/** The exponent of a usual key, replaced in the CSR: the signature fits no more, which is no second fault. */
function withExponent(exponent: readonly number[]): string {
  const pem = customCsr({ key: customKey("RSA", "rsa_keygen_bits:2048") });
  let der = Buffer.from(pem.replace(/-----[^-]+-----|\s/g, ""), "base64");
  const at = der.indexOf(Buffer.from([0x02, 0x03, 0x01, 0x00, 0x01]));
  // A shorter number is filled up with an attribute's worth of nothing: leading bytes keep every length as it is.
  const number = Buffer.from([...Array(3 - exponent.length).fill(0), ...exponent]);
  der = Buffer.concat([der.subarray(0, at + 2), number, der.subarray(at + 5)]);
  return `-----BEGIN CERTIFICATE REQUEST-----\n${der.toString("base64")}\n-----END CERTIFICATE REQUEST-----\n`;
}
