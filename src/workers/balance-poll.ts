// Reads an account's balance (and, when asked, checks its login) and keeps what eNom answered, with its time.
import type { AccountRecords } from "../shared/account-records.ts";
import type { Clock } from "../shared/clock.ts";
import { Refused, Unavailable } from "../shared/errors.ts";
import type { JobData } from "../shared/jobs.ts";
import type { Keys } from "../shared/keys.ts";
import type { Log } from "../shared/log.ts";
import type { Account, Accounts } from "./accounts.ts";
import { type ArrivalNeeds, hasArrived, isAwaited, ringForMoney } from "./balance/arrived.ts";
import { tellTurns, type WatchNeeds, watchBalance } from "./balance/watch.ts";
import { checkConnection, passesByItself, WELL } from "./connection-check.ts";
import { endProblem, tellOfProblem } from "./connection-problem.ts";
import type { Outcome } from "./outcome.ts";

/** While orders wait for money. */
const AWAITED_SECONDS = 300;

export interface BalanceNeeds extends WatchNeeds, ArrivalNeeds {
  accounts: Accounts;
  records: AccountRecords;
  keys: Keys;
  clock: Clock;
  log: Log;
}

/**
 * Reads only: twice does no harm. A connection that fails is a finding that is kept with its cause; it is tried again when it may
 * pass by itself. While orders wait for money the account is looked at more often than the schedule says.
 */
export async function pollBalance(
  { account: id, check }: JobData<"balance-poll">,
  needs: BalanceNeeds,
): Promise<Outcome> {
  const { accounts, records, clock, log } = needs;
  const account = accounts.find(id);
  if (!account) throw new Refused(`account ${id} is not configured here`);
  const before = await records.find(id);
  await tellTurns(account.entry, needs); // what an earlier poll left behind, even while eNom does not answer
  try {
    if (check && !(await examine(account, needs))) return "done";
    const { available, balance } = await account.enom.balance();
    const at = clock.now().toISOString();
    await records.keepCheck(id, { ok: true, message: WELL, at });
    await endProblem(id, needs);
    if (hasArrived(before, available)) await ringForMoney(account, needs);
    await records.keepBalance(id, { available, balance, at });
    log.info({ event: "balance.read", account: id, available, currency: account.entry.currency });
    await watchBalance(account.entry, { available, balance, at }, needs);
  } catch (error) {
    if (error instanceof Unavailable && error.retryAfterSeconds !== undefined) {
      return { waitSeconds: error.retryAfterSeconds, because: error.message };
    }
    if (!(error instanceof Refused)) throw error;
    if (await examine(account, needs)) log.error({ event: "account.refused", account: id, message: error.message });
    return "done";
  }
  await keepCatalogue(account, needs);
  if (!(await isAwaited(account, needs))) return "done";
  return { waitSeconds: AWAITED_SECONDS, because: "orders wait for money on this account" };
}

/** Keeps what was found. @throws Unavailable when that may pass by itself, with the time to look again until it is told */
async function examine(account: Account, needs: BalanceNeeds): Promise<boolean> {
  const { records, clock, log } = needs;
  const { id } = account.entry;
  const found = await checkConnection(account, clock);
  // Our own budget says nothing of the connection.
  if (found.cause === "budget-used-up") throw new Unavailable(found.message, { retryAfterSeconds: 10 });
  if (found.ok) await endProblem(id, needs);
  const retryAfterSeconds = found.ok ? undefined : await tellOfProblem(account.entry, found, needs);
  await records.keepCheck(id, found);
  if (found.ok) return true;
  const { cause, message, seenAddress } = found;
  const isRefused = cause === "login-refused" || cause === "address-not-permitted" || cause === "refused";
  if (isRefused) log.error({ event: "account.refused", account: id, cause, message, seenAddress });
  else log.warn({ event: "account.unreachable", account: id, cause, message });
  if (passesByItself(found)) throw new Unavailable(message, { retryAfterSeconds });
  return false;
}

/** What is sold rarely changes: a reading that fails is made up for by the next poll. */
async function keepCatalogue({ entry, catalogue }: Account, { records, log }: BalanceNeeds): Promise<void> {
  try {
    await records.keepCatalogue(entry.id, await catalogue());
  } catch (err) {
    log.warn({ event: "catalogue.unread", account: entry.id, err });
  }
}
