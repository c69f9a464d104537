// What keeps the ledger itself in order: the dwell counter, settled attempts, spare slots that turned up, freezing and thawing.

import type { LedgerContext } from "./context.ts";
import { IN_AIR, LONGEST_DWELL_MS } from "./limits.ts";
import { type Script, step } from "./script.ts";

/** A ms since the same process' last visit, by a clock that never jumps. Never more than the ledger's own time went on. Not a step of money. */
const DWELL: Script = {
  name: "dwell",
  whenFrozen: "goes-on",
  lua: `
local since = math.max(0, math.min(tonumber(A[1]), ${LONGEST_DWELL_MS}, now - tonumber(meta[7] or now)))
redis.call('HSET', KEYS[1], 'dwell', string.format('%.0f', dwell + since), 'dwellAt', string.format('%.0f', now))
return answer('dwelt')`,
};

/** Rule 9: an attempt settles by time that was really watched, besides Redis' clock, which somebody may set. */
export async function dwellOn(place: LedgerContext, account: string, elapsedMs: number): Promise<void> {
  await step(place, DWELL, { account, keys: [], args: [Math.max(0, Math.floor(elapsedMs))] });
}

/** K attempt, unsettled. A field, T_settle (ms). */
const SETTLE: Script = {
  name: "settle",
  whenFrozen: "goes-on",
  lua: `${IN_AIR}
local entry = redis.call('HGET', K[2], A[1])
local e = entry and inAir(entry)
if not e or e.flag ~= 'C' or not settled(e, tonumber(A[2])) then return answer('not yet') end
if redis.call('HGET', K[1], 'state') == 'COVERED' then write('HSET', K[1], 'state', 'OWNED') end
write('HDEL', K[2], A[1])
return answer('settled')`,
};

/** COVERED → OWNED when T_settle is over: whatever this attempt did is in eNom's list by now. */
export async function settleCovered(
  place: LedgerContext,
  { account, reference, number }: { account: string; reference: string; number: number },
): Promise<boolean> {
  const { ledger } = place.ledger.keys;
  const { code } = await step(place, SETTLE, {
    ...{ account, reference },
    keys: [ledger.attempt(reference, number), ledger.unsettled(account)],
    args: [`${reference}#${number}`, place.ledger.settleMs],
  });
  return code === "settled";
}

/** K owner, version, pool, abandoned. A slot, class, owner to be, when it was bought (ms). A slot that no map has, or a spare one that is none. */
const ENTER: Script = {
  name: "enter",
  whenFrozen: "goes-on",
  lua: `
local at = redis.call('HGET', K[1], A[1])
if at and (at ~= 'POOL' or A[3] == 'POOL') then return answer('known') end
if at then write('ZREM', K[3], A[1]) end
write('HSET', K[1], A[1], A[3])
raise(K[2], A[2])
if A[3] == 'POOL' then
  write('ZADD', K[3], A[4], A[1])
  local flat = redis.call('HGETALL', K[4])
  for i = 1, #flat, 2 do
    if string.match(flat[i + 1], '^(.*)|%d+$') == A[2] then
      write('HDEL', K[4], flat[i])
      break
    end
  end
end
return answer('entered')`,
};

/**
 * I7: a listed certificate gets its place in the maps. POOL: bought too many by an attempt that was given up, which explains
 * one such attempt. REFUNDED: eNom gave the money back. FOREIGN: a person says that it is not ours.
 */
export async function enterSlot(
  place: LedgerContext,
  { account, certId, slotClass, boughtAt }: { account: string; certId: number; slotClass: string; boughtAt: number },
  owner: "POOL" | "REFUNDED" | "FOREIGN",
): Promise<boolean> {
  const { ledger } = place.ledger.keys;
  const { code } = await step(place, ENTER, {
    account,
    keys: [ledger.owner(account), ledger.version(account), ledger.pool(account, slotClass), ledger.abandoned(account)],
    args: [certId, slotClass, owner, boughtAt],
  });
  return code === "entered";
}

/** Rule 13 and whoever finds something that must not be: no purchase, claim or configuration from now on. The first reason stays. */
export async function freeze({ ledger }: LedgerContext, account: string, reason: string): Promise<void> {
  await ledger.redis.hsetnx(ledger.keys.ledger.meta(account), "frozen", reason);
}

const THAW: Script = {
  name: "thaw",
  whenFrozen: "goes-on",
  lua: `
if not frozen then return answer('not frozen') end
write('HDEL', KEYS[1], 'frozen', 'orders')
write('HSET', KEYS[1], 'thawed', A[1])
return answer('thawed', frozen)`,
};

/** A person has found out why, also where money was missed: orders are looked at from here on. `words`: who and why, kept. A ledger behind its journal is not thawed by words: it is rebuilt. */
export async function thaw(place: LedgerContext, account: string, words: string): Promise<boolean> {
  return (await step(place, THAW, { account, keys: [], args: [words] })).code === "thawed";
}

/** Why the account buys nothing; undefined when it may. */
export async function findFrozen({ ledger }: LedgerContext, account: string): Promise<string | undefined> {
  const [frozen, behind] = await ledger.redis.hmget(ledger.keys.ledger.meta(account), "frozen", "behind");
  return behind ?? frozen ?? undefined;
}

const SWITCH: Script = {
  name: "switch",
  whenFrozen: "goes-on",
  lua: `
if A[1] == '' then write('HDEL', KEYS[1], 'stopped') else write('HSET', KEYS[1], 'stopped', A[1]) end
write('HSET', KEYS[1], 'switched', A[2])
return answer('switched')`,
};

/** The switch of the account's purchases, felt by the next gate of any machine; reissues and everything bought go on. */
export async function switchPurchases(
  place: LedgerContext,
  account: string,
  to: "on" | "off",
  words: string,
): Promise<void> {
  const { redis, keys } = place.ledger;
  const meta = keys.ledger.meta(account);
  if ((await redis.hget(meta, "epoch")) === null) {
    // Not in use yet: there is no step to keep.
    if (to === "off") await redis.hset(meta, "stopped", words);
    else await redis.hdel(meta, "stopped");
    return;
  }
  await step(place, SWITCH, { account, keys: [], args: [to === "off" ? words : "", words] });
}
