// Asks eNom's API for the reissue, once: what may have been sent is looked for, and never sent again by itself.

import { HOUR_MS } from "../../shared/base/dates.ts";
import { Refused, Unavailable } from "../../shared/base/errors.ts";
import type { Certificate } from "../../shared/certificate/certificate.ts";
import { csrHash } from "../../shared/certificate/csr.ts";
import { laneByHand } from "../../shared/certificate/products.ts";
import type { CertDetail } from "../enom/commands/commands.ts";
import { newerSent } from "../order/issued-certificate.ts";
import type { OrderNeeds } from "../order/needs.ts";
import { slotOf } from "../order/slot.ts";
import { pollLater, pollPause, raiseAttention } from "../order/waiting.ts";
import type { Outcome } from "../runtime/outcome.ts";
import { askDepartment } from "./by-hand.ts";
import { saveState } from "./state.ts";

/** A sending that nobody can tell of is watched so long before a person is asked. */
const WATCHED_MS = HOUR_MS;

/**
 * The note `sending` is saved before eNom is asked: a crash in between is found as doubt, and doubt reads before it
 * sends.
 */
export async function send(certificate: Certificate, needs: OrderNeeds): Promise<"on" | Outcome> {
  const { account, slot } = slotOf(certificate, needs);
  const csr = certificate.record.reissue?.csr ?? certificate.order.csr;
  const noted = await saveState(certificate, "sending", needs);
  try {
    await account.enom.reissue({ certId: slot.certId, csr });
  } catch (error) {
    if (error instanceof Refused) return refused(noted, error, needs);
    // Surely not sent: as it was before, with the trouble that it had.
    if (error instanceof Unavailable)
      await needs.certificates.save({ ...noted, record: certificate.record }, needs.clock.now());
    throw error;
  }
  await saveState(noted, "sent", needs);
  return "on";
}

/**
 * eNom's no to the reissue itself: then a person does it, in the CA's portal or by a ticket. A problem with the login
 * is tried again.
 */
async function refused(noted: Certificate, { code, message }: Refused, needs: OrderNeeds): Promise<"on" | Outcome> {
  if (code !== "enom-login-refused" && code !== "enom-address-not-permitted")
    return askDepartment(noted, { lane: laneByHand(noted.order.product), because: "refused", refusal: message }, needs);
  const reissue = noted.record.reissue && { ...noted.record.reissue, state: "requested" as const };
  return raiseAttention({ ...noted, record: { ...noted.record, reissue } }, { code, message }, needs);
}

/** Sent, perhaps. eNom is watched for an hour, and then a person is asked; it is watched on all the same. */
export async function findOut(certificate: Certificate, needs: OrderNeeds): Promise<"on" | Outcome> {
  const { account, slot } = slotOf(certificate, needs);
  const { record } = certificate;
  const detail = await account.enom.detail(slot.certId);
  if (await wasTaken(certificate, detail)) {
    await saveState(certificate, "sent", needs);
    return "on";
  }
  const message = `The reissue of CertID ${slot.certId} was sent, and eNom does not show whether it was accepted.`;
  const sentAt =
    record.timeline.findLast(({ event }) => event === "reissue.sending")?.at ?? record.reissue?.requestedAt;
  const age = needs.clock.now().getTime() - new Date(sentAt ?? 0).getTime();
  const watched = { waitSeconds: pollPause(needs.timings.pollSeconds, record.looks), because: message };
  if (age < WATCHED_MS)
    return pollLater({ ...certificate, record: { ...record, looks: record.looks + 1 } }, watched, needs);
  return raiseAttention(certificate, { code: "reissue-uncertain", message }, needs);
}

/** A new certificate, the new CSR, or something under way. */
export async function wasTaken({ record }: Pick<Certificate, "record">, detail: CertDetail): Promise<boolean> {
  const { reissue, issue } = record;
  const newCsr = reissue !== null && reissue.csrHash !== issue?.csrHash && csrHash(detail.csr) === reissue.csrHash;
  const newLeaf = (await newerSent(detail, issue)) !== undefined;
  return newCsr || newLeaf || detail.statusId === 2 || detail.reissueStatus !== "";
}
