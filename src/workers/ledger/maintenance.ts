// What keeps the ledger itself in order: the dwell counter, settled attempts, unused slots that turned up, freezing and thawing.

import { join } from "node:path";
import { beginsText, endsText } from "../../shared/account/told-states.ts";
import { frozenText, stoppedText } from "../../shared/account/trouble-notes.ts";
import type { OwnerWord } from "../../shared/certificate/slot-owner.ts";
import { defineScript, runScript } from "../../shared/redis/script.ts";
import { attemptField } from "./attempt.ts";
import { type LedgerContext, nowText, toldKeys } from "./context.ts";
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

const FOLDER = join(import.meta.dirname, "lua");
const FREEZE = defineScript(join(FOLDER, "freeze.lua"), {
  keys: ["metaKey", "troubles", "stream"],
  args: ["reason", "begins"],
});

/** Rule 13 and whoever finds something that must not be: no purchase, claim or configuration from now on. The first reason stays. */
export async function freeze(context: LedgerContext, account: string, reason: string): Promise<void> {
  const { redis, keys } = context.ledger;
  const at = await nowText(context);
  await runScript(redis, FREEZE, {
    keys: { metaKey: keys.ledger.meta(account), ...toldKeys(context, account) },
    args: { reason, begins: beginsText(account, "ledger-frozen", { at, message: frozenText(reason) }) },
  });
}

const THAW = ledgerScript({
  step: "thaw",
  whenFrozen: "goes-on",
  keys: ["troubles", "stream"],
  args: ["words", "ends"],
});

/** A person has found out why, also where money was missed: orders are looked at from here on. `words`: who and why, kept. A ledger behind its journal is not thawed by words: it is rebuilt. */
export async function thaw(context: LedgerContext, account: string, words: string): Promise<boolean> {
  const ends = endsText(account, "ledger-frozen", await nowText(context));
  const call = { account, keys: toldKeys(context, account), args: { words, ends } };
  return (await step(context, THAW, call)).code === "thawed";
}

/** Why the account buys nothing; undefined when it may. */
export async function findFrozen({ ledger }: LedgerContext, account: string): Promise<string | undefined> {
  const [frozen, behind] = await ledger.redis.hmget(ledger.keys.ledger.meta(account), "frozen", "behind");
  return behind ?? frozen ?? undefined;
}

const SWITCH = ledgerScript({
  step: "switch",
  whenFrozen: "goes-on",
  keys: ["troubles", "stream"],
  args: ["reason", "words", "told"],
});
const SWITCH_EARLY = defineScript(join(FOLDER, "switch-early.lua"), {
  keys: ["metaKey", "troubles", "stream"],
  args: ["reason", "told"],
});

/** The switch of the account's purchases, felt by the next gate of any machine; reissues and everything bought go on. */
export async function switchPurchases(
  context: LedgerContext,
  account: string,
  to: "on" | "off",
  words: string,
): Promise<void> {
  const { redis, keys } = context.ledger;
  const metaKey = keys.ledger.meta(account);
  const at = await nowText(context);
  const reason = to === "off" ? words : "";
  const told =
    to === "off"
      ? beginsText(account, "purchases-stopped", { at, message: stoppedText(words) })
      : endsText(account, "purchases-stopped", at);
  const states = toldKeys(context, account);
  if ((await redis.hget(metaKey, "epoch")) === null)
    await runScript(redis, SWITCH_EARLY, { keys: { metaKey, ...states }, args: { reason, told } });
  else await step(context, SWITCH, { account, keys: states, args: { reason, words, told } });
}
