// The road of an order, one step at a time: each step has one effect and is saved before the next is taken.
import { type Certificate, isParkedAndTold } from "../../shared/certificate/certificate.ts";
import { mailOwnerInstructions, tellIssued } from "../order/customer-mails.ts";
import { tellFailedOrder } from "../order/failed-order.ts";
import { loadOrder } from "../order/load.ts";
import type { OrderNeeds } from "../order/needs.ts";
import { handleStepError } from "../order/step-errors.ts";
import { buy } from "../purchase/buy.ts";
import { askPerson } from "../purchase/parked.ts";
import type { Outcome } from "../runtime/outcome.ts";
import { checkIssuance } from "./check-issuance.ts";
import { configure } from "./configure.ts";
import { carryOutRequest } from "./operator-requests.ts";
import { submit } from "./submit.ts";

/** A step answers with the certificate it saved (go on), or with an outcome (leave). */
export type Step = (certificate: Certificate, needs: OrderNeeds) => Promise<Certificate | Outcome>;

/**
 * Takes an order as far as it goes now. May run twice at once and be killed anywhere: money is guarded by the ledger's
 * scripts, the record by its version, everything else may be done again.
 */
export async function advanceOrder(reference: string, needs: OrderNeeds): Promise<Outcome> {
  let certificate = await loadOrder(reference, needs);
  for (;;) {
    const step = nextStep(certificate);
    const current = certificate;
    const result = await handleStepError(() => step(current, needs), reference, needs);
    if (isOutcome(result)) return result;
    certificate = result;
  }
}

function nextStep(certificate: Certificate): Step {
  const { state, record } = certificate;
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
      return isParkedAndTold(certificate) ? leave : askPerson;
    case "REFUSED":
      return record.failure ? leave : tellFailedOrder;
    case "CANCELLED":
      return leave;
  }
}

const leave: Step = async () => "done";

export function isOutcome(value: Certificate | Outcome): value is Outcome {
  return value === "done" || "waitSeconds" in value;
}
