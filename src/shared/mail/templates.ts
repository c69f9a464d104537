// The mails we can write, by name. The words of each are in `templates/<language>/<name>.{subject,txt,html}` at the
// project's root.
import { accountTrouble, balanceRestored, connectionProblem, lowBalance } from "./account-mails.ts";
import { assistedReissue, digest, operationFailed, renewalDue, shadowReport } from "./department-mails.ts";
import { emailValidationEnding } from "./email-validation-ending.ts";
import {
  certificateExpiring,
  certificateFailed,
  certificateIssued,
  certificateOrdered,
  certificateReissued,
  reissueStarted,
  remainderGivenUp,
  validationRequired,
} from "./owner-mails.ts";
import { paidSlot } from "./paid-slot.ts";
import type { Template } from "./template.ts";

/**
 * Template name → whom it is for, what it asks for (`values`), one such set for previews (`example`), and its
 * attachments, if any.
 */
export const templates = {
  "certificate-ordered": certificateOrdered,
  "validation-required": validationRequired,
  "certificate-issued": certificateIssued,
  "reissue-started": reissueStarted,
  "certificate-reissued": certificateReissued,
  "certificate-expiring": certificateExpiring,
  "remainder-given-up": remainderGivenUp,
  "certificate-failed": certificateFailed,
  "operation-failed": operationFailed,
  "assisted-reissue": assistedReissue,
  "renewal-due": renewalDue,
  "email-validation-ending": emailValidationEnding,
  "low-balance": lowBalance,
  "balance-restored": balanceRestored,
  "connection-problem": connectionProblem,
  "account-trouble": accountTrouble,
  "paid-slot": paidSlot,
  digest,
  "shadow-report": shadowReport,
} satisfies Record<string, Template>;

export type TemplateName = keyof typeof templates;

export const templateNames = Object.keys(templates) as TemplateName[];

export function isTemplate(name: string): name is TemplateName {
  return Object.hasOwn(templates, name);
}
