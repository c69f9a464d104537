// What became of an attempt that may have been written (rule 8): not sent, rejected, unknown, parked. `claim.ts` has the fourth end: bought.
import { moneyUnits } from "../../shared/base/money.ts";
import { exposureEntry, type Intent } from "./attempt.ts";
import type { LedgerContext } from "./context.ts";
import type { Ticket } from "./gate.ts";
import { type Script, step } from "./script.ts";

/** K certificate, attempt, unsettled, spent. A exposure field, sender, reason, order's state afterwards or empty, entry of `spent`. */
const CLOSE: Script = {
  name: "close",
  whenFrozen: "goes-on",
  lua: `
local state = redis.call('HGET', K[2], 'state')
local mine = state == 'SENDING' and redis.call('HGET', K[2], 'sender') == A[2]
if state ~= 'PREPARED' and not mine then return answer('late') end
write('HSET', K[2], 'state', mine and 'REJECTED' or 'VOID', 'reason', A[3])
write('HDEL', K[3], A[1])
write('ZREM', K[4], A[5])
if A[4] ~= '' and redis.call('HGET', K[1], 'state') == 'BUYING' then write('HSET', K[1], 'state', A[4]) end
return answer('closed')`,
};

/** No byte of this ticket was written: the attempt is over and another may be prepared. */
export function markNotSent(place: LedgerContext, ticket: Ticket, reason: string): Promise<boolean> {
  return close(place, ticket, `not sent: ${reason}`, "");
}

/** eNom said no with one of the reviewed harmless errors. `forGood`: it will never sell this; the order ends REFUSED. */
export function markRejected(place: LedgerContext, ticket: Ticket, reason: string, forGood: boolean): Promise<boolean> {
  return close(place, ticket, reason, forGood ? "REFUSED" : "");
}

async function close(place: LedgerContext, ticket: Ticket, reason: string, orderState: string): Promise<boolean> {
  const { keys } = place.ledger;
  const { intent, number, sender } = ticket;
  const { reference, account, price } = intent;
  const field = `${reference}#${number}`;
  const { code } = await step(place, CLOSE, {
    ...{ account, reference },
    keys: [
      ...[keys.certificate(reference), keys.ledger.attempt(reference, number)],
      ...[keys.ledger.unsettled(account), keys.ledger.spent(account)],
    ],
    args: [field, sender, reason, orderState, `${field}|${moneyUnits(price)}`],
  });
  return code === "closed";
}

/** K attempt, unsettled. A exposure field, reason, order id or empty. From SENDING alone: a late time-out must not revive what was decided meanwhile. */
const UNKNOWN: Script = {
  name: "unknown",
  whenFrozen: "goes-on",
  lua: `
if redis.call('HGET', K[1], 'state') ~= 'SENDING' then return answer('late') end
write('HSET', K[1], 'state', 'UNKNOWN', 'reason', A[2])
if A[3] ~= '' then write('HSET', K[1], 'orderId', A[3]) end
local entry = redis.call('HGET', K[2], A[1])
if entry then write('HSET', K[2], A[1], string.sub(entry, 1, -2) .. 'U') end
return answer('unknown')`,
};

/** Whatever was neither a whole yes nor a reviewed no. The order id is kept when the answer held one. */
export async function markUnknown(
  place: LedgerContext,
  { reference, account, number }: { reference: string; account: string; number: number },
  { reason, orderId }: { reason: string; orderId?: number | undefined },
): Promise<boolean> {
  const { ledger } = place.ledger.keys;
  const { code } = await step(place, UNKNOWN, {
    ...{ account, reference },
    keys: [ledger.attempt(reference, number), ledger.unsettled(account)],
    args: [`${reference}#${number}`, reason, orderId ?? ""],
  });
  return code === "unknown";
}

/** K certificate, attempt, unsettled, parked. A exposure field, exposure entry, why a person must decide. */
const PARK: Script = {
  name: "park",
  whenFrozen: "goes-on",
  lua: `
if redis.call('HGET', K[2], 'state') ~= 'UNKNOWN' then return answer('late') end
write('HSET', K[2], 'state', 'PARKED', 'parkedFor', A[3])
write('HDEL', K[3], A[1])
write('HSET', K[4], A[1], A[2])
if redis.call('HGET', K[1], 'state') == 'BUYING' then write('HSET', K[1], 'state', 'PARKED') end
return answer('parked')`,
};

/** Rule 16: an unknown purchase waits for a person; it keeps its exposure and leaves only by a decision with a reason. */
export async function parkAttempt(
  place: LedgerContext,
  { intent, number }: { intent: Pick<Intent, "reference" | "account" | "service" | "years" | "price">; number: number },
  why: string,
): Promise<boolean> {
  const { keys } = place.ledger;
  const { reference, account } = intent;
  const { code } = await step(place, PARK, {
    ...{ account, reference },
    keys: [
      ...[keys.certificate(reference), keys.ledger.attempt(reference, number)],
      ...[keys.ledger.unsettled(account), keys.ledger.parked(account)],
    ],
    args: [`${reference}#${number}`, exposureEntry(intent), why],
  });
  return code === "parked";
}
