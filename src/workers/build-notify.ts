// Composes the work of the `notify` kind: mail server, templates, the book of what was sent, and who may ask for a mail.
import { accountRecords } from "../shared/account/records.ts";
import { auditTrail } from "../shared/authority/audit/trail.ts";
import { findFleetRestored } from "../shared/backup/restored-fleet.ts";
import { readSettings } from "../shared/base/read-settings.ts";
import { certificateStore } from "../shared/certificate/store.ts";
import { partSettings } from "../shared/config/part-settings.ts";
import { bounceList } from "../shared/mail/bounces.ts";
import { failedMails } from "../shared/mail/failed/failed-mails.ts";
import type { Render } from "../shared/mail/render.ts";
import { templateNames } from "../shared/mail/templates.ts";
import { mailTraffic } from "../shared/mail/traffic.ts";
import { showMails } from "../shared/metrics/counts.ts";
import { type Base, livePolicy } from "./base.ts";
import type { Work } from "./runtime/run.ts";

export async function buildNotify({ env, redis, keys, queues, live, clock, log, life }: Base): Promise<Work<"notify">> {
  const settings = readSettings(partSettings.notify, env);
  const { SMTP_URL: url, MAIL_FROM: from, CERTFLEET_LOCK_SECONDS: lockSeconds } = settings;
  const console = settings.CERTFLEET_PUBLIC_URL;
  const [
    { admit },
    { notedUntilEnded },
    { notify },
    { mailBook },
    { renderer },
    { missingFolder },
    { openSmtp },
    { readDkim },
  ] = await Promise.all([
    import("./notify/admit.ts"),
    import("./notify/lost-mails.ts"),
    import("./notify/notify.ts"),
    import("./notify/mails.ts"),
    import("../shared/mail/render.ts"),
    import("../shared/mail/folders.ts"),
    import("./notify/pace.ts"),
    import("./notify/dkim.ts"),
  ]);
  showMails(templateNames);
  const signer = readDkim(settings);
  const smtp = openSmtp({ url, from }, { redis, keys, perSecond: settings.CERTFLEET_MAILS_PER_SECOND });
  life.add("smtp", () => smtp.close());
  const renderNow = live.derive(({ templates }) =>
    renderer({ ...templates, console, onBroken: (broken) => log.error({ event: "template.broken", ...broken }) }),
  );
  const render: Render = (asked) => renderNow()(asked);
  const lookForWords = (): void => {
    const directory = missingFolder(live.file.templates?.directory);
    if (directory !== undefined) log.warn({ event: "templates.missing", directory });
  };
  lookForWords();
  live.onChange(lookForWords);
  // A dead sender's mail is taken over after two locks: by then the queue has given its job to another worker.
  const mails = mailBook({
    ...{ redis, keys, leaseMs: lockSeconds * 2_000 },
    keepDays: settings.CERTFLEET_KEEP_MAILS_DAYS,
  });
  const certificates = certificateStore(redis, keys, livePolicy(settings, live));
  const traffic = mailTraffic(redis, keys);
  const failed = failedMails(redis, keys);
  const isRestored = async (): Promise<boolean> => (await findFleetRestored({ redis, keys })) !== undefined;
  const needs = {
    isRestored,
    mails,
    bounces: bounceList(redis, keys),
    failed,
    render,
    smtp,
    signer,
    traffic,
    clock,
    log,
  };
  const admission = {
    ...{ certificates, accounts: accountRecords(redis, keys), seal: queues.seal, mails },
    audit: auditTrail({ redis, keys, clock }, (err) => log.warn({ event: "audit.lost", err })),
    get templates() {
      return live.file.templates;
    },
  };
  const send = notedUntilEnded((mail, { signal }) => notify(mail, needs, signal), { redis, keys, clock });
  return async (job, context) => send(await admit(job, admission), context);
}
