// Takes a certificate signing request apart (PKCS #10, RFC 2986): nothing that it asks for is dropped, and nothing is judged.
import { createPublicKey } from "node:crypto";
import type { GeneralNames } from "@peculiar/asn1-x509";
import type { Pkcs10CertificateRequest } from "@peculiar/x509";
import { readPlainRequest } from "./plain-request.ts";
import { asn1, x509 } from "./x509.ts";

/** One name that the CSR asks for beside its common name. */
export interface AlternativeName {
  /** "DNS name", or what else it is, as people call it. */
  kind: string;
  /** As it is written, blanks included; of kinds without a text a short one. */
  value: string;
}

export interface CertificateRequest {
  /** Normalised PEM: `BEGIN CERTIFICATE REQUEST`, 64 columns, `\n` line ends, one trailing `\n`. */
  pem: string;
  /** Relative names in their order; each holds its attributes by short name (CN, O …), with all values, as written. */
  subject: readonly Readonly<Record<string, readonly string[]>>[];
  alternativeNames: readonly AlternativeName[];
  /** DER of the SubjectPublicKeyInfo. */
  publicKey: Buffer;
  /** OID of the key's algorithm; `namesCurve` is false for an EC key that spells its curve out. */
  keyType: string;
  namesCurve: boolean;
  /** OpenSSL's name of an EC key's curve, where it was seen already. */
  curve?: string;
  /** RSA keys only. */
  rsa: { modulus: bigint; exponent: bigint } | undefined;
  /** The digest that was signed, as SHA-256; where the library knows none, the OID of the signature's algorithm. */
  signedWith: string;
  /** Whether the signature was made with the key. */
  verify: () => Promise<boolean>;
}

export const UNREADABLE =
  "The CSR cannot be read: its contents are not a PKCS #10 request (damaged or cut short). Send the whole text of the request, or make it anew.";
export const RSA = "1.2.840.113549.1.1.1";
export const RSA_PSS = "1.2.840.113549.1.1.10";
export const EC = "1.2.840.10045.2.1";

/** PKCS #9 extensionRequest, and the attribute of the same form that Microsoft's tools used before it. */
const EXTENSION_REQUESTS = ["1.2.840.113549.1.9.14", "1.3.6.1.4.1.311.2.1.14"];
const SUBJECT_ALT_NAME = "2.5.29.17";
const OBJECT_IDENTIFIER = 0x06;

/** Newest last: an order asks for its CSR several times, and among many orders at once. */
const parsed = new Map<string, CertificateRequest>();
const MOST_PARSED = 64;

/** The request that stands in a PEM block, or in a sentence why there is none. */
export function parseRequest(text: string): CertificateRequest | string {
  const known = parsed.get(text);
  if (known) return known;
  const request = parseAnew(text);
  if (typeof request === "string") return request;
  parsed.set(text, request);
  const [oldest] = parsed.keys();
  if (parsed.size > MOST_PARSED && oldest !== undefined) parsed.delete(oldest);
  return request;
}

function parseAnew(text: string): CertificateRequest | string {
  if (/PRIVATE KEY/.test(text)) {
    return "The text contains a private key. Send the CSR alone and treat that key as exposed.";
  }
  const block =
    /^\s*-----BEGIN (NEW )?CERTIFICATE REQUEST-----([A-Za-z0-9+/=\s]+)-----END (NEW )?CERTIFICATE REQUEST-----\s*$/.exec(
      text,
    );
  if (!block?.[2]) {
    return "The CSR must be one PEM block from BEGIN CERTIFICATE REQUEST to END CERTIFICATE REQUEST.";
  }
  try {
    const der = Buffer.from(block[2].replace(/\s+/g, ""), "base64");
    return readPlain(der) ?? readAny(der);
  } catch {
    // The library reads names, keys and extensions only when asked, and throws then.
    return UNREADABLE;
  }
}

