// One certificate of an account as eNom shows it, read for a record of ours: the certificate itself, its key and chain, its
// term. What is odd is said in a sentence each; only what no record can be made of is left out.

import { canonicalKey, csrHash, readCsr } from "../../../shared/certificate/csr.ts";
import type { Approver } from "../../../shared/certificate/order.ts";
import { findProductOfType, type Product } from "../../../shared/certificate/products.ts";
import type { Issue } from "../../../shared/certificate/record.ts";
import { hasKey } from "../../../shared/delivery/leaf.ts";
import { certificatesFrom, type Certificate as X509 } from "../../../shared/delivery/x509.ts";
import type { Trust } from "../../delivery/trust.ts";
import type { CertDetail } from "../../enom/commands/commands.ts";
import type { ShownContacts } from "../../enom/commands/contacts-shown.ts";
import { wholeChain } from "../../order/issued-certificate.ts";
import { approverOf, type People, peopleOf } from "./people-shown.ts";

/** What becomes a record. */
export interface Reading extends Omit<People, "odd"> {
  certId: number;
  orderId: number | null;
  product: Product;
  years: number;
  boughtAt: Date;
  domain: string;
  /** Empty where eNom shows none that can be read. */
  csr: string;
  issue: Issue;
  approver: Approver;
}

export type Read = { reading: Reading; odd: string[] } | { none: string };

/** eNom's statuses of a certificate that was issued; the last two are of eNom's own hosting. */
const ISSUED = new Set([4, 12, 13]);

export function isIssuedStatus(statusId: number | null): boolean {
  return statusId !== null && ISSUED.has(statusId);
}

/** Why nothing is made of it, from its status alone; undefined where it was issued. */
export function whyNotIssued({
  statusId,
  statusText,
}: {
  statusId: number | null;
  statusText: string;
}): string | undefined {
  if (isIssuedStatus(statusId)) return undefined;
  const shown = `status ${statusId ?? "that cannot be read"}${statusText ? ` (${statusText})` : ""}`;
  const rest = "Finish it where it was begun, then import again";
  switch (statusId) {
    case 1:
      return `${shown}: paid, and not with the certificate authority yet. ${rest}`;
    case 6:
      return `${shown}: the approver refused it. ${rest}`;
    case 2:
    case 9:
    case 10:
      return `${shown}: not issued yet. ${rest}`;
    case 7:
    case 8:
      return `${shown}: eNom has given the money back. It serves nobody`;
    default:
      return `${shown} is not known here: ask eNom what it means`;
  }
}

/** Downloads a missing issuer of a certificate that still serves; of one that has ended nobody needs the chain. */
export async function readCertificate(
  detail: CertDetail & { contacts: ShownContacts },
  { trust, now, department }: { trust: Trust; now: Date; department: string | undefined },
): Promise<Read> {
  const why = whyNotIssued(detail);
  if (why !== undefined) return { none: why };
  const product = findProductOfType(detail.prodType);
  if (!product)
    return {
      none: `ProdType ${detail.prodType || "that cannot be read"} is no product known here: add it under products: in certfleet.yaml`,
    };
  const sent = certificatesFrom([detail.certificatePem ?? "", ...detail.intermediatesPem]);
  const request = await csrOf(detail.csr);
  const picked = leafOf(sent, request?.publicKey);
  if (!picked) return { none: "eNom shows it as issued and sends no certificate that can be read" };
  const { leaf, isOfCsr } = picked;
  const odd: string[] = [];
  if (detail.statusId !== 4)
    odd.push(`status ${detail.statusId} (${detail.statusText}): eNom's own hosting has it installed, or will`);
  if (!request)
    odd.push(
      "eNom shows no CSR that can be read: its next reissue needs one (certfleet certificate reissue REF --csr)",
    );
  else if (!isOfCsr)
    odd.push("the certificate has another key than the CSR that eNom shows: it was reissued elsewhere");
  const domain = domainOf(detail.domain, leaf);
  if (domain.odd !== undefined) odd.push(domain.odd);
  const term = termOf(detail, leaf);
  odd.push(...term.odd);
  const isOver = leaf.to <= now.getTime();
  const at = isOver ? new Date(leaf.to - 1_000) : now;
  const chain = await wholeChain(leaf, { sent, trust: isOver ? { ...trust, download: undefined } : trust, now: at });
  if ("missing" in chain && !isOver) odd.push(`its chain is not whole: ${chain.missing}`);
  const people = peopleOf(detail.contacts, { product, subject: request?.subject ?? {}, department });
  const csr = request?.pem ?? "";
  const links = "links" in chain ? chain.links : [];
  const warnings = "links" in chain ? chain.warnings : [];
  return {
    odd: [...odd, ...people.odd],
    reading: {
      ...{ certId: detail.certId, orderId: detail.orderId, product, csr, domain: domain.name },
      ...{ years: term.years, boughtAt: term.boughtAt, contacts: people.contacts, customer: people.customer },
      approver: approverOf({ ...detail, domain: domain.name }, product),
      issue: {
        serialNumber: leaf.serialNumber,
        notBefore: new Date(leaf.from).toISOString(),
        notAfter: new Date(leaf.to).toISOString(),
        pem: [leaf, ...links].map(({ x509 }) => x509.toString()).join(""),
        csrHash: csrHash(csr),
        ...(warnings.length > 0 && { warnings }),
      },
    },
  };
}

