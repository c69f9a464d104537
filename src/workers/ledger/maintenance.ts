// What keeps the ledger itself in order: the dwell counter, settled attempts, unused slots that turned up, freezing and thawing.

import type { OwnerWord } from "../../shared/certificate/slot-owner.ts";
import { attemptField } from "./attempt.ts";
import type { LedgerContext } from "./context.ts";
import { ledgerScript, step } from "./script.ts";

const DWELL = ledgerScript({ step: "dwell", whenFrozen: "goes-on", keys: [], args: ["elapsedMs"] });

/** Rule 9: an attempt settles by time that was really watched, besides Redis' clock, which somebody may set. */
export async function dwellOn(context: LedgerContext, account: string, elapsedMs: number): Promise<void> {
  await step(context, DWELL, { account, keys: {}, args: { elapsedMs: Math.max(0, Math.floor(elapsedMs)) } });
}

const SETTLE = ledgerScript({
  step: "settle",
  whenFrozen: "goes-on",
  keys: ["attempt", "unsettled"],
  args: ["field", "settleMs"],
});

/** COVERED → OWNED when T_settle is over: whatever this attempt did is in eNom's list by now. */
export async function settleCovered(
  context: LedgerContext,
  { account, reference, number }: { account: string; reference: string; number: number },
): Promise<boolean> {
  const { ledger } = context.ledger.keys;
  const { code } = await step(context, SETTLE, {
    ...{ account, reference },
    keys: { attempt: ledger.attempt(reference, number), unsettled: ledger.unsettled(account) },
    args: { field: attemptField({ reference, number }), settleMs: context.ledger.settleMs },
  });
  return code === "settled";
}

const ENTER = ledgerScript({
  step: "enter",
  whenFrozen: "goes-on",
  keys: ["owner", "version", "pool", "abandoned"],
  args: ["slot", "class", "becomes", "boughtAt"],
});

/**
 * I7: a listed certificate gets its place in the maps. One that becomes unused was bought too many by an
 * attempt that was abandoned, which explains one such attempt.
 */
export async function enterSlot(
  context: LedgerContext,
  { account, certId, slotClass, boughtAt }: { account: string; certId: number; slotClass: string; boughtAt: number },
  owner: Exclude<OwnerWord, "LEGACY">,
): Promise<boolean> {
  const { ledger } = context.ledger.keys;
  const { code } = await step(context, ENTER, {
    account,
    keys: {
      owner: ledger.owner(account),
      version: ledger.version(account),
      pool: ledger.pool(account, slotClass),
      abandoned: ledger.abandoned(account),
    },
    args: { slot: certId, class: slotClass, becomes: owner, boughtAt },
  });
  return code === "entered";
}

/** Rule 13 and whoever finds something that must not be: no purchase, claim or configuration from now on. The first reason stays. */
export async function freeze({ ledger }: LedgerContext, account: string, reason: string): Promise<void> {
  await ledger.redis.hsetnx(ledger.keys.ledger.meta(account), "frozen", reason);
}

const THAW = ledgerScript({ step: "thaw", whenFrozen: "goes-on", keys: [], args: ["words"] });

/** A person has found out why, also where money was missed: orders are looked at from here on. `words`: who and why, kept. A ledger behind its journal is not thawed by words: it is rebuilt. */
export async function thaw(context: LedgerContext, account: string, words: string): Promise<boolean> {
  return (await step(context, THAW, { account, keys: {}, args: { words } })).code === "thawed";
}

/** Why the account buys nothing; undefined when it may. */
export async function findFrozen({ ledger }: LedgerContext, account: string): Promise<string | undefined> {
  const [frozen, behind] = await ledger.redis.hmget(ledger.keys.ledger.meta(account), "frozen", "behind");
  return behind ?? frozen ?? undefined;
}

const SWITCH = ledgerScript({ step: "switch", whenFrozen: "goes-on", keys: [], args: ["reason", "words"] });

/** The switch of the account's purchases, felt by the next gate of any machine; reissues and everything bought go on. */
export async function switchPurchases(
  context: LedgerContext,
  account: string,
  to: "on" | "off",
  words: string,
): Promise<void> {
  const { redis, keys } = context.ledger;
  const meta = keys.ledger.meta(account);
  if ((await redis.hget(meta, "epoch")) === null) {
    // Not in use yet: there is no step to keep.
    if (to === "off") await redis.hset(meta, "stopped", words);
    else await redis.hdel(meta, "stopped");
    return;
  }
  await step(context, SWITCH, { account, keys: {}, args: { reason: to === "off" ? words : "", words } });
}
