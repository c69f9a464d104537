// Takes in a certificate that a person handed in: checked as one that eNom shows, and then the order goes on as if eNom
// had shown it. Asks eNom nothing, and moves no money. Twice is once: the second finds the same serial number.
import type { Certificate } from "../../shared/certificate/certificate.ts";
import { findHandedIn } from "../../shared/certificate/changes/take-in.ts";
import {
  type CertificateRecord,
  type Issue,
  type OperatorRequest,
  withEvent,
} from "../../shared/certificate/record.ts";
import { certificatesIn } from "../../shared/delivery/pem.ts";
import { verifyIssued } from "../order/issued-certificate.ts";
import type { OrderNeeds } from "../order/needs.ts";
import { validated } from "../order/validation.ts";
import type { Done } from "./decide.ts";

const EVENT = "certificate.taken-in";

export async function takeInHandedIn(
  certificate: Certificate,
  { pem }: Extract<OperatorRequest, { kind: "take-in" }>,
  needs: OrderNeeds,
): Promise<Done> {
  const now = needs.clock.now();
  const found = await findHandedIn(certificate, pem, now);
  if (found.kind === "same") return { event: EVENT, detail: "The customer has it already" };
  if (found.kind === "conflict") return { refusal: found.message };
  if (found.kind === "wrong") return { refusal: `pem: ${found.faults.map(({ message }) => message).join(" ")}` };
  const sent = { certificatePem: null, intermediatesPem: certificatesIn(found.pem) };
  const wanted = { csr: found.csr, domain: certificate.order.domain, now };
  const taken = await verifyIssued(sent, wanted, needs.trust?.());
  if ("fault" in taken) return { refusal: `pem: ${taken.fault}${remedyOf(taken.code)}` };
  const { issue } = taken;
  const validation = await validated(certificate, needs, askedAtOf(certificate));
  return {
    event: EVENT,
    detail: `Serial ${issue.serialNumber}`,
    change: (newest) => withIssue({ ...newest, validation }, { issue, csr: found.csr, now }),
  };
}

function remedyOf(code: "certificate-mismatch" | "chain-incomplete"): string {
  return code === "chain-incomplete" ? " Put that issuer's certificate into the file, too, and hand it in again." : "";
}

function askedAtOf({ record: { reissue } }: Certificate): string | null {
  return reissue?.needsOwner ? reissue.requestedAt : null;
}

/**
 * A first certificate, or the next term's, is issued; any other replaces the one there was. A reissue to another key
 * goes on beside it: that key is what was wanted.
 */
function withIssue(
  record: CertificateRecord,
  { issue, csr, now }: { issue: Issue; csr: string; now: Date },
): CertificateRecord {
  const detail = `serial ${issue.serialNumber}, valid until ${issue.notAfter}`;
  const calm = { attention: null, trouble: null, nextLookAt: null, undelivered: null, looks: 0 };
  const next = { ...record, ...calm, issue };
  if (!record.issue || record.renewal)
    return withEvent({ ...next, renewal: null, instructed: true }, now, "certificate.issued", detail);
  const { reissue } = record;
  const isEnded = reissue === null || reissue.csr === csr;
  const after = isEnded ? { reissue: null, instructed: true, issuedCsr: csr } : {};
  const again = { ...next, ...after, reissues: record.reissues + 1 };
  return withEvent(again, now, "certificate.reissued", detail);
}