/** Some clients send the bare base64, and eNom shows it as it came. */
async function csrOf(text: string) {
  const isBare = text !== "" && !text.includes("-----BEGIN");
  const pem = isBare
    ? `-----BEGIN CERTIFICATE REQUEST-----\n${text.trim()}\n-----END CERTIFICATE REQUEST-----\n`
    : text;
  const read = await readCsr(pem);
  return "faults" in read ? undefined : read;
}

/** The newest with the key of the CSR, else the newest that is no certificate of an authority. */
function leafOf(sent: readonly X509[], publicKey: Buffer | undefined): { leaf: X509; isOfCsr: boolean } | undefined {
  const newest = (of: readonly X509[]): X509 | undefined => [...of].sort((a, b) => b.from - a.from || b.to - a.to)[0];
  const key = publicKey && canonicalKey(publicKey);
  const ours = key && newest(sent.filter((each) => hasKey(each, key)));
  if (ours) return { leaf: ours, isOfCsr: true };
  const leaf = newest(sent.filter(({ x509 }) => !x509.ca));
  return leaf && { leaf, isOfCsr: false };
}

/** eNom's own name of it where the certificate covers that, else the first that the certificate has. */
function domainOf(shown: string, leaf: X509): { name: string; odd?: string } {
  const common = /^CN=(.+)$/m.exec(leaf.x509.subject)?.[1]?.toLowerCase();
  const names = leaf.names.length > 0 ? leaf.names : common === undefined ? [] : [common];
  if (shown !== "" && names.includes(shown)) return { name: shown };
  const first = common !== undefined && names.includes(common) ? common : names[0];
  if (first === undefined) return { name: shown, odd: "the certificate names no domain" };
  if (shown === "") return { name: first };
  return { name: first, odd: `eNom says ${shown}, and the certificate is for ${names.slice(0, 5).join(", ")}` };
}

/** eNom's days are its own local ones; what it does not show is counted from what is known. */
function termOf(
  { orderDate, expirationDate, validityMonths }: Pick<CertDetail, "orderDate" | "expirationDate" | "validityMonths">,
  leaf: X509,
): { boughtAt: Date; years: number; odd: string[] } {
  const odd: string[] = [];
  const years = Math.max(1, Math.round(validityMonths / 12));
  if (validityMonths < 12 || validityMonths % 12 !== 0)
    odd.push(`its term of ${validityMonths || "unknown"} months is no whole number of years: counted as ${years}`);
  const bought = timeOf(orderDate);
  if (expirationDate === null) odd.push("the end of its term cannot be read");
  if (bought && bought.getTime() <= leaf.from + DAYS_APART_MS) return { boughtAt: bought, years, odd };
  const ends = timeOf(expirationDate);
  const counted = ends && new Date(Date.UTC(ends.getUTCFullYear() - years, ends.getUTCMonth(), ends.getUTCDate()));
  const boughtAt = counted && counted.getTime() <= leaf.from + DAYS_APART_MS ? counted : new Date(leaf.from);
  const by = boughtAt === counted ? "the end of its term" : "the beginning of its certificate";
  odd.push(
    `the day of its purchase ${bought ? `(${bought.toISOString().slice(0, 10)}) is behind its certificate` : "cannot be read"}: counted from ${by}, ${boughtAt.toISOString().slice(0, 10)}`,
  );
  return { boughtAt, years, odd };
}

const DAYS_APART_MS = 2 * 86_400_000;

function timeOf(local: string | null): Date | null {
  if (local === null) return null;
  return new Date(local.length === 10 ? `${local}T00:00:00Z` : `${local}Z`);
}
