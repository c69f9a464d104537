// Carries a reissue on: requested → sending → sent → the new certificate taken in. The old one stays valid all the while.
import { type Certificate, withEvent } from "../../shared/certificate.ts";
import { csrHash } from "../../shared/csr.ts";
import { plusSeconds } from "../../shared/dates.ts";
import { Refused, Unavailable } from "../../shared/errors.ts";
import type { JobData } from "../../shared/jobs.ts";
import { requestReissue } from "../../shared/reissue-request.ts";
import type { CertDetail } from "../enom/commands.ts";
import { slotOf } from "../open/configure.ts";
import { fresh } from "../open/fresh.ts";
import { guard } from "../open/guard.ts";
import { hold, lookPause, recovered } from "../open/hold.ts";
import { givenUp, overdue } from "../open/look.ts";
import type { OrderNeeds } from "../open/needs.ts";
import type { Outcome } from "../outcome.ts";
import { takeIn } from "../take-in.ts";

/**
 * A bare reference is a doorbell. A job with a CSR or a reason, put into the queue by another system, asks for a reissue
 * first; `jobId` makes that request one, however often the job is delivered.
 */
export async function reissueCertificate(job: JobData<"reissue">, jobId: string, needs: OrderNeeds): Promise<Outcome> {
  if (job.csr !== undefined || job.reason !== undefined) await accept(job, jobId, needs);
  for (;;) {
    const certificate = await fresh(job.reference, needs);
    const { record, state } = certificate;
    if (!record.reissue || state !== "CONFIGURED") return "done";
    const went = await guard(() => step(certificate, needs), job.reference, needs);
    if (went !== "on") return went;
  }
}

async function accept(job: JobData<"reissue">, jobId: string, needs: OrderNeeds): Promise<void> {
  const certificate = await fresh(job.reference, needs);
  const answer = await requestReissue(certificate, { ...job, id: `job:${jobId}`, who: "a job" }, needs.clock.now());
  if (answer.kind === "requested") await needs.certificates.save(answer.certificate, needs.clock.now());
  if (answer.kind === "conflict") throw new Refused(`reissue of ${job.reference}: ${answer.message}`);
  if (answer.kind === "wrong")
    throw new Refused(`reissue of ${job.reference}: ${answer.faults.map((f) => f.message).join(" ")}`);
}

async function step(certificate: Certificate, needs: OrderNeeds): Promise<"on" | Outcome> {
  switch (certificate.record.reissue?.state) {
    case "requested":
      return send(certificate, needs);
    case "sending":
      return findOut(certificate, needs);
    case "sent":
      return look(certificate, needs);
    case undefined:
      return "done";
  }
}

/** The note `sending` is saved before eNom is asked: a crash in between is found as doubt, and doubt reads before it sends. */
async function send(certificate: Certificate, needs: OrderNeeds): Promise<"on" | Outcome> {
  const { account, slot } = slotOf(certificate, needs);
  const csr = certificate.record.reissue?.csr ?? certificate.order.csr;
  const noted = await save(certificate, "sending", needs);
  try {
    await account.enom.reissue({ certId: slot.certId, csr });
  } catch (error) {
    if (error instanceof Refused) return refused(noted, error, needs);
    if (error instanceof Unavailable) await save(noted, "requested", needs);
    throw error;
  }
  await save(noted, "sent", needs);
  return "on";
}

/** Only eNom's no to the reissue itself ends it; a question that is refused says nothing about what was sent before. */
async function refused(noted: Certificate, { code, message }: Refused, needs: OrderNeeds): Promise<Outcome> {
  const mends = code === "enom-login-refused" || code === "enom-address-not-permitted";
  const reissue = mends && noted.record.reissue ? { ...noted.record.reissue, state: "requested" as const } : null;
  return hold(
    { ...noted, record: { ...noted.record, reissue } },
    { code: mends ? code : "reissue-refused", message },
    needs,
  );
}

async function findOut(certificate: Certificate, needs: OrderNeeds): Promise<"on" | Outcome> {
  const { account, slot } = slotOf(certificate, needs);
  const detail = await account.enom.detail(slot.certId);
  if (wasTaken(certificate, detail)) {
    await save(certificate, "sent", needs);
    return "on";
  }
  const message = `The reissue of CertID ${slot.certId} was sent, and eNom does not show whether it was taken.`;
  return hold(certificate, { code: "reissue-uncertain", message }, needs);
}

function wasTaken({ record }: Certificate, detail: CertDetail): boolean {
  const { reissue, issue } = record;
  const newCsr = reissue !== null && reissue.csrHash !== issue?.csrHash && csrHash(detail.csr) === reissue.csrHash;
  return newCsr || detail.statusId === 2 || detail.reissueStatus !== "";
}

async function look(certificate: Certificate, needs: OrderNeeds): Promise<Outcome> {
  const { order, record } = certificate;
  const { account, slot } = slotOf(certificate, needs);
  const csr = record.reissue?.csr ?? order.csr;
  const detail = await account.enom.detail(slot.certId);
  const taken = detail.certificatePem ? await takeIn(detail, { csr, domain: order.domain }) : { fault: "" };
  const now = needs.clock.now();
  if ("fault" in taken || taken.issue.serialNumber === record.issue?.serialNumber) {
    const given = givenUp(certificate, now);
    if (given) return hold(certificate, given, needs);
    const waitSeconds = lookPause(needs.pace.pollSeconds, record.looks);
    const nextLookAt = plusSeconds(now, waitSeconds).toISOString();
    const since = record.reissue?.requestedAt ?? now.toISOString();
    const calm = {
      ...(overdue(certificate, since, needs) ?? recovered(record, now)),
      looks: record.looks + 1,
      nextLookAt,
    };
    await needs.certificates.save({ ...certificate, record: calm }, now);
    return { waitSeconds, because: "the certificate authority has not reissued yet" };
  }
  const { issue } = taken;
  const over = {
    ...recovered(record, now),
    issue,
    issuedCsr: csr,
    reissue: null,
    reissues: record.reissues + 1,
    looks: 0,
  };
  const told = withEvent(
    over,
    now,
    "certificate.reissued",
    `serial ${issue.serialNumber}, valid until ${issue.notAfter}`,
  );
  await needs.certificates.save({ ...certificate, record: told }, now);
  await needs.ring("open", { reference: order.reference });
  return "done";
}

function save(
  certificate: Certificate,
  state: "requested" | "sending" | "sent",
  needs: OrderNeeds,
): Promise<Certificate> {
  const now = needs.clock.now();
  const { record } = certificate;
  const reissue = record.reissue && { ...record.reissue, state };
  const calm = state === "sending" ? record : recovered(record, now);
  return needs.certificates.save(
    { ...certificate, record: withEvent({ ...calm, reissue }, now, `reissue.${state}`) },
    now,
  );
}
