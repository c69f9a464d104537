// Money has arrived on an account, or a new certfleet.yaml: the orders that wait for it are looked at now, one of each
// customer in turn, and not at the end of their pauses.

import { z } from "zod";
import type { AccountRecord } from "../../shared/account/records.ts";
import { type Share, UNKNOWN } from "../../shared/authority/share.ts";
import type { Clock } from "../../shared/base/clock.ts";
import type { AttentionCode } from "../../shared/base/codes.ts";
import type { Log } from "../../shared/base/log.ts";
import { compareMoney, type Money } from "../../shared/base/money.ts";
import type { Certificate } from "../../shared/certificate/certificate.ts";
import { overNewest } from "../../shared/certificate/save-race.ts";
import type { CertificateStore } from "../../shared/certificate/store.ts";
import type { Enqueue } from "../../shared/queue/queues.ts";
import { readShares } from "../../shared/queue/waiting.ts";
import type { RedisClient } from "../../shared/redis/client.ts";
import type { Keys } from "../../shared/redis/keys.ts";
import type { Account, Accounts } from "../accounts/accounts.ts";
import { turnByTurn } from "../fair/order.ts";
import { pagesOf } from "../order/every-order.ts";

export interface ArrivalNeeds {
  redis: RedisClient;
  keys: Keys;
  certificates: Pick<CertificateStore, "find" | "save">;
  accounts: Pick<Accounts, "fitting">;
  enqueue: Enqueue;
  clock: Clock;
  log: Log;
}

/**
 * So many are enqueued for one reading, so that a poll stays short. The others look by themselves, or are enqueued for
 * the next rise.
 */
const MOST = 500;
const WAIT_FOR_MONEY: readonly AttentionCode[] = ["no-account-with-funds"];
/** A change of the file may fix these. */
const WAIT_FOR_SETTINGS: readonly AttentionCode[] = [
  ...WAIT_FOR_MONEY,
  "no-account",
  "account-bound-elsewhere",
  "account-observes",
  "purchases-stopped",
  "price-above-ceiling",
  "spend-cap-reached",
];

/** Which orders are meant: those that may be bought on the account, and wait with one of these codes. */
interface Waiting {
  account: Account;
  codes: readonly string[];
}

/**
 * Whether orders may be paid now that could not before: more is there than at the last good reading, or the account was
 * asked in vain since, and was passed over for that. A check that went well is kept with the time of its reading.
 */
export function hasArrived(
  before: Pick<AccountRecord, "balance" | "lastCheck"> | undefined,
  available: Money,
): boolean {
  if (!before?.balance) return true;
  const { balance, lastCheck } = before;
  return compareMoney(available, balance.available) > 0 || (lastCheck !== null && lastCheck.at > balance.at);
}

/**
 * Enqueues the orders that wait for money and may be bought on the account. To be done before the reading is kept that
 * makes the next one no rise: whoever dies in between enqueues again, and a look out of turn costs nothing. Answers how
 * many.
 */
export function ringForMoney(account: Account, needs: ArrivalNeeds, most = MOST): Promise<number> {
  return enqueue({ account, codes: WAIT_FOR_MONEY }, needs, most);
}

/**
 * As `ringForMoney`, after the file was taken over: a minimum, a switch, a ceiling, a product may be other than before.
 */
export function ringForSettings(account: Account, needs: ArrivalNeeds): Promise<number> {
  return enqueue({ account, codes: WAIT_FOR_SETTINGS }, needs, MOST);
}

async function enqueue(waiting: Waiting, needs: ArrivalNeeds, most: number): Promise<number> {
  let count = 0;
  for await (const reference of waitingFor(waiting, needs)) {
    if (await wake(reference, waiting, needs)) count++;
    if (count === most) break;
  }
  if (count > 0) needs.log.info({ event: "funds.arrived", account: waiting.account.entry.id, count });
  return count;
}

/** Whether any order that may be bought on the account waits for money. */
export async function isAwaited(account: Account, needs: ArrivalNeeds): Promise<boolean> {
  for await (const _reference of waitingFor({ account, codes: WAIT_FOR_MONEY }, needs)) return true;
  return false;
}

/**
 * References: of each customer the oldest order first, and the customers in turn, so that whoever has many orders takes
 * nobody else's money. One that cannot be read keeps no other from its money.
 */
async function* waitingFor(waiting: Waiting, needs: ArrivalNeeds): AsyncGenerator<string> {
  const { entry } = waiting.account;
  if (!entry.enabled || !entry.purchases) return;
  for (const reference of await inTurn(needs)) {
    const certificate = await findReadable(reference, needs);
    if (certificate && waitsFor(waiting, certificate, needs)) yield reference;
  }
}

/** All that need attention, in the order in which they are looked at; the index is one of acceptance. */
async function inTurn(needs: ArrivalNeeds): Promise<string[]> {
  const all: { id: string; share: Share; isUrgent: false; since: number }[] = [];
  for await (const references of pagesOf(needs.keys.withAttention, needs)) {
    const shares = await readShares(references, needs);
    for (const id of references) all.push({ id, share: shares.get(id) ?? UNKNOWN, isUrgent: false, since: all.length });
  }
  return turnByTurn(all).map(({ id }) => id);
}

async function findReadable(reference: string, { certificates, log }: ArrivalNeeds): Promise<Certificate | undefined> {
  try {
    return await certificates.find(reference);
  } catch (err) {
    // Redis, not the record: the poll is done again.
    if (!(err instanceof z.ZodError || err instanceof SyntaxError)) throw err;
    log.warn({ event: "order.unreadable", reference, err });
    return undefined;
  }
}

/**
 * The saved record makes the sweeper enqueue it where the job is lost, and the run that looks just now look once more:
 * it may have read the balance before.
 */
async function wake(reference: string, waiting: Waiting, needs: ArrivalNeeds): Promise<boolean> {
  const { certificates, clock } = needs;
  const saved = await overNewest(async () => {
    const certificate = await certificates.find(reference);
    if (!certificate || !waitsFor(waiting, certificate, needs)) return undefined;
    const now = clock.now();
    const record = { ...certificate.record, nextLookAt: now.toISOString() };
    return certificates.save({ ...certificate, record }, now);
  });
  if (saved) await needs.enqueue("open", { reference });
  return saved !== undefined;
}

/** A later term stays on its account; a first one was perhaps begun on an account that it fits no more. */
function waitsFor({ account, codes }: Waiting, certificate: Certificate, needs: ArrivalNeeds): boolean {
  const { order, record, term, certId } = certificate;
  const { id } = account.entry;
  if (!record.attention || !codes.includes(record.attention.code) || certId !== null) return false;
  if (record.account === id) return true;
  return term === 1 && needs.accounts.fitting(order).some(({ entry }) => entry.id === id);
}
