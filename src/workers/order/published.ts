// What the fleet itself sees of a DNS record or a file that an owner was asked to publish, kept where people look.

import type { Certificate } from "../../shared/certificate/certificate.ts";
import { type CertificateRecord, withEvent } from "../../shared/certificate/record.ts";
import type { OrderNeeds } from "./needs.ts";

const WORDS = {
  there: "it is there",
  other: "something else is there",
  missing: "it is not there",
  unknown: "nobody could tell",
} as const;

/** The record with what was found just now. Nothing is decided by it: a look that fails keeps no order waiting. */
export async function lookedFor(
  record: CertificateRecord,
  { order }: Pick<Certificate, "order">,
  needs: OrderNeeds,
): Promise<CertificateRecord> {
  const { validation } = record;
  const { dns, file, proof: before } = validation;
  if (!needs.lookForProof || validation.pendingSince === null || (!dns && !file)) return record;
  const apiUrl = needs.accounts.find(record.account ?? "")?.entry.apiUrl ?? "";
  const seen = await needs.lookForProof({ domain: order.domain, dns, file }, apiUrl);
  if (!seen) return record;
  const now = needs.clock.now();
  const next = { ...record, validation: { ...validation, proof: { ...seen, at: now.toISOString() } } };
  if (seen.found === before?.found) return next;
  return withEvent(next, now, "validation.seen", `${WORDS[seen.found]}: ${seen.detail}`);
}
