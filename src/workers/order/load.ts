// The order as it stands now: read again behind every script of the ledger, which changes it under the record.

import { Refused } from "../../shared/base/errors.ts";
import type { Certificate, LedgerState } from "../../shared/certificate/certificate.ts";
import { type Attempt, findAttempt } from "../ledger/attempt.ts";
import type { OrderNeeds } from "./needs.ts";

/** States in which the newest purchase attempt decides what is next. Behind them the order owns a slot, or is over. */
const BEFORE_A_SLOT: ReadonlySet<LedgerState> = new Set(["APPROVED", "BUYING", "PARKED", "REFUSED"]);

/**
 * An order together with the attempt that was newest when it was read. The ledger's scripts decide anew: it may be old
 * by then.
 */
export interface LoadedOrder extends Certificate {
  /** Undefined before the first attempt, and once the order owns a slot. */
  newestAttempt: Attempt | undefined;
}

/** @throws Refused when the order is gone. */
export async function loadOrder(
  reference: string,
  { certificates }: Pick<OrderNeeds, "certificates">,
): Promise<Certificate> {
  const certificate = await certificates.find(reference);
  if (!certificate) throw new Refused(`no order ${reference} is known here`);
  return certificate;
}

export async function withNewestAttempt(
  certificate: Certificate,
  needs: Pick<OrderNeeds, "ledger">,
): Promise<LoadedOrder> {
  const { attempt, order, state } = certificate;
  const isRead = attempt > 0 && BEFORE_A_SLOT.has(state);
  return { ...certificate, newestAttempt: isRead ? await findAttempt(needs, order.reference, attempt) : undefined };
}

/**
 * A purchase was sent and its answer is not known (rule 8): nothing is bought, cancelled or refused before that is
 * settled.
 */
export function isInDoubt({ newestAttempt }: LoadedOrder): boolean {
  return newestAttempt?.state === "SENDING" || newestAttempt?.state === "UNKNOWN";
}
