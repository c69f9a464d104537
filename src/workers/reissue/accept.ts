// A reissue that another system asks for by a job: written to the audit trail before it is taken, as one over HTTP is.
import { auditTrail } from "../../shared/authority/audit/trail.ts";
import { Refused } from "../../shared/base/errors.ts";
import { requestReissue } from "../../shared/certificate/changes/reissue-request.ts";
import type { JobData } from "../../shared/queue/jobs.ts";
import { loadOrder } from "../order/load.ts";
import type { OrderNeeds } from "../order/needs.ts";

const QUEUE = { kind: "queue", id: "reissue" } as const;

/**
 * A job that comes again after a crash is the same request, and is written down once it is taken.
 * @throws Refused there will be no reissue; Unavailable the audit trail cannot be written: nothing was taken
 */
export async function acceptRequest(
  job: Extract<JobData<"reissue">, { reference: string }>,
  jobId: string,
  needs: OrderNeeds,
): Promise<void> {
  const { ledger, certificates, clock, log } = needs;
  const certificate = await loadOrder(job.reference, needs);
  const request = { ...job, id: `job:${jobId}`, who: "a job" };
  const answer = await requestReissue(certificate, request, clock.now(), needs.intake);
  if (answer.kind === "same") return;
  const { redis, keys } = ledger;
  const audit = auditTrail({ redis, keys, clock }, (err) => log.warn({ event: "audit.lost", err }));
  const asked = { who: QUEUE, from: null, action: "certificate.reissue", subject: job.reference };
  if (answer.kind === "requested") {
    const begun = await audit.begin(asked);
    const saved = certificates.save(answer.certificate, clock.now());
    await saved.catch(() => begun.end("failed"));
    await saved;
    return begun.end("done");
  }
  await audit.record({ ...asked, outcome: "refused" });
  const why = answer.kind === "conflict" ? answer.message : answer.faults.map(({ message }) => message).join(" ");
  throw new Refused(`reissue of ${job.reference}: ${why}`);
}
