// Tells the department of an account by mail. Where no address is configured, the attention in the record and the log must do.
import type { AccountEntry } from "../shared/fleet-file.ts";
import type { JobInput } from "../shared/jobs.ts";
import type { Log } from "../shared/log.ts";
import type { Ring } from "../shared/queues.ts";

/** The mail's key makes it once only. */
export async function tellDepartment(
  { id, department }: Pick<AccountEntry, "id" | "department">,
  mail: Pick<JobInput<"notify">, "key" | "template" | "values">,
  { ring, log }: { ring: Ring; log: Log },
): Promise<void> {
  if (department) await ring("notify", { ...mail, to: { address: department } });
  else log.warn({ event: "department.unknown", account: id, template: mail.template, key: mail.key });
}
