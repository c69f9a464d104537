// A test CA of two steps, root and intermediate, that really signs. Nobody trusts it but the sandbox.
import "reflect-metadata"; // @peculiar/x509 needs it loaded first
import { randomBytes, webcrypto } from "node:crypto";
import { join } from "node:path";
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  Pkcs10CertificateRequestGenerator,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
} from "@peculiar/x509";
import { coveredNames } from "./domains.ts";
import { findSigningRequest } from "./signing-request.ts";
import { findWholeFile, replaceWholeFile } from "./whole-file.ts";

export interface Lifetime {
  notBefore: Date;
  /** Whole days, both ends included, so the last second is `notBefore + days − 1 s` (CA/B Forum BR 6.3.2). */
  days: number;
  /** End of the paid term: the certificate never outlives it. */
  until?: Date;
}

export interface TestCa {
  readonly rootPem: string;
  readonly intermediatePem: string;
  /** The same intermediate, name and key, in a certificate that has ended: what AddTrust left behind in 2020. */
  readonly expiredIntermediatePem: string;
  /** A request for the same names by a key that nobody has asked for. @throws RangeError no readable request */
  exchangeKey(csrPem: string): Promise<string>;
  /**
   * Signs the public key of a PKCS#10 request for its names and answers the leaf as PEM.
   * @throws RangeError no readable request, or nothing left of the lifetime
   */
  issue(csrPem: string, lifetime: Lifetime): Promise<string>;
}

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
/** Fixed and wide, so that a sandbox whose clock runs ahead by years still verifies. */
const CA_LIFE = { notBefore: new Date("2020-01-01T00:00:00Z"), notAfter: new Date("2049-12-31T23:59:59Z") };

/** Opens the CA kept in `directory` (`ca.json`), making it there at first; without a directory it lives in memory. */
export async function openTestCa(directory?: string): Promise<TestCa> {
  const path = directory === undefined ? undefined : join(directory, "ca.json");
  const kept = path === undefined ? undefined : await findWholeFile(path);
  const authority = kept === undefined ? await newAuthority() : (JSON.parse(kept) as Authority);
  if (path !== undefined && kept === undefined) await replaceWholeFile(path, JSON.stringify(authority, undefined, 2));

  const issuer = new X509Certificate(authority.intermediatePem);
  const key = Buffer.from(authority.intermediateKey, "base64");
  const signingKey = await webcrypto.subtle.importKey("pkcs8", key, ALGORITHM, false, ["sign"]);
  return {
    rootPem: authority.rootPem,
    intermediatePem: authority.intermediatePem,
    // A folder of an earlier version has none, and the root's key is gone: a root of the same name stands in.
    expiredIntermediatePem: authority.expiredIntermediatePem ?? (await expiredTwin(issuer)),
    exchangeKey,
    issue: (csrPem, lifetime) => issueLeaf({ issuer, signingKey }, csrPem, lifetime),
  };
}

/** What is kept. The root's key is thrown away after its one signature. */
interface Authority {
  rootPem: string;
  intermediatePem: string;
  expiredIntermediatePem?: string;
  /** PKCS#8, base64. */
  intermediateKey: string;
}

interface Issuer {
  issuer: X509Certificate;
  signingKey: webcrypto.CryptoKey;
}

async function newAuthority(): Promise<Authority> {
  const rootKeys = await webcrypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
  const usages = new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true);
  const root = await X509CertificateGenerator.createSelfSigned({
    ...CA_LIFE,
    name: "CN=Certfleet Sandbox Root, O=Certfleet Sandbox",
    serialNumber: serialNumber(),
    keys: rootKeys,
    signingAlgorithm: ALGORITHM,
    extensions: [
      new BasicConstraintsExtension(true, undefined, true),
      usages,
      await SubjectKeyIdentifierExtension.create(rootKeys.publicKey),
    ],
  });
  const intermediate = await X509CertificateGenerator.create({
    ...CA_LIFE,
    subject: "CN=Certfleet Sandbox Issuing CA, O=Certfleet Sandbox",
    issuer: root.subject,
    serialNumber: serialNumber(),
    publicKey: keys.publicKey,
    signingKey: rootKeys.privateKey,
    signingAlgorithm: ALGORITHM,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      usages,
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
      await AuthorityKeyIdentifierExtension.create(rootKeys.publicKey),
    ],
  });
  const expiredIntermediatePem = await expiredTwin(intermediate, rootKeys);
  const pkcs8 = await webcrypto.subtle.exportKey("pkcs8", keys.privateKey);
  return {
    rootPem: root.toString("pem"),
    intermediatePem: intermediate.toString("pem"),
    expiredIntermediatePem,
    intermediateKey: Buffer.from(pkcs8).toString("base64"),
  };
}

