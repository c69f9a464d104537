// Has an account looked at out of its turn: its balance read, or its login and address checked. One poll for all who
// ask meanwhile.

import type { Cause, ConnectionCheck } from "../../shared/account/connection-check.ts";
import type { AccountRecords } from "../../shared/account/records.ts";
import type { Clock } from "../../shared/base/clock.ts";
import type { Log } from "../../shared/base/log.ts";
import type { JobInput } from "../../shared/queue/jobs.ts";
import type { Enqueue } from "../../shared/queue/queues.ts";
import { passesByItself } from "./connection-check.ts";

/** A check says so long how it is: no trouble behind it, not even its own, asks for another at once. */
const FRESH_MS = 5_000;

export interface AskNeeds {
  enqueue: Enqueue;
  log: Log;
}

/** After a purchase, and when an order begins to wait for money. */
export function askForBalance(account: string, needs: AskNeeds): Promise<void> {
  return askFor({ account }, needs);
}

export function askForCheck(account: string, needs: AskNeeds): Promise<void> {
  return askFor({ account, check: true }, needs);
}

/**
 * Work met trouble with the connection: it is checked, told and shown now, and not at the next check in turn, unless it
 * is known. Once it is known, its own poll follows what passes, and a person what does not. Never throws.
 */
export async function askAboutTrouble(
  { account, cause }: { account: string; cause: Cause },
  { records, clock, ...needs }: AskNeeds & { records: Pick<AccountRecords, "find">; clock: Clock },
): Promise<void> {
  try {
    const last = (await records.find(account))?.lastCheck;
    if (last && (isKnown(last, cause) || clock.now().getTime() - Date.parse(last.at) < FRESH_MS)) return;
  } catch (err) {
    noteLost(account, err, needs);
    return;
  }
  await askForCheck(account, needs);
}

function isKnown(last: ConnectionCheck, cause: Cause): boolean {
  return !last.ok && (last.cause === cause || passesByItself(last));
}

async function askFor(data: JobInput<"balance-poll">, needs: AskNeeds): Promise<void> {
  await needs.enqueue("balance-poll", data).catch((err: unknown) => noteLost(data.account, err, needs));
}

/** A job that is lost does no harm: the schedule adds one by itself. */
export function noteLost(account: string, err: unknown, { log }: Pick<AskNeeds, "log">): void {
  log.warn({ event: "doorbell.lost", queue: "balance-poll", reference: account, err });
}
