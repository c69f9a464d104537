// Signs what the CA has granted, with the lifetime that the rules of the day allow.

import { isRefunded } from "./books.ts";
import type { Office } from "./office.ts";
import type { Issue, Slot } from "./slot.ts";

/** The longest lifetime of a public TLS certificate by its day of issue, newest rule first. (CA/B Forum BR 6.3.2, SC-081v3) */
const LONGEST_LIFE = [
  { from: new Date("2029-03-15T00:00:00Z"), days: 47 },
  { from: new Date("2027-03-15T00:00:00Z"), days: 100 },
  { from: new Date("2026-03-15T00:00:00Z"), days: 200 },
];

export function longestLifeDays(issuedAt: Date): number {
  return LONGEST_LIFE.find(({ from }) => issuedAt >= from)?.days ?? 398;
}

/**
 * The certificate of a slot, signed on first sight: a status moves without anybody looking, a signature does not.
 * Undefined before the first issue and after a refund.
 */
export async function currentCertificate(slot: Slot, { books, ca }: Office): Promise<Required<Issue> | undefined> {
  const issue = slot.issues.at(-1);
  if (issue === undefined || isRefunded(slot)) return undefined;
  if (issue.pem !== undefined) return { ...issue, pem: issue.pem };
  const notBefore = new Date(issue.issuedAt);
  const days = longestLifeDays(notBefore);
  const signed = { ...issue, pem: await ca.issue(issue.csr, { notBefore, days, until: new Date(slot.endsAt) }) };
  // Read again: the slot may have moved on while the CA was signing.
  const latest = books.findSlot(slot.certId) ?? slot;
  books.put({ ...latest, issues: latest.issues.map((other) => (other === issue ? signed : other)) });
  return signed;
}
