// The road of an order, one step at a time: each step has one effect and is saved before the next is taken.
import { type Certificate, type CertificateRecord, isParkedAndTold, withEvent } from "../../shared/certificate.ts";
import { Refused, Unavailable, Uncertain } from "../../shared/errors.ts";
import type { Outcome } from "../outcome.ts";
import { buy } from "./buy.ts";
import { configure } from "./configure.ts";
import { tellEnd } from "./ended.ts";
import { fresh } from "./fresh.ts";
import { hold, waitOut } from "./hold.ts";
import { look } from "./look.ts";
import type { OrderNeeds } from "./needs.ts";
import { askPerson } from "./parked.ts";
import { submit } from "./submit.ts";
import { tell } from "./tell.ts";
import { grant } from "./wishes.ts";

/** A step answers with the certificate it saved (go on), or with an outcome (leave). */
export type Step = (certificate: Certificate, needs: OrderNeeds) => Promise<Certificate | Outcome>;

/** A fault of our own that shows so often in a row is not deployed away soon: a person looks. */
const MOST_FAULTS = 5;

/**
 * Takes an order as far as it goes now. May run twice at once and be killed anywhere: money is guarded by the ledger's
 * scripts, the record by its version, everything else may be done again.
 */
export async function openCertificate(reference: string, needs: OrderNeeds): Promise<Outcome> {
  let certificate = await fresh(reference, needs);
  for (;;) {
    const went = await take(nextStep(certificate), certificate, needs);
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
      if (!record.instructed) return tell;
      if (!record.issue) return look;
      return record.toldSerial === record.issue.serialNumber ? leave : tell;
    case "PARKED":
      return isParkedAndTold(certificate) ? leave : askPerson;
    case "REFUSED":
      return record.failure ? leave : tellEnd;
    case "CANCELLED":
      return leave;
  }
}

const leave: Step = async () => "done";

/** Turns the three errors into what is to be done next; everything else is a bug, counted and shown. */
async function take(step: Step, certificate: Certificate, needs: OrderNeeds): Promise<Certificate | Outcome> {
  try {
    return await step(certificate, needs);
  } catch (error) {
    const now = await fresh(certificate.order.reference, needs);
    if (error instanceof Refused) return hold(now, { code: codeOf(error), message: error.message }, needs);
    if (error instanceof Unavailable) return waitOut(now, error.message, needs, error.retryAfterSeconds);
    if (error instanceof Uncertain) return waitOut(now, error.message, needs, needs.pace.settleSeconds / 20);
    const message = error instanceof Error ? error.message : String(error);
    if ((now.record.trouble?.count ?? 0) < MOST_FAULTS) await waitOut(now, message, needs);
    else await hold({ ...now, record: withoutWish(now, message, needs) }, { code: "internal-error", message }, needs);
    throw error;
  }
}

/** A wish that meets a bug again and again makes room for the next one. */
function withoutWish({ record }: Certificate, why: string, { clock }: OrderNeeds): CertificateRecord {
  return record.wish ? withEvent({ ...record, wish: null }, clock.now(), "decision.refused", why) : record;
}

function codeOf(error: Refused) {
  switch (error.code) {
    case "enom-login-refused":
    case "enom-address-not-permitted":
    case "no-account-with-funds":
      return error.code;
    default:
      return "enom-refused";
  }
}

export function isOutcome(value: Certificate | Outcome): value is Outcome {
  return value === "done" || "waitSeconds" in value;
}
