// Reads a certificate signing request (PKCS #10, RFC 2986) and says in one sentence each what is wrong with it.
import "reflect-metadata";
import { createHash, createPublicKey } from "node:crypto";
import { Pkcs10CertificateRequest, type SubjectAlternativeNameExtension } from "@peculiar/x509";

export interface Csr {
  /** Normalised PEM: `BEGIN CERTIFICATE REQUEST`, 64 columns, `\n` line ends, one trailing `\n`. */
  pem: string;
  /** The common name, lower case; `*.` in front for a wildcard. eNom takes the domain from here. */
  domain: string;
  /** All DNS names asked for, the common name first, lower case, each once. */
  names: string[];
  /** DER of the SubjectPublicKeyInfo; equal for the CSR and the certificate issued from it. */
  publicKey: Buffer;
  /** Subject fields by their short names (O, OU, L, ST, C …), as far as given. */
  subject: Readonly<Record<string, string>>;
}

/** eNom takes at most 4,500 characters (eNom API, CertReissueCert). */
const LONGEST_PEM = 4_500;
/** One label or more below a top-level label; letters, digits, hyphens (RFC 1123 2.1); 79 is eNom's limit. */
const HOST = /^(?=.{4,79}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?!\d+$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])$/;
const UNREADABLE = "The CSR cannot be read: its contents are not a PKCS #10 request (damaged or cut short).";
const WEAK_HASHES = new Set(["MD5", "SHA-1"]);
const CURVES = new Set(["P-256", "P-384"]);

/**
 * Reads and checks a CSR: form, signature, key type and size (RSA 2048 to 8192, P-256, P-384), hash, names.
 * Answers with the CSR, or with a sentence for every fault that could be told apart.
 */
export async function readCsr(text: string): Promise<Csr | { faults: string[] }> {
  const request = parse(text);
  if (typeof request === "string") return { faults: [request] };
  try {
    return await inspect(request);
  } catch {
    // The library reads names, keys and extensions only when asked, and throws then.
    return { faults: [UNREADABLE] };
  }
}

async function inspect(request: Pkcs10CertificateRequest): Promise<Csr | { faults: string[] }> {
  const faults = [...keyFaults(request), ...(await signatureFaults(request))];
  const subject = subjectOf(request);
  const domain = (subject.CN ?? "").trim().toLowerCase();
  const names = [...new Set([domain, ...alternativeNames(request, faults)])];
  if (!domain) faults.push("The CSR has no common name (CN); eNom takes the domain from it.");
  for (const name of names) if (name && !isName(name)) faults.push(nameFault(name));
  if (faults.length > 0) return { faults };
  return { pem: pemOf(request), domain, names, publicKey: Buffer.from(request.publicKey.rawData), subject };
}

/** What two CSRs are compared by: the SHA-256 of the normalised PEM, hexadecimal. */
export function csrHash(pem: string): string {
  const body = pem.replace(/-----(BEGIN|END)[^-]*-----/g, "").replace(/\s+/g, "");
  return createHash("sha256").update(body).digest("hex");
}

/** DER of a key in the one form that keys are compared in. @throws when it is no SubjectPublicKeyInfo. */
export function canonicalKey(spki: Buffer): Buffer {
  return createPublicKey({ key: spki, format: "der", type: "spki" }).export({ format: "der", type: "spki" });
}

/** The request, or why there is none. */
function parse(text: string): Pkcs10CertificateRequest | string {
  if (/PRIVATE KEY/.test(text)) {
    return "The text contains a private key. Send the CSR alone and treat that key as exposed.";
  }
  if (text.length > LONGEST_PEM) return `The CSR is longer than ${LONGEST_PEM} characters, eNom's limit.`;
  const block =
    /^\s*-----BEGIN (NEW )?CERTIFICATE REQUEST-----([A-Za-z0-9+/=\s]+)-----END (NEW )?CERTIFICATE REQUEST-----\s*$/.exec(
      text,
    );
  if (!block?.[2]) {
    return "The CSR must be one PEM block from BEGIN CERTIFICATE REQUEST to END CERTIFICATE REQUEST.";
  }
  try {
    return new Pkcs10CertificateRequest(Buffer.from(block[2].replace(/\s+/g, ""), "base64"));
  } catch {
    return UNREADABLE;
  }
}

function keyFaults(request: Pkcs10CertificateRequest): string[] {
  const algorithm = request.publicKey.algorithm as { name: string; modulusLength?: number; namedCurve?: string };
  if (algorithm.name.startsWith("RSA")) {
    const bits = rsaBits(request) ?? algorithm.modulusLength ?? 0;
    if (bits < 2048) return [`The RSA key has ${bits} bits; at least 2048 are needed.`];
    return bits > 8192 ? [`The RSA key has ${bits} bits; at most 8192 are accepted.`] : [];
  }
  if (algorithm.name === "ECDSA") {
    const curve = algorithm.namedCurve ?? "unknown";
    return CURVES.has(curve) ? [] : [`The key is on curve ${curve}; P-256 and P-384 are accepted.`];
  }
  return [`The key is of type ${algorithm.name}; RSA and ECDSA keys are accepted.`];
}

function rsaBits(request: Pkcs10CertificateRequest): number | undefined {
  try {
    const key = createPublicKey({ key: Buffer.from(request.publicKey.rawData), format: "der", type: "spki" });
    return key.asymmetricKeyDetails?.modulusLength;
  } catch {
    return undefined;
  }
}

async function signatureFaults(request: Pkcs10CertificateRequest): Promise<string[]> {
  const hash = (request.signatureAlgorithm as { hash?: { name?: string } }).hash?.name ?? "";
  if (WEAK_HASHES.has(hash)) return [`The CSR is signed with ${hash}; use SHA-256 or better.`];
  const good = await request.verify().catch(() => false);
  return good ? [] : ["The CSR's signature does not match its key: it was damaged or changed."];
}

function subjectOf(request: Pkcs10CertificateRequest): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const relative of request.subjectName.toJSON()) {
    for (const [name, values] of Object.entries(relative)) fields[name] ??= values[0] ?? "";
  }
  return fields;
}

function alternativeNames(request: Pkcs10CertificateRequest, faults: string[]): string[] {
  const extension = request.getExtension("2.5.29.17") as SubjectAlternativeNameExtension | null;
  const names: string[] = [];
  for (const { type, value } of extension?.names.toJSON() ?? []) {
    if (type === "dns") names.push(value.trim().toLowerCase());
    else if (type === "ip")
      faults.push(`The CSR asks for the address ${value}; these products cover domain names only.`);
  }
  return names;
}

function isName(name: string): boolean {
  return HOST.test(name.startsWith("*.") ? name.slice(2) : name);
}

function nameFault(name: string): string {
  const shown = JSON.stringify(name.slice(0, 100));
  if (/[^\x20-\x7e]/.test(name)) return `The name ${shown} is not ASCII; write it in Punycode (xn--…).`;
  if (name.includes("*")) return `The name ${shown} is not a valid wildcard: the star must be the whole first label.`;
  return `The name ${shown} is not a full domain name.`;
}

function pemOf(request: Pkcs10CertificateRequest): string {
  const lines =
    Buffer.from(request.rawData)
      .toString("base64")
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE REQUEST-----\n${lines.join("\n")}\n-----END CERTIFICATE REQUEST-----\n`;
}
