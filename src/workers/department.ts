// Tells the department of an account by mail. Where no address is configured, the attention in the record and the log must do.
import type { Certificate } from "../shared/certificate.ts";
import type { AccountEntry } from "../shared/fleet-file.ts";
import type { JobInput } from "../shared/jobs.ts";
import type { Log } from "../shared/log.ts";
import type { Ring } from "../shared/queues.ts";
import type { Accounts } from "./accounts.ts";

type Mail = Pick<JobInput<"notify">, "key" | "template" | "values">;

/** Each department gets the list of its own account's certificates, in their order; a mail's size is bounded, and what does not fit is counted. */
export async function tellDepartments(
  found: readonly Certificate[],
  { most, mailOf }: { most: number; mailOf: (account: string, listed: readonly Certificate[], more: number) => Mail },
  { accounts, ...needs }: { accounts: Pick<Accounts, "all">; ring: Ring; log: Log },
): Promise<void> {
  const byAccount = Map.groupBy(found, ({ record }) => record.account ?? "");
  for (const { entry } of accounts.all) {
    const all = byAccount.get(entry.id) ?? [];
    if (all.length === 0) continue;
    await tellDepartment(entry, mailOf(entry.id, all.slice(0, most), Math.max(0, all.length - most)), needs);
  }
}

/** The mail's key makes it once only. */
export async function tellDepartment(
  { id, department }: Pick<AccountEntry, "id" | "department">,
  mail: Mail,
  { ring, log }: { ring: Ring; log: Log },
): Promise<void> {
  if (department) await ring("notify", { ...mail, to: { address: department } });
  else log.warn({ event: "department.unknown", account: id, template: mail.template, key: mail.key });
}
