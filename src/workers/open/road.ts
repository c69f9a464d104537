// The road of an order, one step at a time: each step has one effect and is saved before the next is taken.
import { type Certificate, isParkedAndTold } from "../../shared/certificate.ts";
import type { Outcome } from "../outcome.ts";
import { buy } from "./buy.ts";
import { configure } from "./configure.ts";
import { tellEnd } from "./ended.ts";
import { fresh } from "./fresh.ts";
import { guard } from "./guard.ts";
import { look } from "./look.ts";
import type { OrderNeeds } from "./needs.ts";
import { askPerson } from "./parked.ts";
import { submit } from "./submit.ts";
import { tellIssued, tellOwner } from "./tell.ts";
import { grant } from "./wishes.ts";

/** A step answers with the certificate it saved (go on), or with an outcome (leave). */
export type Step = (certificate: Certificate, needs: OrderNeeds) => Promise<Certificate | Outcome>;

/**
 * Takes an order as far as it goes now. May run twice at once and be killed anywhere: money is guarded by the ledger's
 * scripts, the record by its version, everything else may be done again.
 */
export async function openCertificate(reference: string, needs: OrderNeeds): Promise<Outcome> {
  let certificate = await fresh(reference, needs);
  for (;;) {
    const step = nextStep(certificate);
    const current = certificate;
    const went = await guard(() => step(current, needs), reference, needs);
    if (isOutcome(went)) return went;
    certificate = went;
  }
}

function nextStep(certificate: Certificate): Step {
  const { state, record } = certificate;
  if (record.wish) return grant;
  switch (state) {
    case "APPROVED":
    case "BUYING":
      return buy;
    case "OWNED":
    case "CONFIGURING":
      return configure;
    case "CONFIGURED":
      if (!record.submittedAt) return submit;
      if (!record.instructed) return tellOwner;
      if (!record.issue || record.renewal) return look;
      return record.toldSerial === record.issue.serialNumber ? leave : tellIssued;
    case "PARKED":
      return isParkedAndTold(certificate) ? leave : askPerson;
    case "REFUSED":
      return record.failure ? leave : tellEnd;
    case "CANCELLED":
      return leave;
  }
}

const leave: Step = async () => "done";

export function isOutcome(value: Certificate | Outcome): value is Outcome {
  return value === "done" || "waitSeconds" in value;
}