/** Undefined for a request that is not of the usual form. */
export function readPlain(der: Buffer): CertificateRequest | undefined {
  const plain = readPlainRequest(der);
  if (!plain) return undefined;
  const { subject, dnsNames, spki, curve, rsa, digest } = plain;
  return {
    pem: pemOf(der),
    subject,
    alternativeNames: dnsNames.map((value) => ({ kind: "DNS name", value })),
    publicKey: spki,
    keyType: rsa ? RSA : EC,
    namesCurve: !rsa,
    ...(curve && { curve }),
    rsa,
    signedWith: digest,
    // That it does not fit is said by the library, which knows more forms of a signature.
    verify: async () =>
      (await plain.verify().catch(() => false)) ||
      new (x509().Pkcs10CertificateRequest)(der).verify().catch(() => false),
  };
}

/** By the library, which knows every form. @throws whatever it throws where it is no request */
export function readAny(der: Buffer): CertificateRequest {
  const request = new (x509().Pkcs10CertificateRequest)(der);
  const { AsnConvert, SubjectPublicKeyInfo } = asn1();
  const publicKey = Buffer.from(request.publicKey.rawData);
  const { algorithm, parameters } = AsnConvert.parse(publicKey, SubjectPublicKeyInfo).algorithm;
  const { name, hash } = request.signatureAlgorithm as { name: string; hash?: { name?: string } };
  return {
    pem: pemOf(Buffer.from(request.rawData)),
    subject: request.subjectName.toJSON(),
    alternativeNames: alternativeNames(request),
    publicKey,
    keyType: algorithm,
    namesCurve: parameters instanceof ArrayBuffer && new Uint8Array(parameters)[0] === OBJECT_IDENTIFIER,
    rsa: algorithm === RSA ? rsaNumbers(publicKey) : undefined,
    signedWith: hash?.name ?? name,
    verify: () => request.verify().catch(() => false),
  };
}

/** Of every extension request that there is: a second one is asked for as well. */
function alternativeNames(request: Pkcs10CertificateRequest): AlternativeName[] {
  const { AsnConvert, Extensions, GeneralNames } = asn1();
  const asked = request.attributes.filter(({ type }) => EXTENSION_REQUESTS.includes(type));
  const extensions = asked.flatMap(({ values }) => values.flatMap((value) => [...AsnConvert.parse(value, Extensions)]));
  const named = extensions.filter(({ extnID }) => extnID === SUBJECT_ALT_NAME);
  return named.flatMap(({ extnValue }) => [...AsnConvert.parse(extnValue.buffer, GeneralNames)].map(nameOf));
}

function nameOf(name: GeneralNames[number]): AlternativeName {
  const { dNSName, rfc822Name, iPAddress, uniformResourceIdentifier, otherName, directoryName, registeredID } = name;
  if (dNSName !== undefined) return { kind: "DNS name", value: dNSName };
  if (rfc822Name !== undefined) return { kind: "e-mail address", value: rfc822Name };
  if (iPAddress !== undefined) return { kind: "IP address", value: iPAddress };
  if (uniformResourceIdentifier !== undefined) return { kind: "URI", value: uniformResourceIdentifier };
  if (registeredID !== undefined) return { kind: "registered ID", value: registeredID };
  if (otherName !== undefined) return { kind: "other name", value: `of type ${otherName.typeId}` };
  if (directoryName !== undefined) return { kind: "directory name", value: "(a distinguished name)" };
  return { kind: name.x400Address ? "X.400 address" : "EDI party name", value: "(no text)" };
}

/** Undefined where OpenSSL reads no numbers: then the key is refused for its form. */
function rsaNumbers(spki: Buffer): CertificateRequest["rsa"] {
  try {
    const { n = "", e = "" } = createPublicKey({ key: spki, format: "der", type: "spki" }).export({ format: "jwk" });
    return { modulus: numberOf(n), exponent: numberOf(e) };
  } catch {
    return undefined;
  }
}

function numberOf(base64url: string): bigint {
  return BigInt(`0x0${Buffer.from(base64url, "base64url").toString("hex")}`);
}

function pemOf(der: Buffer): string {
  const lines = der.toString("base64").match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE REQUEST-----\n${lines.join("\n")}\n-----END CERTIFICATE REQUEST-----\n`;
}
