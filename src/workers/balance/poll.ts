// Reads an account's balance (and, when asked, checks its login) and keeps what eNom answered, with its time.
import type { AccountRecords } from "../../shared/account/records.ts";
import type { Clock } from "../../shared/base/clock.ts";
import { Refused, Unavailable } from "../../shared/base/errors.ts";
import type { Log } from "../../shared/base/log.ts";
import type { JobData } from "../../shared/queue/jobs.ts";
import type { Keys } from "../../shared/redis/keys.ts";
import type { Account, Accounts } from "../accounts/accounts.ts";
import type { Outcome } from "../runtime/outcome.ts";
import { type Changes, changesOf, noteRung } from "./changed.ts";
import { checkConnection, WELL } from "./connection-check.ts";
import { endProblem, tellOfProblem } from "./connection-problem.ts";
import { type ArrivalNeeds, hasArrived, isAwaited, ringForMoney, ringForSettings } from "./waiting-orders.ts";
import { tellTurns, type WatchNeeds, watchBalance } from "./watch.ts";

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
 * Reads only: twice does no harm. A connection that fails is a finding that is kept with its cause; it is tried again
 * when it may pass by itself. While orders wait for money the account is looked at more often than the schedule says.
 */
export async function pollBalance(asked: JobData<"balance-poll">, needs: BalanceNeeds): Promise<Outcome> {
  const changes = await changesOf(asked.account, needs);
  const outcome = await readBalance(asked, changes, needs);
  const { taken } = await changesOf(asked.account, needs);
  // Who took them over enqueued a poll while this one was running: that job was dropped.
  if (taken !== changes.taken)
    return { waitSeconds: 1, because: "the account's settings changed while it was polled; it is polled again" };
  const account = needs.accounts.find(asked.account);
  if (outcome !== "done" || !account || !(await isAwaited(account, needs))) return outcome;
  return { waitSeconds: AWAITED_SECONDS, because: "orders wait for money on this account" };
}

async function readBalance(asked: JobData<"balance-poll">, changes: Changes, needs: BalanceNeeds): Promise<Outcome> {
  const { account: id, check } = asked;
  const { accounts, records, clock, log } = needs;
  const account = accounts.find(id);
  if (!account) throw new Refused(`account ${id} is not configured here`);
  const before = await records.find(id);
  await tellTurns(account.entry, needs); // what an earlier poll left behind, even while eNom does not answer
  const trouble = check && (await examine(account, needs));
  if (trouble) return trouble;
  const read = await account.enom.balance().catch(asFailure);
  if (read instanceof Refused) return refused(account, read, needs);
  if (read instanceof Unavailable) {
    // Checks that are asked for while it waits are folded into it: it becomes one itself.
    if (!check && read.code !== "budget-used-up") return readBalance({ ...asked, check: true }, changes, needs);
    if (read.retryAfterSeconds === undefined) throw read;
    return { waitSeconds: read.retryAfterSeconds, because: read.message };
  }
  const reading = { ...read, at: clock.now().toISOString() };
  await records.keepCheck(id, { ok: true, message: WELL, at: reading.at });
  await endProblem(id, needs);
  if (changes.rung !== changes.taken) await ringForSettings(account, needs);
  else if (hasArrived(before, reading.available)) await ringForMoney(account, needs);
  await noteRung(id, changes, needs);
  await records.keepBalance(id, reading);
  log.info({ event: "balance.read", account: id, available: reading.available, currency: account.entry.currency });
  await watchBalance(account.entry, reading, needs);
  await keepCatalogue(account, needs);
  return "done";
}

/** What eNom's client throws as a value; anything else is a fault of ours, and goes on. */
function asFailure(error: unknown): Refused | Unavailable {
  if (error instanceof Refused || error instanceof Unavailable) return error;
  throw error;
}

/** Login or address may be why. */
async function refused(account: Account, { message }: Refused, needs: BalanceNeeds): Promise<Outcome> {
  const trouble = await examine(account, needs);
  if (trouble) return trouble;
  needs.log.error({ event: "account.refused", account: account.entry.id, message });
  return "done";
}

/**
 * Keeps what was found. Nothing when it is well; else when to look again, which is not before a person acts where
 * nothing passes.
 */
async function examine(account: Account, needs: BalanceNeeds): Promise<Outcome | undefined> {
  const { records, clock, log } = needs;
  const { id } = account.entry;
  const found = await checkConnection(account, clock);
  const { cause, message, seenAddress } = found;
  // Our own budget says nothing of the connection.
  if (cause === "budget-used-up") return { waitSeconds: 10, because: message };
  const matters = !found.ok && account.entry.enabled; // nobody waits for an account that is switched off
  if (!matters) await endProblem(id, needs);
  const waitSeconds = matters ? await tellOfProblem(account.entry, found, needs) : undefined;
  await records.keepCheck(id, found);
  if (found.ok) return undefined;
  const isRefused = cause === "login-refused" || cause === "address-not-permitted" || cause === "refused";
  if (isRefused) log.error({ event: "account.refused", account: id, cause, message, seenAddress });
  else log.warn({ event: "account.unreachable", account: id, cause, message });
  return waitSeconds === undefined ? "done" : { waitSeconds, because: message };
}

/** What is sold rarely changes: a reading that fails is made up for by the next poll. */
async function keepCatalogue({ entry, catalogue }: Account, { records, log, clock }: BalanceNeeds): Promise<void> {
  try {
    await records.keepCatalogue(entry.id, await catalogue(), clock.now());
  } catch (err) {
    log.warn({ event: "catalogue.unread", account: entry.id, err });
  }
}
