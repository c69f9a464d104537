// A certificate that a person fetched from the CA's portal or eNom's panel is handed in. What can be known from it alone
// is checked here, before anything is kept; the worker checks it once more and builds its chain.
import type { Fault } from "../../base/fault.ts";
import { hasKey, pickLeaf } from "../../delivery/leaf.ts";
import { certificatesIn } from "../../delivery/pem.ts";
import { certificatesFrom, type Certificate as Read } from "../../delivery/x509.ts";
import { type Certificate, csrOf } from "../certificate.ts";
import { canonicalKey, readCsr } from "../csr.ts";
import { requestChange } from "../operator-request.ts";

/** A leaf and its chain have some 10 KB. */
export const MOST_PEM_CHARACTERS = 65_536;
const MOST_CERTIFICATES = 20;

export interface HandedIn {
  /** PEM blocks in any order, text around them allowed. */
  pem: string;
  who: string;
}

export type TakeInAnswer =
  | { kind: "requested"; certificate: Certificate }
  /** The customer has this very certificate already, or it was just handed in. */
  | { kind: "same" }
  | { kind: "conflict"; message: string }
  | { kind: "wrong"; faults: Fault[] };

/** The certificate with the request in its record, to be saved and enqueued; or why the one handed in is not taken. */
export async function requestTakeIn(
  certificate: Certificate,
  { pem, who }: HandedIn,
  now: Date,
): Promise<TakeInAnswer> {
  const found = await findHandedIn(certificate, pem, now);
  if (found.kind !== "new") return found;
  const { wish } = certificate.record;
  if (wish?.kind === "take-in" && wish.pem === found.pem) return { kind: "same" };
  const answer = requestChange(certificate, { kind: "take-in", pem: found.pem, who, at: now.toISOString() }, now);
  return "conflict" in answer
    ? { kind: "conflict", message: answer.conflict }
    : { kind: "requested", certificate: answer.certificate };
}

export interface NewOne {
  kind: "new";
  /** The leaf first, then what else is no customer's: strict PEM, nothing else of the file. */
  pem: string;
  leaf: Read;
  /** The CSR whose key it carries: of the reissue that waits, or of the certificate there is. */
  csr: string;
}

/** The leaf that is this order's and newer than what the customer has. Changes nothing. */
export async function findHandedIn(
  certificate: Certificate,
  text: string,
  now: Date,
): Promise<NewOne | Exclude<TakeInAnswer, { kind: "requested" }>> {
  const sent = readFile(text);
  if ("fault" in sent) return wrong(sent.fault);
  const over = conflictOf(certificate);
  if (over) return { kind: "conflict", message: over };
  const ours = await withOurKey(certificate, sent.all);
  if (!ours) return wrong(whoseKey(certificate, sent.all));
  const { issue } = certificate.record;
  if (issue && ours.leaves.some(({ serialNumber }) => serialNumber === issue.serialNumber)) {
    if (ours.leaves.every((each) => !isAfter(each, issue))) return { kind: "same" };
  }
  const newer = ours.leaves.filter((each) => !issue || isAfter(each, issue));
  if (newer.length === 0) return wrong(tooOld(ours.leaves[0], issue));
  const { domain } = certificate.order;
  const picked = pickLeaf(newer, { ...ours, domain, now });
  if ("fault" in picked) return wrong(`${picked.fault} Fetch the certificate that was issued for ${domain} last.`);
  const { leaf } = picked;
  const others = sent.all.filter((each) => each.x509.ca && !ours.leaves.includes(each));
  return { kind: "new", pem: [leaf, ...others].map(({ x509 }) => x509.toString()).join(""), leaf, csr: ours.csr };
}

const wrong = (message: string) => ({ kind: "wrong" as const, faults: [{ field: "pem", message }] });

function readFile(text: string): { all: Read[] } | { fault: string } {
  if (/PRIVATE KEY/.test(text))
    return {
      fault:
        "The file holds a private key. Nothing of it was kept. Hand in the certificates alone, and treat that key as exposed.",
    };
  if (text.length > MOST_PEM_CHARACTERS)
    return {
      fault: `The file has more than ${MOST_PEM_CHARACTERS} characters. Hand in this certificate and its chain.`,
    };
  const all = certificatesFrom(certificatesIn(text));
  if (all.length === 0)
    return {
      fault:
        "The file holds no readable certificate. Hand in PEM: blocks from BEGIN CERTIFICATE to END CERTIFICATE, the chain in any order.",
    };
  if (all.length > MOST_CERTIFICATES)
    return { fault: `The file holds ${all.length} certificates. Hand in this one and its chain.` };
  return { all };
}

function conflictOf({ record, state }: Certificate): string | undefined {
  if (state === "CANCELLED" || state === "REFUSED")
    return "The order is cancelled or refused: no certificate is taken in for it.";
  if (state !== "CONFIGURED" || (!record.submittedAt && !record.issue))
    return "The order is not at the certificate authority yet, so no certificate can have been issued for it. Hand it in once it is.";
  if (record.reissue?.state === "sending" && !record.attention)
    return "A reissue is just being sent to eNom. Try again in a minute.";
  return undefined;
}

/** The key of a reissue that waits goes first: that certificate ends it. */
async function withOurKey(
  certificate: Certificate,
  all: readonly Read[],
): Promise<{ csr: string; leaves: Read[]; publicKey: Buffer; names: readonly string[] } | undefined> {
  const { reissue } = certificate.record;
  for (const csr of [...(reissue ? [reissue.csr] : []), csrOf(certificate)]) {
    const request = await readCsr(csr);
    if ("faults" in request) continue;
    const publicKey = canonicalKey(request.publicKey);
    const leaves = all.filter((each) => hasKey(each, publicKey)).sort((a, b) => b.from - a.from);
    if (leaves.length > 0) return { csr, leaves, publicKey, names: request.names };
  }
  return undefined;
}

function whoseKey({ order, record }: Certificate, all: readonly Read[]): string {
  const csr = record.reissue ? "the CSR of the reissue or of the order" : "the order's CSR";
  const leaf = all.find(({ x509 }) => !x509.ca);
  const remedy = `Fetch the one that was issued for ${order.domain} by that CSR.`;
  return leaf
    ? `Certificate ${leaf.serialNumber} carries another public key than ${csr}. ${remedy}`
    : `The file holds certificates of the certificate authority only, none with the public key of ${csr}. ${remedy}`;
}

type Current = Certificate["record"]["issue"];

/** Another one, and not begun before it: as of what eNom shows. */
function isAfter({ serialNumber, from }: Read, issue: NonNullable<Current>): boolean {
  return serialNumber !== issue.serialNumber && from >= new Date(issue.notBefore).getTime();
}

function tooOld(leaf: Read | undefined, issue: Current): string {
  const began = leaf ? new Date(leaf.from).toISOString() : "";
  return `Certificate ${leaf?.serialNumber} began at ${began}, before ${issue?.serialNumber}, which the customer has (${issue?.notBefore}). Hand in a newer one.`;
}
