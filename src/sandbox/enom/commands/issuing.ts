// Signs what the CA has granted, with the lifetime that the rules of the day allow.

import { limitsAt } from "../../../shared/subscription/limits.ts";
import { objectionsTo } from "../../ca/objections.ts";
import { findSigningRequest } from "../../ca/signing-request.ts";
import { isRefunded } from "../books/books.ts";
import { playOf } from "../books/plays.ts";
import type { Issue, Slot } from "../books/slot.ts";
import type { Refusal } from "../wire/answer.ts";
import { refusals } from "../wire/refusals.ts";
import type { Office } from "./office.ts";

/** Why the CA does not take a request that eNom could read, as eNom passes it on; undefined when it does. */
export async function refusalOfCa(csr: string): Promise<Refusal | undefined> {
  const request = await findSigningRequest(csr);
  const texts = request === undefined ? ["[KEY_CHECK_FAILED](csr): [unreadable]"] : objectionsTo(request);
  return texts.length === 0 ? undefined : refusals("304397", texts);
}

/** @throws RangeError the CA refuses it, with its reasons */
export async function assertGranted(csr: string): Promise<void> {
  const refusal = await refusalOfCa(csr);
  if (refusal !== undefined) throw new RangeError(refusal.texts.join("; "));
}

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
  const lifetime = { notBefore, days, until: new Date(slot.endsAt) };
  const csr = playOf(slot) === "wrong-cert" ? await ca.exchangeKey(issue.csr) : issue.csr;
  const signed = { ...issue, pem: await ca.issue(csr, lifetime) };
  // Read again: the slot may have moved on while the CA was signing.
  const latest = books.findSlot(slot.certId) ?? slot;
  books.put({ ...latest, issues: latest.issues.map((other) => (other === issue ? signed : other)) });
  return signed;
}
