// Signs what the CA has granted, with the lifetime that the rules of the day allow.

import { limitsAt } from "../../../shared/subscription/limits.ts";
import { isRefunded } from "../books/books.ts";
import type { Issue, Slot } from "../books/slot.ts";
import type { Office } from "./office.ts";

type Signed = Issue & { readonly pem: string };

/**
 * The certificate of a slot, signed on first sight: a status moves without anybody looking, a signature does not.
 * Undefined before the first issue and after a refund.
 */
export async function currentCertificate(slot: Slot, { books, ca }: Office): Promise<Signed | undefined> {
  const issue = slot.issues.at(-1);
  if (issue === undefined || isRefunded(slot)) return undefined;
  if (issue.pem !== undefined) return { ...issue, pem: issue.pem };
  const notBefore = new Date(issue.issuedAt);
  const days = limitsAt(notBefore).validityDays;
  const signed = { ...issue, pem: await ca.issue(issue.csr, { notBefore, days, until: new Date(slot.endsAt) }) };
  // Read again: the slot may have moved on while the CA was signing.
  const latest = books.findSlot(slot.certId) ?? slot;
  books.put({ ...latest, issues: latest.issues.map((other) => (other === issue ? signed : other)) });
  return signed;
}
