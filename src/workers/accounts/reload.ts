// The accounts follow certfleet.yaml while the workers run: each question is answered by the version in force, and
// people see who is there.
import type { AccountRecords } from "../../shared/account/records.ts";
import type { Log } from "../../shared/base/log.ts";
import type { LiveFleetFile } from "../../shared/config/fleet-file-watch.ts";
import { type Repeated, repeat } from "../../shared/process/repeat.ts";
import type { Accounts } from "./accounts.ts";
import type { AccountOpener } from "./open.ts";

/**
 * A step that holds an account keeps it to its end, with its old client, whatever becomes of it in the file.
 * @throws Error as `open`, about the first version; later versions that cannot be opened are refused as a whole
 */
export function liveAccounts(live: LiveFleetFile, open: AccountOpener["open"]): Accounts {
  const current = live.derive(open);
  return {
    get all() {
      return current().all;
    },
    find: (id) => current().find(id),
    fitting: (order) => current().fitting(order),
  };
}

/** With the schedules of a lost account's balance behind it, all is back within a minute. */
const LOOK_EVERY_MS = 15_000;

/**
 * Makes the accounts known to the producers, now, after each change, and again when Redis lost them; one that is gone
 * stays known, as not enabled.
 */
export async function publishAccounts(
  accounts: Accounts,
  { live, records, log }: { live: LiveFleetFile; records: AccountRecords; log: Log },
  everyMs = LOOK_EVERY_MS,
): Promise<Repeated> {
  const publish = (): Promise<void> => {
    const entries = accounts.all.map(({ entry }) => entry);
    return records.publishAll(entries, live.file);
  };
  const failed = (err: unknown): void => log.warn({ event: "accounts.unpublished", err });
  let last = publish();
  await last;
  live.onChange(() => {
    last = last.then(publish).catch(failed);
  });
  const publishLost = async (): Promise<void> => {
    await last;
    const entries = accounts.all.map(({ entry }) => entry);
    const lost = await records.publishLost(entries, live.file);
    if (lost.length > 0) log.warn({ event: "accounts.restored", accounts: lost });
  };
  return repeat(publishLost, everyMs, failed);
}
