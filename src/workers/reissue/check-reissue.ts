// Looks whether the reissued certificate is there, takes it in, and until then waits, asks the owner again and reminds
// the department.

import { DAY_MS, plusSeconds } from "../../shared/base/dates.ts";
import { type Certificate, raiseFor } from "../../shared/certificate/certificate.ts";
import { type CertificateRecord, type Issue, withEvent } from "../../shared/certificate/record.ts";
import { isOfOthers } from "../../shared/certificate/slot-owner.ts";
import type { Account } from "../accounts/accounts.ts";
import type { CertDetail } from "../enom/commands/commands.ts";
import { newerSent, type Undelivered, verifyIssued } from "../order/issued-certificate.ts";
import type { OrderNeeds } from "../order/needs.ts";
import { lookedFor } from "../order/published.ts";
import { slotOf } from "../order/slot.ts";
import { askedOfOwner, findAbandonedWait, ownerAsked, raiseOverdueValidation, validated } from "../order/validation.ts";
import { clearTrouble, lookAgain, pollPause, raiseAttention } from "../order/waiting.ts";
import type { Outcome } from "../runtime/outcome.ts";
import { handInHint, isHandedIn, remindDepartment } from "./by-hand.ts";
import { wasTaken } from "./send.ts";

/** Where the owner seemed to be spared, and no certificate comes: the owner is asked all the same. */
const SPARED_MS = DAY_MS;
/** Of a certificate that is handed in: only the department's reminders depend on the time. */
const HAND_LOOK_MS = DAY_MS / 4;

/** Done is a reissue when a certificate with a new serial and the key of the CSR is there. */
export async function checkReissue(certificate: Certificate, needs: OrderNeeds): Promise<"on" | Outcome> {
  const { order, record } = certificate;
  const { account, slot } = slotOf(certificate, needs);
  if (isHandedIn(record.reissue, account)) return waitForHand(certificate, needs);
  const csr = record.reissue?.csr ?? order.csr;
  const detail = await account.enom.detail(slot.certId);
  const found =
    (await newIn(detail, certificate, { csr, needs })) ?? (await newInList(account, certificate, { csr, needs }));
  if (!found) return wait(certificate, detail, needs);
  if ("issue" in found) return taken(certificate, { issue: found.issue, csr }, needs);
  return lookAgain(certificate, found, needs);
}

type Found = { issue: Issue } | Undelivered;

/** Undefined while eNom shows the old one, or none. */
async function newIn(
  detail: CertDetail,
  { order, record }: Certificate,
  { csr, needs }: { csr: string; needs: OrderNeeds },
): Promise<Found | undefined> {
  const sent = await newerSent(detail, record.issue, csr);
  if (!sent) return undefined;
  return verifyIssued(sent, { csr, domain: order.domain, now: needs.clock.now() }, needs.trust?.());
}

/** What a person orders in a portal or by ticket may come under a CertID of its own: only our key makes it ours. */
async function newInList(
  { enom, entry }: Account,
  certificate: Certificate,
  { csr, needs }: { csr: string; needs: OrderNeeds },
): Promise<Found | undefined> {
  const { redis, keys } = needs.ledger;
  const { order, record, certId } = certificate;
  if (record.reissue?.state !== "asked") return undefined;
  const others = (await enom.certificatesOf(order.domain)).filter((each) => each.certId > (certId ?? 0));
  for (const each of others) {
    const owner = await redis.hget(keys.ledger.owner(entry.id), `${each.certId}`);
    if (owner !== null && !isOfOthers(owner)) continue; // bought for another order, by the same CSR
    const found = await newIn(await enom.detail(each.certId), certificate, { csr, needs });
    if (found && "issue" in found) return found;
  }
  return undefined;
}

