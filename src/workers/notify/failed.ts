// A mail that will not go out: noted for the timeline of its order, and a department that cannot be reached is said in
// the log.
import type { Clock } from "../../shared/base/clock.ts";
import { type Refused, Uncertain } from "../../shared/base/errors.ts";
import type { Log } from "../../shared/base/log.ts";
import { reference } from "../../shared/certificate/order.ts";
import type { FailedMails } from "../../shared/mail/failed/failed-mails.ts";
import type { Notification } from "../../shared/mail/notification.ts";
import { isTemplate, templates } from "../../shared/mail/templates.ts";
import { isOutside } from "../../shared/outside/mail-key.ts";
import type { MailBook } from "./mails.ts";

export interface FailureNeeds {
  mails: Pick<MailBook, "find">;
  /** For the timeline of its order, which `notify` itself can neither read nor write. */
  failed: Pick<FailedMails, "add">;
  clock: Clock;
  log: Log;
}

/**
 * Tells that a mail has ended without being accepted. A job that is delivered again, after a crash in between too,
 * tells the same once: the time is that of the mail book. A mail that could not even be written has no such time; each
 * new try is told.
 */
export async function tellFailure(n: Notification, error: Refused | Uncertain, needs: FailureNeeds): Promise<void> {
  const mail = await needs.mails.find(n.key);
  // A sender that lost the mail to another one does not have the last word.
  if (mail && mail.state !== "REJECTED" && mail.state !== "UNKNOWN") return;
  const { template, to } = n;
  const isTheirs = isOutside(n.key);
  if (isTemplate(template) && templates[template].to === "department" && !isTheirs)
    needs.log.error({ event: "department.unreachable", address: to.address, template, key: n.key, err: error });
  const about = whatItIsAbout(n);
  if (about.reference === null) return;
  const at = mail ? new Date(mail.at) : needs.clock.now();
  const event = error instanceof Uncertain ? "mail.uncertain" : "mail.refused";
  const detail = `${template} to ${to.address}: ${error.message}`;
  await needs.failed.add({ reference: about.reference, event, detail, at: at.toISOString() });
}

/** The order and the account. Whoever may write to anybody names orders among the values that have nothing to do with the mail. */
export function whatItIsAbout(n: Notification): { reference: string | null; account: string | null } {
  const named = isOutside(n.key) ? n : n.values;
  const [order, account] = [reference.safeParse(named.reference), reference.safeParse(named.account)];
  return { reference: order.data ?? null, account: account.data ?? null };
}
