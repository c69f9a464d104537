// An order that came as a job: accepted through the same check and the same script as one over HTTP, before anything else happens.

import type { AuditTrail } from "../../shared/authority/audit/trail.ts";
import { Refused } from "../../shared/base/errors.ts";
import type { Log } from "../../shared/base/log.ts";
import { type Acceptance, type AcceptanceNeeds, acceptOrder, otherContent } from "../../shared/queue/accept-order.ts";
import type { JobData } from "../../shared/queue/jobs.ts";

type Needs = Pick<AcceptanceNeeds, "certificates" | "intake" | "clock"> & {
  log?: Pick<Log, "info">;
  audit: Pick<AuditTrail, "begin" | "record">;
};

/** The reference to carry on. @throws Refused when the order is wrong, or its reference belongs to another order. */
export async function acceptJob(job: JobData<"open">, needs: Needs): Promise<string> {
  if (!("csr" in job)) return job.reference;
  const { v: _version, await: _awaits, ...body } = job;
  const taken = await acceptQueued(body, job.reference, needs);
  if ("faults" in taken) {
    const faults = taken.faults.map(({ field, message }) => `${field}: ${message}`);
    throw new Refused(`order ${job.reference}: ${faults.join(" ")}`);
  }
  if (taken.answer === "conflict") throw new Refused(otherContent(job.reference));
  return job.reference;
}

/** Accepts an order that came through Redis, and writes down that it came. @throws what Redis throws */
export async function acceptQueued(
  body: object,
  reference: string,
  { certificates, intake, clock, log, audit }: Needs,
): Promise<Acceptance> {
  const who = { kind: "queue", id: "open" } as const;
  const ordered = { who, from: null, action: "certificate.order", subject: reference };
  // A job comes again after a crash: what was accepted before is the same order, and is written down once.
  const begun = (await certificates.find(reference)) ? undefined : await audit.begin(ordered);
  const taken = await acceptOrder(body, { certificates, intake, clock }, who);
  await begun?.end("answer" in taken && taken.answer !== "conflict" ? "done" : "refused");
  if ("faults" in taken) return taken;
  if (taken.answer === "conflict" && !begun) await audit.record({ ...ordered, outcome: "refused" });
  const fields = taken.normalised.map(({ field }) => field);
  // Whoever puts jobs into a queue reads no answer: what was changed can be found here, without anybody's data.
  if (taken.answer === "accepted" && fields.length > 0) log?.info({ event: "order.normalised", reference, fields });
  return taken;
}