async function wait(certificate: Certificate, detail: CertDetail, needs: OrderNeeds): Promise<"on" | Outcome> {
  const now = needs.clock.now();
  const given = findAbandonedWait(certificate, now);
  if (given) return raiseAttention(certificate, given, needs);
  const calm = await calmed(certificate, needs);
  const begun = await begunByHand(calm, detail, now);
  const asked = spared(begun, now) ? { ...begun, validation: ownerAsked(begun, now) } : begun;
  const reminded = await remindDepartment({ ...certificate, record: asked }, needs);
  const shown = await lookedFor(askedOfOwner(reminded, detail, now), certificate, needs);
  const waitSeconds = pollPause(needs.timings.pollSeconds, shown.looks);
  const nextLookAt = plusSeconds(now, waitSeconds).toISOString();
  await needs.certificates.save(
    { ...certificate, record: { ...shown, undelivered: null, looks: shown.looks + 1, nextLookAt } },
    now,
  );
  return shown.instructed ? { waitSeconds, because: "the certificate authority has not reissued yet" } : "on";
}

/** eNom's API shows nothing of what the portal reissues (`portalReissues: handed-in`): it is not asked. */
async function waitForHand(certificate: Certificate, needs: OrderNeeds): Promise<Outcome> {
  const now = needs.clock.now();
  const given = findAbandonedWait(certificate, now);
  if (given) return raiseAttention(certificate, given, needs);
  const reminded = await remindDepartment({ ...certificate, record: await calmed(certificate, needs) }, needs);
  const waitSeconds = HAND_LOOK_MS / 1_000;
  const nextLookAt = plusSeconds(now, waitSeconds).toISOString();
  await needs.certificates.save({ ...certificate, record: { ...reminded, undelivered: null, nextLookAt } }, now);
  return { waitSeconds, because: "nobody has handed in the certificate from the authority's portal yet" };
}

/**
 * What a person was asked for stays in front until it is done: nobody is told meanwhile that the owner takes too long.
 */
async function calmed(certificate: Certificate, needs: OrderNeeds): Promise<CertificateRecord> {
  const { record } = certificate;
  const now = needs.clock.now();
  if (record.reissue?.state !== "asked") {
    const since = record.validation.pendingSince;
    const late = since ? await raiseOverdueValidation(certificate, since, needs) : undefined;
    return late ?? clearTrouble(record, now);
  }
  if (record.attention?.code === "reissue-by-hand") return { ...record, trouble: null };
  const message = `CertID ${certificate.certId} must be reissued by hand.${handInHint(certificate, needs)}`;
  return { ...record, trouble: null, attention: raiseFor(certificate, "reissue-by-hand", message, now) };
}

/** The record in which the owner is asked, once eNom shows that the department did its part: now the CA can have asked. */
async function begunByHand(record: CertificateRecord, detail: CertDetail, now: Date): Promise<CertificateRecord> {
  const { reissue } = record;
  if (reissue?.state !== "asked" || reissue.isBegun || !(await wasTaken({ record }, detail))) return record;
  const begun = { ...record, reissue: { ...reissue, isBegun: true } };
  return reissue.needsOwner ? { ...begun, validation: ownerAsked(begun, now) } : begun;
}

function spared({ validation, reissue }: CertificateRecord, now: Date): boolean {
  if (validation.pendingSince !== null || !reissue || reissue.state !== "sent") return false;
  return now.getTime() - new Date(reissue.requestedAt).getTime() > SPARED_MS;
}

async function taken(
  certificate: Certificate,
  { issue, csr }: { issue: Issue; csr: string },
  needs: OrderNeeds,
): Promise<Outcome> {
  const now = needs.clock.now();
  const { record } = certificate;
  const over = {
    ...clearTrouble(record, now),
    issue,
    undelivered: null,
    issuedCsr: csr,
    validation: await validated(certificate, needs, record.reissue?.needsOwner ? record.reissue.requestedAt : null),
    instructed: true,
    reissue: null,
    reissues: record.reissues + 1,
    looks: 0,
  };
  const detail = `serial ${issue.serialNumber}, valid until ${issue.notAfter}`;
  await needs.certificates.save({ ...certificate, record: withEvent(over, now, "certificate.reissued", detail) }, now);
  await needs.enqueue("open", { reference: certificate.order.reference });
  return "done";
}
