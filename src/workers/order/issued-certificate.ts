// Takes an issued certificate in: the leaf found by the CSR's key and checked, its chain built, completed and put in order.
import type { AttentionCode } from "../../shared/base/codes.ts";
import { canonicalKey, csrHash, readCsr } from "../../shared/certificate/csr.ts";
import type { Issue } from "../../shared/certificate/record.ts";
import { hasKey, pickLeaf } from "../../shared/delivery/leaf.ts";
import { type Certificate, certificatesFrom } from "../../shared/delivery/x509.ts";
import { buildChain, type Chain } from "../delivery/chain.ts";
import { ownTrust, type Trust } from "../delivery/trust.ts";
import type { CertDetail } from "../enom/commands/commands.ts";

/** What eNom sends, whatever element it stands in: none of the two says what it is. */
type Sent = Pick<CertDetail, "certificatePem" | "intermediatesPem">;
type Current = Pick<Issue, "serialNumber" | "notBefore">;

export interface Expected {
  csr: string;
  domain: string;
  /** The time of the look; without it the system's. */
  now?: Date;
}

/** What is not delivered, and the attention that it becomes when it stays so. */
export interface Undelivered {
  fault: string;
  code: Extract<AttentionCode, "certificate-mismatch" | "chain-incomplete">;
}

/** An issuer names its own issuer, and so on: no public chain is longer. */
const MOST_DOWNLOADS = 4;

/** The issue that eNom's detail holds, or in a sentence why it cannot be delivered. */
export async function verifyIssued(
  sent: Sent,
  { csr, domain, now = new Date() }: Expected,
  trust: Trust = ownTrust(),
): Promise<{ issue: Issue } | Undelivered> {
  const request = await readCsr(csr);
  if ("faults" in request) return { fault: request.faults.join(" "), code: "certificate-mismatch" };
  const { names } = request;
  const all = allOf(sent);
  const picked = pickLeaf(all, { publicKey: canonicalKey(request.publicKey), domain, names, now });
  if ("fault" in picked)
    return { fault: picked.fault, code: all.length === 0 ? "chain-incomplete" : "certificate-mismatch" };
  const { leaf } = picked;
  const chain = await wholeChain(leaf, { sent: all, trust, now });
  if ("missing" in chain) return { fault: chain.missing, code: "chain-incomplete" };
  return {
    issue: {
      serialNumber: leaf.serialNumber,
      notBefore: new Date(leaf.from).toISOString(),
      notAfter: new Date(leaf.to).toISOString(),
      pem: [leaf, ...chain.links].map(({ x509 }) => x509.toString()).join(""),
      csrHash: csrHash(csr),
      ...(chain.warnings.length > 0 && { warnings: chain.warnings }),
    },
  };
}

/**
 * Whether this is a certificate that came after the current one: another serial number, and not begun before it. eNom
 * may show an older one again, of a slot whose successor was found elsewhere.
 */
export function isNewer(pem: string | null, current: Current | null): boolean {
  const [leaf] = certificatesFrom([pem ?? ""]);
  return leaf !== undefined && isAfter(leaf, current);
}

/**
 * What eNom sends without the leaves that are not newer than the current one; undefined where no new leaf is left. With
 * a `csr`, what carries its key is a leaf, too, whatever it says of itself.
 */
export async function newerSent(sent: Sent, current: Current | null, csr?: string): Promise<Sent | undefined> {
  const request = csr === undefined ? undefined : await readCsr(csr);
  const key = request && "publicKey" in request ? canonicalKey(request.publicKey) : undefined;
  const isLeaf = (each: Certificate): boolean => !each.x509.ca || (key !== undefined && hasKey(each, key));
  const kept = allOf(sent).filter((each) => !isLeaf(each) || isAfter(each, current));
  if (!kept.some(isLeaf)) return undefined;
  return { certificatePem: null, intermediatesPem: kept.map(({ x509 }) => x509.toString()) };
}

function allOf({ certificatePem, intermediatesPem }: Sent): Certificate[] {
  return certificatesFrom([certificatePem ?? "", ...intermediatesPem]);
}

function isAfter({ serialNumber, from }: Certificate, current: Current | null): boolean {
  if (serialNumber === current?.serialNumber) return false;
  return current === null || from >= new Date(current.notBefore).getTime();
}

/** From what was sent and is known; what is missing then is downloaded, where that is allowed. */
export async function wholeChain(
  leaf: Certificate,
  { sent, trust, now }: { sent: readonly Certificate[]; trust: Trust; now: Date },
): Promise<Chain> {
  const { roots, intermediates, download } = trust;
  const candidates = [...sent.filter(({ id }) => id !== leaf.id), ...intermediates];
  for (let downloads = 0; ; downloads++) {
    const chain = buildChain(leaf, { candidates, roots, now });
    const isWhole = "links" in chain && !chain.warnings.some(({ code }) => code === "unknown-root");
    if (isWhole || !download || downloads === MOST_DOWNLOADS) return chain;
    const last = "last" in chain ? chain.last : (chain.links.at(-1) ?? leaf);
    const found = (await Promise.all(last.issuerUrls.slice(0, 2).map(download))).flat();
    const fresh = found.filter(({ id }) => !candidates.some((each) => each.id === id));
    if (fresh.length === 0) return chain;
    candidates.push(...fresh);
  }
}
