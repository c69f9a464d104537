// Certificate authorities for one test: roots, intermediates, cross-signed ones and leaves, with any dates and faults.
import "reflect-metadata";
import { randomBytes, webcrypto } from "node:crypto";
import {
  AuthorityInfoAccessExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsageExtension,
  type Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  Pkcs10CertificateRequestGenerator,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from "@peculiar/x509";

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
/** "Now" of the tests that use it. */
export const NOW = new Date("2026-11-30T12:00:00Z");

/** A name and a key; certificates of it are made by `certify`. */
export interface Authority {
  name: string;
  keys: webcrypto.CryptoKeyPair;
}

export interface Life {
  from?: string;
  to?: string;
}

export async function authority(name: string): Promise<Authority> {
  return {
    name: `CN=${name}, O=Example Trust`,
    keys: await webcrypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]),
  };
}

/** A CA certificate of `subject`, signed by `issuer`; a root where they are one. */
export function certify(
  subject: Authority,
  issuer: Authority,
  more: Life & { pathLength?: number; isCa?: boolean; purposes?: string[]; issuerUrl?: string } = {},
): Promise<string> {
  const { pathLength, isCa = true, purposes, issuerUrl } = more;
  return make({ subject: subject.name, publicKey: subject.keys.publicKey, issuer, ...more }, [
    new BasicConstraintsExtension(isCa, pathLength, true),
    new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
    ...(purposes ? [new ExtendedKeyUsageExtension(purposes)] : []),
    ...(issuerUrl ? [new AuthorityInfoAccessExtension({ caIssuers: issuerUrl })] : []),
  ]);
}

export interface Leaf extends Life {
  names?: string[];
  isCa?: boolean;
  purposes?: string[];
  issuerUrl?: string;
}

/** A leaf for this key; by default for shop.example.com, valid around NOW. */
export function leafFor(keys: webcrypto.CryptoKeyPair, issuer: Authority, more: Leaf = {}): Promise<string> {
  const { names = ["shop.example.com"], isCa = false, purposes = ["1.3.6.1.5.5.7.3.1"], issuerUrl } = more;
  const subject = `CN=${names[0] ?? "nameless"}`;
  const life = { from: more.from ?? "2026-11-01", to: more.to ?? "2027-05-01" };
  return make({ subject, publicKey: keys.publicKey, issuer, ...life }, [
    new BasicConstraintsExtension(isCa, undefined, true),
    new KeyUsagesExtension(isCa ? KeyUsageFlags.keyCertSign : KeyUsageFlags.digitalSignature, true),
    new ExtendedKeyUsageExtension(purposes),
    ...(names.length > 0
      ? [new SubjectAlternativeNameExtension(names.map((value) => ({ type: "dns" as const, value })))]
      : []),
    ...(issuerUrl ? [new AuthorityInfoAccessExtension({ caIssuers: issuerUrl })] : []),
  ]);
}

/** The customer: a key and its request. */
export async function customer(names: readonly string[] = ["shop.example.com"]) {
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
  const request = await Pkcs10CertificateRequestGenerator.create({
    name: `CN=${names[0]}`,
    keys,
    signingAlgorithm: ALGORITHM,
    extensions: [new SubjectAlternativeNameExtension(names.map((value) => ({ type: "dns" as const, value })))],
  });
  return { keys, csr: `${request.toString("pem")}\n`, domain: names[0] ?? "" };
}

async function make(
  {
    subject,
    publicKey,
    issuer,
    from = "2020-01-01",
    to = "2040-01-01",
  }: Life & { subject: string; publicKey: webcrypto.CryptoKey; issuer: Authority },
  extensions: Extension[],
): Promise<string> {
  const serial = randomBytes(16);
  serial.writeUInt8((serial.readUInt8(0) & 0x7f) | 0x40, 0);
  const made = await X509CertificateGenerator.create({
    serialNumber: serial.toString("hex"),
    subject,
    issuer: issuer.name,
    notBefore: new Date(from),
    notAfter: new Date(to),
    publicKey,
    signingKey: issuer.keys.privateKey,
    signingAlgorithm: ALGORITHM,
    extensions,
  });
  return `${made.toString("pem")}\n`;
}
