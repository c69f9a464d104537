// What is said of a DNS record or a file that the owner of a domain was asked to publish.
import type { CertificateRecord } from "../../../shared/certificate/record.ts";
import { timeText } from "../table.ts";

/** What Certfleet itself found of the DNS record or the file. Empty for e-mail, and where nothing was asked. */
export function proofSeen({ validation: { dns, file, proof, pendingSince } }: CertificateRecord): string {
  if (pendingSince === null || (!dns && !file)) return "";
  const what = dns ? "record" : "file";
  if (!proof) return `Whether the ${what} is there was not looked for.`;
  const words = {
    there: `The ${what} is there`,
    other: `The ${what} has another value`,
    missing: `The ${what} is not there`,
    unknown: `Whether the ${what} is there could not be seen`,
  };
  return `${words[proof.found]} (looked at ${timeText(proof.at)}: ${proof.detail}).`;
}

/** What the owner of the domain must do; whom the order waits for, where that is done. */
export function waitsFor({ terms, validation }: CertificateRecord): string {
  if (validation.approvedAt) return "the certificate authority to issue it: the domain's owner has approved";
  if (validation.dns)
    return `the domain's owner to publish the DNS record ${validation.dns.name} ${validation.dns.type} ${validation.dns.value}`;
  if (validation.file) return `the domain's owner to publish ${validation.file.url}`;
  if (terms.approver.method === "email")
    return `${terms.approver.email} to approve in the mail from the certificate authority`;
  return `eNom to show how to prove the domain by ${terms.approver.method}`;
}
