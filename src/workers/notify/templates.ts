// The mails we can write, by name. The words of each are beside this file, in `templates/<name>/<language>.{subject,text,html}.liquid`.
import { assistedReissue, emailValidationEnding, renewalDue } from "./department-mails.ts";
import { certificateExpiring, certificateIssued, validationRequired } from "./owner-mails.ts";
import type { Template } from "./template.ts";

export type { Attachment, Template } from "./template.ts";

/** Template name → what it asks for (`values`), one such set for previews (`example`), and its attachments, if it has any. */
export const templates = {
  "assisted-reissue": assistedReissue,
  "certificate-expiring": certificateExpiring,
  "certificate-issued": certificateIssued,
  "email-validation-ending": emailValidationEnding,
  "renewal-due": renewalDue,
  "validation-required": validationRequired,
} satisfies Record<string, Template>;
