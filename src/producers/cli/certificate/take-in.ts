// `certificate take-in`: hands in a certificate that a person fetched elsewhere, and waits for what a worker makes of it.
import type { Result } from "../../../shared/base/result.ts";
import { isResult, type Orders } from "../port/orders.ts";
import { carriedOut } from "./outcome.ts";
import { shownResult } from "./read.ts";

/**
 * Ends in `usage` with what is wrong with the file, in `conflict` when nothing can be taken in now or the worker refuses
 * it, in `unknown` when no worker carried it out in time; it stays kept then. Twice is once.
 */
export async function takeInCertificate(
  reference: string,
  pem: string,
  orders: Pick<Orders, "takeIn" | "find">,
  waitMs?: number,
): Promise<Result> {
  const seen = await orders.takeIn(reference, pem);
  if (isResult(seen)) return seen;
  if (!seen.isPending)
    return { ...shownResult(seen), note: `The customer of ${reference} has this certificate already.` };
  return carriedOut(reference, "The certificate", orders, waitMs);
}
