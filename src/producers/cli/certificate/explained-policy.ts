// What the policy does next with a valid certificate, as a sentence.

import { utcDate } from "../../../shared/base/dates.ts";
import { type Certificate, paidEnd, policyOf } from "../../../shared/certificate/certificate.ts";
import { nextDue } from "../../../shared/certificate/projection.ts";
import type { Due } from "../../../shared/subscription/due.ts";
import type { PolicyFor } from "../../../shared/subscription/policy.ts";

const NEXT: Readonly<Record<Due["kind"], (day: string) => string>> = {
  reissue: (day) => `it is reissued from ${day} on`,
  renew: (day) => `the next term is bought from ${day} on, and the certificate with it`,
  remind: (day) => `the customer is reminded on ${day}; nothing is reissued by itself`,
  "tell-of-renewal": (day) => `the department is told on ${day} that the next term must be bought`,
};

export function nextByPolicy(certificate: Certificate, policyFor: PolicyFor, now: Date): string {
  const { mode, source } = policyOf(certificate, policyFor);
  const due = nextDue(certificate, policyFor, now);
  const says = `By its policy (${mode}, from ${source})`;
  if (due) return `${says} ${NEXT[due.kind](utcDate(due.at))}.`;
  const { issue } = certificate.record;
  const ends = paidEnd(certificate);
  if (issue && ends && new Date(issue.notAfter) >= new Date(ends.getTime() - 3_600_000))
    return `It is the last of the paid term, which ends on ${utcDate(ends)}.`;
  return `${says} nothing more is done.`;
}
