// One certificate slot as the pretended eNom knows it, and how its status moves with time.
import { type CatalogueProduct, getCatalogueProduct } from "./catalogue.ts";
import type { Settings } from "./settings.ts";

/** A slot never changes; the books hold the newest one. Times are ISO, UTC. */
export interface Slot {
  readonly certId: number;
  readonly orderId: number;
  readonly orderDetailId: number;
  readonly service: string;
  readonly prodType: number;
  readonly years: number;
  /** What the whole term cost. */
  readonly priceCents: number;
  readonly orderedAt: string;
  /** End of the paid term: it runs from the purchase, not from the issue. */
  readonly endsAt: string;
  readonly statusId: StatusId;
  /** Since when the slot has this status. */
  readonly since: string;
  readonly configuration?: Configuration | undefined;
  readonly submission?: Submission | undefined;
  /** A reissue that the CA has not finished. */
  readonly reissue?: { readonly csr: string; readonly at: string } | undefined;
  /** All certificates of this slot, the current one last. */
  readonly issues: readonly Issue[];
}

export interface Configuration {
  readonly csr: string;
  readonly domain: string;
  readonly webServerType: number;
  /** As they came, by lower-cased parameter name (`adminfname`). */
  readonly contacts: Readonly<Record<string, string>>;
}

export interface Submission {
  readonly geoTrustOrderId: number;
  readonly approverEmail: string;
  readonly method: "Email" | "File" | "DNS";
  /** The random text the owner publishes; empty with `Email`. */
  readonly proof: string;
  /** How often the approver was written to, the first mail included. */
  readonly approverMails: number;
}

export interface Issue {
  readonly csr: string;
  readonly issuedAt: string;
  /** Signed when somebody first asks for it. */
  readonly pem?: string;
}

export type StatusId = 1 | 2 | 4 | 6 | 7 | 8 | 9 | 10;

/** Texts of the status numbers. (eNom API, CertGetCerts, CertStatusID) */
export const STATUS_TEXTS: Record<StatusId, string> = {
  1: "Awaiting Configuration",
  2: "Processing",
  4: "Certificate Issued",
  6: "Rejected by Customer",
  7: "Refunded - No Cert Issued",
  8: "Refunded - Cert Issued",
  9: "Approval email sent",
  10: "Approved by Domain Owner",
};

export function productOf(slot: Slot): CatalogueProduct {
  return getCatalogueProduct(slot.prodType);
}

/** The slot as it stands at `now`: every step that fell due since it was last looked at, each dated when it fell due. */
export function asOf(now: Date, slot: Slot, settings: Settings): Slot {
  let current = slot;
  for (;;) {
    const next = nextStep(current, settings);
    if (next === undefined || next.due > now || next.due >= new Date(slot.endsAt)) return current;
    current = next.slot;
  }
}

interface Step {
  due: Date;
  slot: Slot;
}

function nextStep(slot: Slot, settings: Settings): Step | undefined {
  const { timings } = settings;
  if (slot.reissue !== undefined) return ownersStep(slot, slot.reissue.at, timings.reissueMs, settings, reissued);
  if (slot.statusId === 2) return ownersStep(slot, slot.since, timings.processingMs, settings, issued);
  if (slot.statusId === 9) return ownersStep(slot, slot.since, timings.ownerMs, settings, approved);
  if (slot.statusId === 10) return step(slot, new Date(slot.since), timings.issueMs, issued);
  return undefined;
}

/** A step that waits for the domain's owner, who may have been silent until lately. */
function ownersStep(
  slot: Slot,
  from: string,
  ms: number,
  { owner, ownerSince }: Settings,
  done: Moved,
): Step | undefined {
  if (owner === "silent") return undefined;
  const begin = new Date(Math.max(Date.parse(from), ownerSince.getTime()));
  return step(slot, begin, ms, owner === "approves" ? done : refused);
}

type Moved = (slot: Slot, at: string) => Slot;

function step(slot: Slot, begin: Date, ms: number, moved: Moved): Step {
  const due = new Date(begin.getTime() + ms);
  return { due, slot: moved(slot, due.toISOString()) };
}

const approved: Moved = (slot, at) => ({ ...slot, statusId: 10, since: at });

const issued: Moved = (slot, at) => ({
  ...slot,
  statusId: 4,
  since: at,
  issues: [...slot.issues, { csr: slot.configuration?.csr ?? "", issuedAt: at }],
});

const reissued: Moved = (slot, at) => ({
  ...slot,
  statusId: 4,
  since: at,
  reissue: undefined,
  issues: [...slot.issues, { csr: slot.reissue?.csr ?? "", issuedAt: at }],
});

/** A refused first issue is lost; a refused reissue leaves the certificate that is there. */
const refused: Moved = (slot, at) => ({
  ...slot,
  statusId: slot.reissue === undefined ? 6 : 4,
  since: at,
  reissue: undefined,
});
