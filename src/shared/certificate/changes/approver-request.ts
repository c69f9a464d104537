// Another approver, another way of validation, or the approval mail again: asked for over HTTP or on the command line.
import type { Fault } from "../../base/fault.ts";
import { approverFaults } from "../../intake/approvers.ts";
import { defaultRules, type IntakeRules } from "../../intake/rules.ts";
import type { Certificate } from "../certificate.ts";
import { type ChangeAnswer, requestChange } from "../operator-request.ts";
import type { OperatorRequest } from "../record.ts";

/** The certificate with the request in its record; an address that no CA takes is refused before. */
export function requestChecked(
  certificate: Certificate,
  made: OperatorRequest,
  { now, intake = defaultRules }: { now: Date; intake?: IntakeRules | undefined },
): ChangeAnswer | { faults: Fault[] } {
  if (made.kind !== "approver" || !made.email) return requestChange(certificate, made, now);
  const faults = approverFaults(made.email, certificate.order.domain, intake);
  if (faults.length > 0) return { faults: faults.map(({ message }) => ({ field: "email", message })) };
  // The constructed addresses are lower case, and eNom may compare letter by letter.
  return requestChange(certificate, { ...made, email: made.email.toLowerCase() }, now);
}
