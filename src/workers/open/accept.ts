// An order that came as a job: accepted through the same check and the same script as one over HTTP, before anything else happens.

import { Refused } from "../../shared/base/errors.ts";
import type { Log } from "../../shared/base/log.ts";
import { type AcceptanceNeeds, acceptOrder } from "../../shared/queue/accept-order.ts";
import type { JobData } from "../../shared/queue/jobs.ts";

/** The reference to carry on. @throws Refused when the order is wrong, or its reference belongs to another order. */
export async function acceptJob(
  job: JobData<"open">,
  {
    certificates,
    intake,
    clock,
    log,
  }: Pick<AcceptanceNeeds, "certificates" | "intake" | "clock"> & { log?: Pick<Log, "info"> },
): Promise<string> {
  if (!("csr" in job)) return job.reference;
  const { v: _version, ...body } = job;
  const taken = await acceptOrder(body, { certificates, intake, clock }, { kind: "queue", id: "open" });
  if ("faults" in taken) {
    const faults = taken.faults.map(({ field, message }) => `${field}: ${message}`);
    throw new Refused(`order ${job.reference}: ${faults.join(" ")}`);
  }
  if (taken.answer === "conflict") {
    throw new Refused(`reference ${job.reference} belongs to an order with other content`);
  }
  const fields = taken.normalised.map(({ field }) => field);
  // Whoever puts jobs into a queue reads no answer: what was changed can be found here, without anybody's data.
  if (taken.answer === "accepted" && fields.length > 0)
    log?.info({ event: "order.normalised", reference: job.reference, fields });
  return job.reference;
}
