// The road of an order, one step at a time: each step has one effect and is saved before the next is taken.
import type { Certificate } from "../../shared/certificate.ts";
import { Refused, Unavailable, Uncertain } from "../../shared/errors.ts";
import type { Outcome } from "../outcome.ts";
import { buy } from "./buy.ts";
import { configure } from "./configure.ts";
import { hold, waitOut } from "./hold.ts";
import { look } from "./look.ts";
import type { OrderNeeds } from "./needs.ts";
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
  let certificate = await needs.certificates.find(reference);
  if (!certificate) throw new Refused(`no order ${reference} is known here`);
  for (;;) {
    const went = await take(nextStep(certificate), certificate, needs);
    if (isOutcome(went)) return went;
    certificate = went;
  }
}

function nextStep({ state, record }: Certificate): Step {
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
    case "REFUSED":
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
    const fresh = (await needs.certificates.find(certificate.order.reference)) ?? certificate;
    if (error instanceof Refused) return hold(fresh, { code: codeOf(error), message: error.message }, needs);
    if (error instanceof Unavailable) return waitOut(fresh, error.message, needs, error.retryAfterSeconds);
    if (error instanceof Uncertain) return waitOut(fresh, error.message, needs, needs.pace.settleSeconds / 20);
    const message = error instanceof Error ? error.message : String(error);
    if ((fresh.record.trouble?.count ?? 0) < MOST_FAULTS) await waitOut(fresh, message, needs);
    else await hold(fresh, { code: "internal-error", message }, needs);
    throw error;
  }
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
