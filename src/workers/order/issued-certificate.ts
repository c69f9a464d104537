// Takes an issued certificate in: parsed as X.509 (RFC 5280), its key compared with the CSR's, its chain put in order.
import { X509Certificate } from "node:crypto";
import { canonicalKey, csrHash, readCsr } from "../../shared/certificate/csr.ts";
import type { Issue } from "../../shared/certificate/record.ts";
import type { CertDetail } from "../enom/commands/commands.ts";

export interface Expected {
  csr: string;
  domain: string;
}

/** The issue that eNom's detail holds, or in a sentence why it is not the certificate that was asked for. */
export async function verifyIssued(
  detail: Pick<CertDetail, "certificatePem" | "intermediatesPem">,
  { csr, domain }: Expected,
): Promise<{ issue: Issue } | { fault: string }> {
  const leaf = parse(detail.certificatePem ?? "");
  if (!leaf) return { fault: "eNom shows the certificate as issued but does not send a readable X.509 certificate." };
  const request = await readCsr(csr);
  if ("faults" in request) return { fault: request.faults.join(" ") };
  const issuedKey = leaf.publicKey.export({ format: "der", type: "spki" });
  if (!issuedKey.equals(canonicalKey(request.publicKey))) {
    return { fault: `Certificate ${leaf.serialNumber} carries another public key than the CSR.` };
  }
  if (!covers(leaf, domain)) return { fault: `Certificate ${leaf.serialNumber} does not cover ${domain}.` };
  const chain = chainOf(leaf, detail.intermediatesPem.map(parse));
  return {
    issue: {
      serialNumber: leaf.serialNumber,
      notBefore: new Date(leaf.validFrom).toISOString(),
      notAfter: new Date(leaf.validTo).toISOString(),
      pem: [leaf, ...chain].map((each) => each.toString()).join(""),
      csrHash: csrHash(csr),
    },
  };
}

/**
 * Whether this is a certificate that came after the current one: another serial number, and not begun before it. eNom
 * may show an older one again, of a slot whose successor was found elsewhere.
 */
export function isNewer(pem: string | null, current: Pick<Issue, "serialNumber" | "notBefore"> | null): boolean {
  const leaf = parse(pem ?? "");
  if (!leaf || leaf.serialNumber === current?.serialNumber) return false;
  return current === null || new Date(leaf.validFrom) >= new Date(current.notBefore);
}

function parse(pem: string): X509Certificate | undefined {
  try {
    return new X509Certificate(pem.trim());
  } catch {
    return undefined;
  }
}

/** From the leaf upwards, each link proved by its signature. A self-signed root is left out: clients have their own. */
function chainOf(leaf: X509Certificate, sent: readonly (X509Certificate | undefined)[]): X509Certificate[] {
  const chain: X509Certificate[] = [];
  for (let below = leaf; chain.length <= sent.length; ) {
    const issuer = sent.find((each) => each && below.checkIssued(each) && below.verify(each.publicKey));
    if (!issuer || issuer.checkIssued(issuer)) break;
    chain.push(issuer);
    below = issuer;
  }
  return chain;
}

function covers(leaf: X509Certificate, domain: string): boolean {
  const names = (leaf.subjectAltName ?? "").split(/,\s*/).map((each) => each.replace(/^DNS:/, "").toLowerCase());
  return names.includes(domain);
}
