// Which of the certificates that eNom sends is the customer's, and whether a web server can work with it now.
import type { Certificate } from "./x509.ts";

export interface Wanted {
  /** DER of the CSR's SubjectPublicKeyInfo, canonical. */
  publicKey: Buffer;
  /** The order's domain: it must be in the certificate as it is written. */
  domain: string;
  /** All names that the CSR asks for. */
  names: readonly string[];
  now: Date;
}

/**
 * The one with the key of the CSR, wherever it stands among the others; of several the newest that works. Or, in a
 * sentence each, what is wrong with the best.
 */
export function pickLeaf(sent: readonly Certificate[], wanted: Wanted): { leaf: Certificate } | { fault: string } {
  if (sent.length === 0)
    return {
      fault:
        "eNom shows the certificate as issued but sends no readable certificate (CertGetCertDetail, element SSLCertificate).",
    };
  const ours = sent.filter((each) => hasKey(each, wanted.publicKey)).sort(newestFirst);
  const judged = ours.map((leaf) => ({ leaf, faults: faultsOf(leaf, wanted) }));
  const good = judged.find(({ faults }) => faults.length === 0);
  if (good) return { leaf: good.leaf };
  const [best] = judged;
  if (best) return { fault: `Certificate ${best.leaf.serialNumber} ${best.faults.join(", and it ")}.` };
  const [other] = sent.filter(({ x509 }) => !x509.ca).sort(newestFirst);
  return {
    fault: other
      ? `Certificate ${other.serialNumber} carries another public key than the CSR.`
      : "eNom sends certificates of the certificate authority only, none with the public key of the CSR.",
  };
}

/** Whether the certificate carries the key. One whose key cannot be read is nobody's. */
export function hasKey({ x509 }: Certificate, publicKey: Buffer): boolean {
  try {
    return x509.publicKey.export({ format: "der", type: "spki" }).equals(publicKey);
  } catch {
    return false;
  }
}

/** A certificate is new when it is read: this machine's clock may be behind the one of its CA. */
const CLOCKS_APART_MS = 1_800_000;

function faultsOf(leaf: Certificate, { domain, names, now }: Wanted): string[] {
  const faults: string[] = [];
  const { from, to, x509 } = leaf;
  if (to <= now.getTime()) faults.push(`ended at ${timeText(to)}`);
  if (from > now.getTime() + CLOCKS_APART_MS) faults.push(`is not valid before ${timeText(from)}`);
  if (leaf.isSelfSigned) faults.push("is signed by its own key and by no certificate authority");
  if (x509.ca) faults.push("is one of a certificate authority");
  if (!leaf.isForServers) faults.push("is not for web servers");
  const missing = missingNames(leaf.names, { domain, names });
  if (missing.length > 0) faults.push(`does not cover ${missing.join(", ")}`);
  return faults;
}

/**
 * The domain must be there as ordered: a wildcard is no certificate for one host. The others may be covered by a
 * wildcard (RFC 6125 6.4.3: the star stands for one whole label).
 */
function missingNames(covered: readonly string[], { domain, names }: Pick<Wanted, "domain" | "names">): string[] {
  const others = names.filter((name) => name !== domain);
  return [
    ...(covered.includes(domain) ? [] : [domain]),
    ...others.filter((name) => !covered.includes(name) && !covered.includes(name.replace(/^[^.]+\./, "*."))),
  ];
}

/** The later beginning, then the later end; between equals the identity, so that no order of sending decides. */
function newestFirst(a: Certificate, b: Certificate): number {
  return b.from - a.from || b.to - a.to || (a.id < b.id ? -1 : 1);
}

function timeText(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, "Z");
}
