// Runs the ledger's scripts (rules 2 and 3): one preamble for all, a journal line for each step, and nothing on a ledger that may have gone back.

import { join } from "node:path";
import { rememberedReplicas } from "../../shared/redis/connection/remembered.ts";
import { defineScript, type Operands, runScript, type Script } from "../../shared/redis/script.ts";
import { isFrozen, type LedgerContext, type SeenMark } from "./context.ts";
import { emptyOutbox, keepLines, recheck, suspect } from "./recheck.ts";

/** A step of the ledger: `lua/FILE.lua` behind the preamble. */
export interface LedgerScript<K extends string = string, A extends string = string> extends Script<K, A> {
  /** The step's name in the journal. */
  step: string;
}

export interface Call<K extends string, A extends string> extends Operands<K, A> {
  account: string;
  reference?: string;
}

/**
 * `file`: named as the step where it is not given. `whenFrozen`: a frozen account buys, claims and configures nothing. `whenShut`:
 * a ledger that was not compared with its journal takes only the two steps that take it into use.
 */
export function ledgerScript<const K extends string, const A extends string>({
  step,
  file = `${import.meta.dirname}/lua/${step}.lua`,
  whenFrozen,
  whenShut = "refused",
  ...operands
}: {
  step: string;
  file?: string;
  whenFrozen: "goes-on" | "refused";
  whenShut?: "goes-on" | "refused";
  keys: readonly K[];
  args: readonly A[];
}): LedgerScript<K, A> {
  const before = [
    "preamble",
    ...(whenShut === "refused" ? ["shut"] : []),
    ...(whenFrozen === "refused" ? ["thawed"] : []),
  ];
  return {
    step,
    ...defineScript([...before.map((part) => join(import.meta.dirname, "lua", `${part}.lua`)), file], operands),
  };
}

export interface ScriptAnswer {
  code: string;
  details: string[];
  /** Milliseconds of the ledger's time. */
  now: number;
}

/**
 * One step of the ledger: atomic in Redis, on a replica where some follow, then in the journal; only then the caller may act on it. A crash in between loses
 * a step that nobody acted on.
 * @throws Refused `ledger-frozen`: nothing was done, and a person is needed
 * @throws Unavailable the journal failed: the step is in the ledger, and must not be acted on
 */
export async function step<K extends string, A extends string>(
  context: LedgerContext,
  script: LedgerScript<K, A>,
  call: Call<K, A>,
): Promise<ScriptAnswer> {
  for (let tries = 1; ; tries++) {
    const answer = await once(context, script, call);
    if (answer.code === "frozen") throw isFrozen(call.account, answer.details[0] ?? "");
    if (answer.code !== "shut") return answer;
    await recheck(context, call.account, answer.details[0] ?? "");
    if (tries === 3) throw isFrozen(call.account, "Redis restarts again and again.");
  }
}

/** Runs the script once and keeps its line, whatever the script says. */
export async function once<K extends string, A extends string>(
  context: LedgerContext,
  script: LedgerScript<K, A>,
  { account, reference = "", ...operands }: Call<K, A>,
): Promise<ScriptAnswer> {
  const { redis, keys, now: inHand, journal } = context.ledger;
  const reply = (await runScript(redis, script, operands, {
    keys: [keys.ledger.meta(account), keys.ledger.outbox(account), keys.replicas],
    args: [inHand ? Math.floor(inHand()) : "", journal.id, script.step, reference, rememberedReplicas()],
  })) as [number, number, string, string, number, string, number, string, string, string, ...string[]];
  const [epoch, seq, now, line, earlier, run, online, alone, at, code, ...details] = reply;
  const answer = { code, details, now: Number(now) };
  if (code === "shut") return answer;
  await notGoneBack(context, account, { epoch, seq, run, reference, isNew: line !== "" });
  if (earlier > 0) await emptyOutbox(context, account); // a step of this order that a dead process took: first the journal, then its consequences
  const follow = { online, run: run.split(" ")[0] ?? "", at: Number(at), alone: alone === "alone" };
  if (line !== "") await keepLines(context, account, { texts: [line], follow });
  return answer;
}

/**
 * Rule 3: seq grows by one within an epoch, in the order in which this process is answered. A Redis that was started anew or
 * promoted was compared with the journal before it answered (`shut`): it may lack steps that nobody acted on.
 */
async function notGoneBack(
  { ledger }: LedgerContext,
  account: string,
  { isNew, reference, ...mark }: SeenMark & { isNew: boolean; reference: string },
): Promise<void> {
  const before = ledger.seen.get(account);
  const least = (before?.seq ?? 0) + (isNew ? 1 : 0);
  if (
    !before ||
    before.run !== mark.run ||
    mark.epoch > before.epoch ||
    (mark.epoch === before.epoch && mark.seq >= least)
  ) {
    ledger.seen.set(account, mark);
    return;
  }
  await suspect({ ledger }, account, { ...mark, reference });
  throw isFrozen(account, `the ledger went back from step ${before.epoch}/${before.seq} to ${mark.epoch}/${mark.seq}.`);
}
