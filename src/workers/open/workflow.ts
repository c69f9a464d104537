// An order's way to its certificate: one switch says which step is next, and each step has one effect, which is saved before the next.

import { type Certificate, isParkedAndTold } from "../../shared/certificate/certificate.ts";
import { waitsForPurchase } from "../../shared/certificate/operator-request.ts";
import { mustAct } from "../observe/must-act.ts";
import { mailOwnerInstructions, tellIssued } from "../order/customer-mails.ts";
import { tellFailedOrder } from "../order/failed-order.ts";
import { isInDoubt, type LoadedOrder, loadOrder, withNewestAttempt } from "../order/load.ts";
import type { OrderNeeds } from "../order/needs.ts";
import { handleStepError } from "../order/step-errors.ts";
import { buy } from "../purchase/buy.ts";
import { askPerson } from "../purchase/parked.ts";
import { reconcile } from "../purchase/reconcile.ts";
import { type AnsweredPurchase, type BegunPurchase, recordAnswer, sendPurchase } from "../purchase/send.ts";
import { LEFT_TO_OTHERS, type Outcome } from "../runtime/outcome.ts";
import { settleCancelled } from "./cancel.ts";
import { checkIssuance } from "./check-issuance.ts";
import { configure } from "./configure.ts";
import { carryOutRequest } from "./operator-requests.ts";
import { submit } from "./submit.ts";

/** What a step goes on with: the order as it was saved, or a purchase that only this run can carry on. */
type InHand = Certificate | BegunPurchase | AnsweredPurchase;

/** A step answers with what the next one goes on with, or with an outcome (leave). */
type Step = (order: LoadedOrder, needs: OrderNeeds) => Promise<InHand | Outcome>;

/**
 * Takes an order as far as it goes now. May run twice at once and be killed anywhere: money is guarded by the ledger's
 * scripts, the record by its version, everything else may be done again.
 */
export async function advanceOrder(reference: string, needs: OrderNeeds): Promise<Outcome> {
  let inHand: InHand = await loadOrder(reference, needs);
  for (;;) {
    const current: InHand = inHand;
    // An answer is kept whatever happens. A purchase that was prepared and not sent is void for whoever comes next.
    if (needs.isStopping?.() && !("answer" in current)) return LEFT_TO_OTHERS;
    const result: InHand | Outcome = await handleStepError(() => takeStep(current, needs), reference, needs);
    if (isOutcome(result)) return result;
    inHand = result;
  }
}

/** A purchase that this run has begun goes on at once; everything else is decided by what is kept. */
async function takeStep(inHand: InHand, needs: OrderNeeds): Promise<InHand | Outcome> {
  if ("answer" in inHand) return recordAnswer(inHand, needs);
  if ("ticket" in inHand) return sendPurchase(inHand, needs);
  const order = await withNewestAttempt(inHand, needs);
  const step = nextStep(order);
  if (HELD_BY_OBSERVING.has(step)) await mustAct(order, needs);
  return step(order, needs);
}

function nextStep(order: LoadedOrder): Step {
  const { state, record } = order;
  if (isInDoubt(order) && (!record.wish || waitsForPurchase(record))) return reconcile;
  if (record.wish) return carryOutRequest;
  switch (state) {
    case "APPROVED":
    case "BUYING":
      return buy;
    case "OWNED":
    case "CONFIGURING":
      return configure;
    case "CONFIGURED":
      if (!record.submittedAt) return submit;
      if (!record.instructed) return mailOwnerInstructions;
      if (!record.issue || record.renewal) return checkIssuance;
      return record.toldSerial === record.issue.serialNumber ? leave : tellIssued;
    case "PARKED":
      return isParkedAndTold(order) ? leave : askPerson;
    case "REFUSED":
      return record.failure ? leave : tellFailedOrder;
    case "CANCELLED":
      return record.cancellation?.lookAt ? settleCancelled : leave;
  }
}

/** They change something at eNom, or lead to a mail to the customer. `buy` looks at each account by itself. */
const HELD_BY_OBSERVING: ReadonlySet<Step> = new Set<Step>([
  ...[configure, submit, mailOwnerInstructions, checkIssuance, tellIssued, tellFailedOrder],
]);

const leave: Step = async () => "done";

function isOutcome(value: InHand | Outcome): value is Outcome {
  return value === "done" || "waitSeconds" in value;
}
