// Tells the department of an account by mail. Where no address is configured, the attention in the record and the log
// must do.

import { FLEET, type Share, standIn } from "../../shared/authority/share.ts";
import type { Log } from "../../shared/base/log.ts";
import type { Certificate } from "../../shared/certificate/certificate.ts";
import type { AccountEntry } from "../../shared/config/fleet-file.ts";
import { Notification, valueBytes } from "../../shared/mail/notification.ts";
import type { Enqueue } from "../../shared/queue/queues.ts";
import type { Accounts } from "../accounts/accounts.ts";

type Mail = Pick<Notification, "key" | "template" | "values">;

interface List {
  /** Certificates that are listed at most. */
  most: number;
  mailOf: (account: string, listed: readonly Certificate[], more: number) => Mail;
}

/** What a list may take up of the 16 KB that the contract of mails allows. */
const ROOM_BYTES = 12 * 1024;
const mailContract = Notification.pick({ key: true, template: true, values: true });

/**
 * Each department gets the list of its own account's certificates, in their order; what is beyond `most`, or has no
 * room in a mail, is counted. A list that cannot be made is said in the log: made again, it would fail again, and it
 * keeps no other department from its own.
 */
export async function tellDepartments(
  found: readonly Certificate[],
  list: List,
  { accounts, ...needs }: { accounts: Pick<Accounts, "all">; enqueue: Enqueue; log: Log },
): Promise<void> {
  const byAccount = Map.groupBy(found, ({ record }) => record.account ?? "");
  for (const { entry } of accounts.all) {
    const all = byAccount.get(entry.id) ?? [];
    const mail = all.length > 0 && findMail(entry.id, all, list, needs);
    if (mail) await tellDepartment(entry, mail, needs);
  }
}

/** The mail's key makes it once only. */
export async function tellDepartment(
  { id, department }: Pick<AccountEntry, "id" | "department">,
  mail: Mail,
  { enqueue, log }: { enqueue: Enqueue; log: Log },
): Promise<void> {
  if (department) await enqueue("notify", { ...mail, to: { address: department } }, { share: ofOperator(department) });
  else log.warn({ event: "department.unknown", account: id, template: mail.template, key: mail.key });
}

/** An operator mailbox is one customer of the fleet's own. */
function ofOperator(address: string): Share {
  return { ...FLEET, of: standIn(address) };
}

function findMail(account: string, all: readonly Certificate[], list: List, { log }: { log: Log }): Mail | undefined {
  try {
    return mailContract.parse(longestMail(account, all, list));
  } catch (err) {
    log.error({ event: "department.untold", account, count: all.length, err });
    return undefined;
  }
}

function longestMail(account: string, all: readonly Certificate[], { most, mailOf }: List): Mail {
  const mail = (count: number): Mail => mailOf(account, all.slice(0, count), all.length - count);
  let count = Math.min(most, all.length);
  while (count > 1 && valueBytes(mail(count).values) > ROOM_BYTES) count -= 1;
  return mail(count);
}
