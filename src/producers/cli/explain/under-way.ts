// How an order that is under way is told: at which step it is, and when the fleet looks again.

import type { Certificate } from "../../../shared/certificate/certificate.ts";
import type { CertificateRecord } from "../../../shared/certificate/record.ts";
import { timeText } from "../table.ts";
import { ended } from "./conclusion.ts";
import { proofSeen, waitsFor } from "./proof.ts";
import type { Surroundings } from "./surroundings.ts";

/** The steps to a certificate. Of one that something else holds it is not said that Certfleet acts, or waits for eNom. */
export function underWay({ state, record }: Certificate, isHeld: boolean): string {
  const step = (where: string, what: string): string => (isHeld ? where : `${where} ${what}`);
  if (state === "APPROVED") return "The order is accepted. Nothing is bought for it yet.";
  if (state === "BUYING") return step("Its slot is being bought.", "Certfleet waits for eNom's answer.");
  if (state === "OWNED" || state === "CONFIGURING")
    return step("Its slot is bought.", "Certfleet sends CSR and contacts to eNom.");
  if (!record.submittedAt)
    return step("Its slot is configured.", "The order is being sent to the certificate authority.");
  return `Since ${timeText(record.validation.pendingSince ?? record.submittedAt)} it waits for ${waitsFor(record)}. ${proofSeen(record)}`.trim();
}

/** Issued, and nothing that a web server could work with; nobody is at fault yet. */
export function notWhole(why: string): string {
  return `eNom shows the certificate as issued. It is not delivered yet: ${ended(why)}`;
}

export function notYet({ undelivered }: CertificateRecord): string {
  return undelivered ? notWhole(undelivered.why) : "";
}

export function reissuing(
  { number, state, requestedAt, reason, lane }: NonNullable<CertificateRecord["reissue"]>,
  isApproved: boolean,
): string {
  const asked = `Reissue ${number} was requested at ${timeText(requestedAt)} (${reason})`;
  if (state === "requested") return `${asked} and will be sent to eNom.`;
  if (state === "sending") return `${asked}. Certfleet checks whether eNom accepted it.`;
  if (state === "asked")
    return `${asked}. The department does it by hand, ${lane === "portal" ? "in the CA's portal" : "through eNom's support"}. Certfleet fetches the new certificate when it is issued.`;
  const owner = isApproved ? "has approved" : "may have to approve again";
  return `${asked} and sent to eNom. The new certificate is not issued yet; the domain's owner ${owner}.`;
}

/** When the fleet looks again; when that time is past, what to check. */
export function goesOn(
  { record }: Certificate,
  now: Date,
  { troubles, asleep, ahead = 0 }: Pick<Surroundings, "troubles" | "asleep" | "ahead">,
): string {
  const next = record.nextLookAt;
  if (next && new Date(next) > now)
    return `Certfleet checks again at ${timeText(next)} (${inWords(new Date(next).getTime() - now.getTime())}).`;
  if (ahead > 0)
    return `It waits for its turn. About ${ahead} ${ahead === 1 ? "order" : "orders"} of the same customer will be taken before it; customers take turns, so nobody else's bulk stands before it.`;
  const queue = record.reissue && !record.wish ? "reissue" : "open";
  if (troubles.some(({ code, about }) => code === "queue-paused" && about === queue))
    return `It is due now, and waits in the queue ${queue}, which is paused.`;
  if (asleep.includes(queue)) return `It is due now, and waits for a worker of the queue ${queue}.`;
  return `It is due now. A worker takes it within seconds. If none does, run "certfleet health ${queue}".`;
}

function inWords(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  const relative = new Intl.RelativeTimeFormat("en");
  if (minutes < 1) return "in less than a minute";
  if (minutes < 120) return relative.format(minutes, "minute");
  return minutes < 2 * 1_440
    ? relative.format(Math.round(minutes / 60), "hour")
    : relative.format(Math.round(minutes / 1_440), "day");
}
