// `customer export`: everything that is kept of a person, as JSON.
import type { Result } from "../../../shared/base/result.ts";
import { findNamed } from "../../../shared/certificate/personal/erase.ts";
import { project } from "../../../shared/certificate/projection.ts";
import { openQueues } from "../../../shared/queue/queues.ts";
import { type Fleet, withFleet } from "../fleet.ts";
import type { ProgramContext } from "../own-redis.ts";
import { audited } from "../port/audited.ts";
import { findBounce, findJobs, findMails, type Place } from "./mentions.ts";

/** Where everything of a person is looked for, on the fleet's machines and at a gateway. */
export interface PersonPlace extends Place {
  certificates: Fleet["certificates"];
  policyFor: Fleet["policyFor"];
  clock: Fleet["clock"];
}

/** On the fleet's Redis. Whoever reads everything about somebody is written down, although nothing is changed. */
export function exportPerson(email: string, context: ProgramContext): Promise<Result> {
  return withFleet(context, (fleet) =>
    audited(fleet, { action: "customer.export", subject: email }, async () => {
      const queues = openQueues(fleet.redis, fleet.keys.prefix, () => undefined);
      try {
        return exportedResult(await exportFrom(email, { ...fleet, queues }));
      } finally {
        await queues.close();
      }
    }),
  );
}

export type Exported = Awaited<ReturnType<typeof exportFrom>>;

/** Asked for by the person itself: nothing is masked. `as`: what the person is in the order. */
export async function exportFrom(email: string, place: PersonPlace) {
  const orders = [];
  for await (const { certificate, parts } of findNamed(email, place)) {
    const { order, record } = certificate;
    const { customer, contacts, approver } = record.terms;
    orders.push({
      ...{ as: parts, reference: order.reference, ordered: order, customer, contacts, approver },
      certificate: project(certificate, place.clock.now(), place.policyFor),
      pem: record.issue?.pem ?? null,
    });
  }
  const references = new Set(orders.filter(({ as }) => as.includes("customer")).map(({ reference }) => reference));
  const [mails, jobs, bounce] = await Promise.all([
    findMails(email, place),
    findJobs({ email, references }, place),
    findBounce(email, place),
  ]);
  return {
    email,
    exportedAt: place.clock.now().toISOString(),
    orders,
    mails: mails.flatMap(({ redisKey: _key, isToPerson, ...mail }) => (isToPerson ? [mail] : [])),
    jobs: jobs.map(({ queue, job }) => ({ queue, id: job.id, data: job.data as unknown })),
    bounce: bounce ?? null,
    elsewhere: ELSEWHERE,
  };
}

export function exportedResult(json: Exported): Result {
  const { orders, mails, jobs, email } = json;
  const note = `${orders.length} orders, ${mails.length} mails, ${jobs.length} jobs of ${email}.`;
  return { ending: "done", text: JSON.stringify(json, null, 2), json, note };
}

/** What no verb of ours reaches. */
export const ELSEWHERE = [
  "Log files of the workers and of eNom's interface (ENOM_LOG) on their machines.",
  "Backups of Redis and of the journal. The journal keeps the CSR of an order that was corrected, and the reasons that people gave.",
  "eNom and the certificate authority, who got the contacts; the mail server, who got the mails.",
];
