// A mail that will not go out: its certificate says so in its timeline, and a department that cannot be reached is said
// in the log.
import { isDeepStrictEqual } from "node:util";
import type { Clock } from "../../shared/base/clock.ts";
import { type Refused, Uncertain } from "../../shared/base/errors.ts";
import type { Log } from "../../shared/base/log.ts";
import { reference } from "../../shared/certificate/order.ts";
import { withEvent } from "../../shared/certificate/record.ts";
import { overNewest } from "../../shared/certificate/save-race.ts";
import type { CertificateStore } from "../../shared/certificate/store.ts";
import type { Notification } from "../../shared/mail/notification.ts";
import { isTemplate, templates } from "../../shared/mail/templates.ts";
import { isOutside } from "../../shared/outside/mail-key.ts";
import type { MailBook } from "./mails.ts";

export interface FailureNeeds {
  mails: Pick<MailBook, "find">;
  certificates: Pick<CertificateStore, "find" | "save">;
  clock: Clock;
  log: Log;
}

/**
 * Tells that a mail has ended without being accepted. A job that is delivered again, after a crash in between too,
 * tells the same once: the time is that of the mail book. A mail that could not even be written has no such time; each
 * new try is told.
 * @throws Unavailable when workers save the certificate all the time; the job tells it when it runs again
 */
export async function tellFailure(n: Notification, error: Refused | Uncertain, needs: FailureNeeds): Promise<void> {
  const mail = await needs.mails.find(n.key);
  // A sender that lost the mail to another one does not have the last word.
  if (mail && mail.state !== "REJECTED" && mail.state !== "UNKNOWN") return;
  const { template, to } = n;
  const isTheirs = isOutside(n.key);
  if (isTemplate(template) && templates[template].to === "department" && !isTheirs)
    needs.log.error({ event: "department.unreachable", address: to.address, template, key: n.key, err: error });
  // Whoever may write to anybody names orders among the values that have nothing to do with the mail.
  const about = reference.safeParse(isTheirs ? n.reference : n.values.reference);
  if (!about.success) return;
  const at = mail ? new Date(mail.at) : needs.clock.now();
  const event = error instanceof Uncertain ? "mail.uncertain" : "mail.refused";
  const detail = `${template} to ${to.address}: ${error.message}`;
  await overNewest(async () => {
    const found = await needs.certificates.find(about.data);
    if (!found) return;
    const record = withEvent(found.record, at, event, detail);
    const isTold = found.record.timeline.some((each) => isDeepStrictEqual(each, record.timeline.at(-1)));
    if (!isTold) await needs.certificates.save({ ...found, record }, needs.clock.now());
  });
}
