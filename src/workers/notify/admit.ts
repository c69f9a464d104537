// What lies in the queue is the fleet's own request, or somebody else's: those may write only to whom their order or account
// has, whoever may write to Redis.
import type { Actor } from "../../shared/authority/actor.ts";
import type { AuditTrail } from "../../shared/authority/audit/trail.ts";
import { displayName } from "../../shared/base/email-address.ts";
import { Refused } from "../../shared/base/errors.ts";
import { reference as referenceForm } from "../../shared/certificate/order.ts";
import type { Notification } from "../../shared/mail/notification.ts";
import { isTemplate, templates } from "../../shared/mail/templates.ts";
import { acceptNotification, type OutsideNeeds } from "../../shared/outside/accept-notification.ts";
import type { JobData } from "../../shared/queue/jobs.ts";
import type { Seal } from "../../shared/queue/seal.ts";
import type { MailBook } from "./mails.ts";

export interface AdmissionNeeds extends OutsideNeeds {
  seal: Pick<Seal, "isOurs">;
  audit: Pick<AuditTrail, "record">;
  /** To write down once what comes again: a job runs until its mail is over. */
  mails: Pick<MailBook, "find">;
}

/** Whoever put the job there, it was no caller whom anybody knows. */
export const QUEUE: Actor = { kind: "queue", id: "notify" };

/** Where `notify` has a user of its own (`certfleet redis acl`), it can read no order. */
const NOT_FROM_HERE =
  "this mail was not asked for by Certfleet, and its recipient cannot be checked here: this worker's user of Redis may not read orders. Send it with POST /v1/notifications";

/**
 * The mail that a job asks for. A job of somebody else's is held to the rules of a caller without
 * `notifications:any`, and gets a key of its own name space; so does one that an earlier version of the fleet makes
 * beside this one, which names its order or account among the values.
 * @throws Refused with every fault of a job that is not the fleet's own; Unavailable when the audit trail cannot be written
 */
export async function admit(job: JobData<"notify">, needs: AdmissionNeeds): Promise<Notification> {
  const { to } = job;
  if (to && (await needs.seal.isOurs(job))) return { ...job, to };
  const { seal: _seal, outside: _outside, ...asked } = job;
  const about = aboutOf(job);
  const accepted = await acceptNotification({ ...asked, ...about }, { actor: QUEUE, scopes: [] }, needs).catch(
    (error: unknown) => {
      throw isForbidden(error) ? new Refused(NOT_FROM_HERE) : error;
    },
  );
  const subject = job.reference ?? job.account ?? about.reference ?? about.account ?? null;
  const sent = { who: QUEUE, from: null, action: "notification.send", subject };
  if ("mail" in accepted) {
    if (!(await needs.mails.find(accepted.mail.key))) await needs.audit.record({ ...sent, outcome: "done" });
    return accepted.mail;
  }
  await needs.audit.record({ ...sent, outcome: "refused" });
  const faults = accepted.faults.map(({ field, message }) => `${field}: ${message}`);
  throw new Refused(`this mail was not asked for by Certfleet, and is not sent: ${faults.join(" ")}`);
}

function isForbidden(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith("NOPERM");
}

/** The order or account that a job names, or its values do. */
function aboutOf({ reference, account, template, values }: JobData<"notify">): {
  reference?: string;
  account?: string;
} {
  if (reference !== undefined || account !== undefined) return {};
  const order = referenceForm.safeParse(values.reference).data;
  const ofValues = displayName.safeParse(values.account).data;
  const isForOperators = isTemplate(template) && templates[template].to === "department";
  if (order !== undefined && !(isForOperators && ofValues !== undefined && !("csr" in values)))
    return { reference: order };
  return ofValues === undefined ? {} : { account: ofValues };
}
