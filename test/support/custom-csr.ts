// CSRs as few people make them: of any subject, extension, digest and key, by OpenSSL; and RSA keys of chosen primes.
import "reflect-metadata";
import { execFileSync } from "node:child_process";
import { checkPrimeSync, createPrivateKey, generateKeyPairSync, generatePrimeSync } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AsnConvert } from "@peculiar/asn1-schema";
import { Extension, Extensions } from "@peculiar/asn1-x509";
import { Attribute, Pkcs10CertificateRequestGenerator, SubjectAlternativeNameExtension } from "@peculiar/x509";

export interface CustomCsr {
  /** As `openssl req -subj` has it; its other options go before. */
  subject?: string;
  /** The value of subjectAltName, as OpenSSL has it. */
  san?: string;
  digest?: string;
  options?: readonly string[];
  /** PEM; without it P-256, made once a test file. */
  key?: string;
  /** Extension sections for `san`. */
  config?: string;
}

let usual: string | undefined;

export function customCsr(wanted: CustomCsr = {}): string {
  const { subject = "/CN=shop.example.com", san, digest = "sha256", options = [], config = "" } = wanted;
  usual ??= generateKeyPairSync("ec", { namedCurve: "P-256" })
    .privateKey.export({ type: "pkcs8", format: "pem" })
    .toString();
  const folder = mkdtempSync(join(tmpdir(), "certfleet-csr-"));
  try {
    const [keyFile, configFile] = [join(folder, "key.pem"), join(folder, "req.cnf")];
    writeFileSync(keyFile, wanted.key ?? usual, { mode: 0o600 });
    const extensions = san === undefined ? "" : `[ext]\nsubjectAltName=${san}\n`;
    writeFileSync(configFile, `[req]\ndistinguished_name=dn\nutf8=yes\n[dn]\n${extensions}${config}`);
    const more = san === undefined ? [] : ["-reqexts", "ext"];
    const args = ["req", "-new", `-${digest}`, "-config", configFile, "-key", keyFile, "-subj", subject, ...more];
    return execFileSync("openssl", [...args, ...options], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Where Microsoft's tools put extensions before PKCS #9 had a place for them. */
export const MICROSOFT = "1.3.6.1.4.1.311.2.1.14";

/** By the library, which writes every name as it is given, blanks and all. */
export async function libraryCsr({
  cn = "shop.example.com",
  names = [],
  attribute,
}: {
  cn?: string;
  names?: readonly string[];
  attribute?: string;
}): Promise<string> {
  const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
  const keys = await crypto.subtle.generateKey(algorithm, false, ["sign", "verify"]);
  const san = new SubjectAlternativeNameExtension(names.map((value) => ({ type: "dns" as const, value })));
  const extensions = new Extensions([AsnConvert.parse(san.rawData, Extension)]);
  const request = await Pkcs10CertificateRequestGenerator.create({
    name: [{ CN: [cn] }],
    keys,
    signingAlgorithm: algorithm,
    ...(names.length > 0 && attribute === undefined && { extensions: [san] }),
    ...(attribute && { attributes: [new Attribute(attribute, [AsnConvert.serialize(extensions)])] }),
  });
  return request.toString("pem");
}

/** The private key in PEM, as `openssl genpkey` makes it. */
export function customKey(algorithm: string, ...options: string[]): string {
  const chosen = options.flatMap((each) => ["-pkeyopt", each]);
  return execFileSync("openssl", ["genpkey", "-algorithm", algorithm, ...chosen], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
}

/** The RSA key of two primes, in PEM. */
export function rsaKeyOf(p: bigint, q: bigint, e = 65_537n): string {
  const d = inverse(e, (p - 1n) * (q - 1n));
  const numbers = { n: p * q, e, d, p, q, dp: d % (p - 1n), dq: d % (q - 1n), qi: inverse(q, p) };
  const jwk = Object.fromEntries(Object.entries(numbers).map(([name, value]) => [name, base64url(value)]));
  const key = createPrivateKey({ key: { kty: "RSA", ...jwk }, format: "jwk" });
  return key.export({ type: "pkcs8", format: "pem" }).toString();
}

/** Two primes of 1024 bits whose distance is small against their size. */
export function closePrimes(): [bigint, bigint] {
  const p = generatePrimeSync(1024, { bigint: true }) | (3n << 1022n);
  const first = nextPrime(p);
  return [first, nextPrime(first + 2n ** 40n)];
}

/** Two primes as Infineon's library made them: k·M + (65537^a mod M), M the product of the first 126 primes. */
export function rocaPrimes(): [bigint, bigint] {
  const primes = smallPrimes(126);
  const m = primes.reduce((product, prime) => product * BigInt(prime), 1n);
  const find = (from: number): bigint => {
    for (let a = BigInt(from); ; a++) {
      const rest = power(65_537n, a, m);
      for (let k = (3n << 1022n) / m + 1n; k < (3n << 1022n) / m + 200n; k++) {
        const prime = k * m + rest;
        if (checkPrimeSync(prime)) return prime;
      }
    }
  };
  return [find(1_000), find(500_000)];
}

function nextPrime(from: bigint): bigint {
  for (let each = from | 1n; ; each += 2n) if (checkPrimeSync(each)) return each;
}

function smallPrimes(count: number): number[] {
  const primes: number[] = [];
  for (let each = 2; primes.length < count; each++) if (primes.every((prime) => each % prime !== 0)) primes.push(each);
  return primes;
}

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  for (let b = base % modulus, e = exponent; e > 0n; e >>= 1n, b = (b * b) % modulus)
    if (e % 2n === 1n) result = (result * b) % modulus;
  return result;
}

function inverse(value: bigint, modulus: bigint): bigint {
  let [a, b, x, y] = [value % modulus, modulus, 1n, 0n];
  while (a > 1n) {
    const q = a / b;
    [a, b] = [b, a % b];
    [x, y] = [y, x - q * y];
  }
  return ((x % modulus) + modulus) % modulus;
}

function base64url(value: bigint): string {
  const hex = value.toString(16);
  return Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, "hex").toString("base64url");
}
