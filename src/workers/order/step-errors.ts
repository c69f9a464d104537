// What a step that failed means: the three errors say what to do next, and anything else is a fault of ours.

import { type AttentionCode, attentionOf } from "../../shared/base/codes.ts";
import { forOrder } from "../../shared/base/current-order.ts";
import { Refused, Unavailable, Uncertain } from "../../shared/base/errors.ts";
import type { Certificate } from "../../shared/certificate/certificate.ts";
import { type CertificateRecord, withEvent } from "../../shared/certificate/record.ts";
import type { Outcome } from "../runtime/outcome.ts";
import { loadOrder } from "./load.ts";
import type { OrderNeeds } from "./needs.ts";
import { raiseAttention, retryLater } from "./waiting.ts";

/** A fault of our own that shows so often in a row is not deployed away soon: a person looks. */
const MOST_FAULTS = 5;

/** Turns the three errors into what is to be done next; everything else is a bug, counted and shown. */
export async function handleStepError<T>(
  step: () => Promise<T>,
  reference: string,
  needs: OrderNeeds,
): Promise<T | Outcome> {
  try {
    return await forOrder(reference, step);
  } catch (error) {
    // No trouble: what the other one saved stands, with the time at which it wants the order looked at.
    if (error instanceof Unavailable && error.code === "changed-meanwhile")
      return { waitSeconds: 1, because: error.message };
    const now = await loadOrder(reference, needs);
    if (error instanceof Refused) return raiseAttention(now, { code: codeOf(error), message: error.message }, needs);
    if (error instanceof Unavailable) {
      const code = attentionOf(error);
      return code === undefined
        ? retryLater(now, error, needs)
        : raiseAttention(now, { code, message: error.message }, needs);
    }
    if (error instanceof Uncertain)
      return retryLater(now, { message: error.message, retryAfterSeconds: needs.ledger.settleMs / 20_000 }, needs);
    const message = error instanceof Error ? error.message : String(error);
    if ((now.record.trouble?.count ?? 0) < MOST_FAULTS) await retryLater(now, { message }, needs);
    else
      await raiseAttention(
        { ...now, record: withoutWish(now, message, needs) },
        { code: "internal-error", message },
        needs,
      );
    throw error;
  }
}

/** A request that meets a bug again and again makes room for the next one. */
function withoutWish({ record }: Certificate, why: string, { clock }: OrderNeeds): CertificateRecord {
  return record.wish ? withEvent({ ...record, wish: null }, clock.now(), "decision.refused", why) : record;
}

/** What a refusal is to the operator; without a kind of its own it is eNom's. */
export function codeOf(refused: Refused): AttentionCode {
  const code = attentionOf(refused) ?? "enom-refused";
  return refused.question !== undefined && code === "enom-refused" ? "enom-question-refused" : code;
}
