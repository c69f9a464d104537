// Reads an account's balance (and, when asked, checks its login) and keeps what eNom answered, with its time.
import type { AccountRecords } from "../shared/account-records.ts";
import type { Clock } from "../shared/clock.ts";
import { Refused } from "../shared/errors.ts";
import type { JobData } from "../shared/jobs.ts";
import type { Log } from "../shared/log.ts";
import type { Account, Accounts } from "./accounts.ts";
import type { Outcome } from "./outcome.ts";

export interface BalanceNeeds {
  accounts: Accounts;
  records: AccountRecords;
  clock: Clock;
  log: Log;
}

/** Reads only: twice does no harm. A refused login is a finding that is kept, not a failure to be repeated. */
export async function pollBalance(
  { account: id, check }: JobData<"balance-poll">,
  needs: BalanceNeeds,
): Promise<Outcome> {
  const { accounts, records, clock, log } = needs;
  const account = accounts.find(id);
  if (!account) throw new Refused(`account ${id} is not configured here`);
  try {
    if (check) await account.enom.checkLogin();
    const { available, balance } = await account.enom.balance();
    const at = clock.now().toISOString();
    await records.keepBalance(id, { available, balance, at });
    await records.keepCheck(id, { ok: true, message: "eNom accepted login and address.", at });
    log.info({ event: "balance.read", account: id, available, currency: account.entry.currency });
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    await records.keepCheck(id, { ok: false, message: error.message, at: clock.now().toISOString() });
    log.error({ event: "account.refused", account: id, message: error.message });
  }
  await keepCatalogue(account, needs);
  return "done";
}

/** What is sold rarely changes: a reading that fails is made up for by the next poll. */
async function keepCatalogue({ entry, catalogue }: Account, { records, log }: BalanceNeeds): Promise<void> {
  try {
    await records.keepCatalogue(entry.id, await catalogue());
  } catch (err) {
    log.warn({ event: "catalogue.unread", account: entry.id, err });
  }
}