/** Ended before any order of this program was placed. */
const ENDED_LIFE = { notBefore: new Date("2010-01-01T00:00:00Z"), notAfter: new Date("2020-05-30T10:48:38Z") };

async function expiredTwin(intermediate: X509Certificate, rootKeys?: webcrypto.CryptoKeyPair): Promise<string> {
  const { privateKey, publicKey } =
    rootKeys ?? (await webcrypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]));
  const twin = await X509CertificateGenerator.create({
    ...ENDED_LIFE,
    subject: intermediate.subject,
    issuer: intermediate.issuer,
    serialNumber: serialNumber(),
    publicKey: intermediate.publicKey,
    signingKey: privateKey,
    signingAlgorithm: ALGORITHM,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(intermediate.publicKey),
      await AuthorityKeyIdentifierExtension.create(publicKey),
    ],
  });
  return twin.toString("pem");
}

async function exchangeKey(csrPem: string): Promise<string> {
  const request = await findSigningRequest(csrPem);
  if (request === undefined) throw new RangeError("the CSR cannot be read or its signature is false");
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
  const alternatives = request.names.map((value) => ({ type: "dns" as const, value }));
  const exchanged = await Pkcs10CertificateRequestGenerator.create({
    name: [{ CN: [request.domain] }],
    keys,
    signingAlgorithm: ALGORITHM,
    extensions: [new SubjectAlternativeNameExtension(alternatives)],
  });
  return exchanged.toString("pem");
}

async function issueLeaf({ issuer, signingKey }: Issuer, csrPem: string, lifetime: Lifetime): Promise<string> {
  const request = await findSigningRequest(csrPem);
  if (request === undefined) throw new RangeError("the CSR cannot be read or its signature is false");
  const { notBefore, notAfter } = secondsOf(lifetime);
  const names = new Set([...coveredNames(request.domain), ...request.names]);
  const encrypts = request.publicKey.algorithm.name.startsWith("RSA") ? KeyUsageFlags.keyEncipherment : 0;
  const leaf = await X509CertificateGenerator.create({
    notBefore,
    notAfter,
    subject: [{ CN: [request.domain] }],
    issuer: issuer.subject,
    serialNumber: serialNumber(),
    publicKey: request.publicKey,
    signingKey,
    signingAlgorithm: ALGORITHM,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature | encrypts, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
      new SubjectAlternativeNameExtension([...names].map((value) => ({ type: "dns" as const, value }))),
      await SubjectKeyIdentifierExtension.create(request.publicKey),
      await AuthorityKeyIdentifierExtension.create(issuer.publicKey),
    ],
  });
  return leaf.toString("pem");
}

/** X.509 knows whole seconds only (RFC 5280 4.1.2.5). */
function secondsOf({ notBefore, days, until }: Lifetime): { notBefore: Date; notAfter: Date } {
  const from = Math.floor(notBefore.getTime() / 1000);
  const end = Math.floor((until?.getTime() ?? Number.POSITIVE_INFINITY) / 1000);
  const to = Math.min(from + days * 86_400 - 1, end);
  if (to <= from) throw new RangeError("nothing is left of the paid term");
  return { notBefore: new Date(from * 1000), notAfter: new Date(to * 1000) };
}

/**
 * 16 random bytes, the first bit 0 so that the number is positive, the second 1 so that all 16 stay (RFC 5280 4.1.2.2).
 */
function serialNumber(): string {
  const bytes = randomBytes(16);
  bytes.writeUInt8((bytes.readUInt8(0) & 0x7f) | 0x40, 0);
  return bytes.toString("hex");
}
