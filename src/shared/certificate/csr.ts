// Reads a certificate signing request (PKCS #10, RFC 2986) and says in one sentence each what is wrong with it.
import { createHash, createPublicKey } from "node:crypto";
import { hostNameFault } from "../intake/host-name.ts";
import { commonNames, dnsNames, identityFaults } from "../intake/identities.ts";
import { inspectKey } from "../intake/key-form.ts";
import { type CertificateRequest, parseRequest } from "../intake/request.ts";
import type { IntakeRules } from "../intake/rules.ts";
import { sha1Fault, signatureFaults } from "../intake/signature.ts";
import { weaknessOf } from "../intake/weak-keys.ts";

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

/**
 * Reads a CSR that was taken: form, signature, kind and size of the key, and names that can be names. What a public CA
 * could say yes to is not asked: what an earlier release took stays readable. Answers with the CSR, or with a sentence
 * for every fault that could be told apart.
 */
export async function readCsr(text: string): Promise<Csr | { faults: string[] }> {
  const request = parseRequest(text);
  if (typeof request === "string") return { faults: [request] };
  const faults = await oldFaults(request);
  return faults.length > 0 ? { faults } : csrOf(request);
}

/** What a CSR that comes in now must not have, beside the faults that nothing can be read with. */
export interface CsrFindings {
  csr: Csr;
  newFaults: string[];
  warnings: string[];
}

/**
 * Reads a CSR that comes in and asks whether a public CA could ever say yes to it. `newFaults` are those of them that
 * an earlier release did not know: an order that was accepted with one stays accepted.
 */
export async function checkCsr(text: string, rules: IntakeRules): Promise<CsrFindings | { faults: string[] }> {
  const request = parseRequest(text);
  return typeof request === "string" ? { faults: [request] } : judgeRequest(request, rules);
}

/** The same of a request that was read. */
export async function judgeRequest(
  request: CertificateRequest,
  rules: IntakeRules,
): Promise<CsrFindings | { faults: string[] }> {
  const found = inspectKey(request);
  const isSized = found.faults.length === 0;
  const weakness = request.rsa && isSized ? weaknessOf(request.rsa.modulus, rules.weakKeyLists) : undefined;
  const faults = await oldFaults(request, { isKeyGood: weakness === undefined });
  const sha1 = rules.sha1 === "refuse" ? sha1Fault(request) : undefined;
  const newFaults = [
    ...found.newFaults,
    ...(weakness ? [`The RSA key is unsafe: ${weakness}. Make a new key with an up-to-date OpenSSL.`] : []),
    ...(sha1 ? [sha1] : []),
    ...identityFaults(request),
    ...lengthFaults(request),
  ];
  if (faults.length > 0) return { faults: [...faults, ...newFaults] };
  return { csr: csrOf(request), newFaults, warnings: found.warnings };
}

async function oldFaults(request: CertificateRequest, { isKeyGood } = { isKeyGood: true }): Promise<string[]> {
  const { faults, newFaults } = inspectKey(request);
  // With a key that is no good the signature cannot be looked at: it is no second fault.
  const isSound = isKeyGood && faults.length === 0 && newFaults.length === 0;
  const signature = isSound ? await signatureFaults(request) : [];
  const [commonName = ""] = commonNames(request);
  const nameless =
    commonName.trim() === ""
      ? [
          "The CSR has no common name (CN); eNom takes the domain from it. Make the CSR with one, such as CN=shop.example.com.",
        ]
      : [];
  const names = dnsNames(request).filter((name, i) => i > 0 || name !== "");
  return [...faults, ...signature, ...nameless, ...names.flatMap((name) => hostNameFault(name) ?? [])];
}

/** Of the form that is sent. */
function lengthFaults({ pem }: CertificateRequest): string[] {
  if (pem.length <= LONGEST_PEM) return [];
  return [
    `The CSR is longer than ${LONGEST_PEM} characters, eNom's limit: it has ${pem.length}. Make one with a smaller key or without needless extensions.`,
  ];
}

function csrOf(request: CertificateRequest): Csr {
  const { pem, publicKey } = request;
  const names = dnsNames(request);
  return { pem, domain: names[0] ?? "", names, publicKey, subject: subjectOf(request) };
}

function subjectOf(request: CertificateRequest): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const relative of request.subject) {
    for (const [name, values] of Object.entries(relative)) fields[name] ??= values[0] ?? "";
  }
  return fields;
}

/** The subject alone, of a CSR that may be wrong otherwise; empty where it cannot be read. */
export function readSubject(text: string): Csr["subject"] {
  const request = parseRequest(text);
  if (typeof request === "string") return {};
  try {
    return subjectOf(request);
  } catch {
    return {};
  }
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
