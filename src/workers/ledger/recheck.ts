// The ledger and its journal (rule 3): steps on their way are brought there, and after a restart both are compared before anything else is done.

import { join } from "node:path";
import { z } from "zod";
import { confirmByReplica, isAlone, readReplicas } from "../../shared/redis/replicas.ts";
import { defineScript, runScript } from "../../shared/redis/script.ts";
import type { JournalLine, Mark } from "../journal/journal.ts";
import { isFrozen, type LedgerContext } from "./context.ts";

const FOLDER = join(import.meta.dirname, "lua");
const RECHECK = defineScript(join(FOLDER, "recheck.lua"), {
  keys: ["metaKey"],
  args: ["journalEpoch", "journalSeq", "reason", "journalId", "run"],
});
const READ_RUN = defineScript(join(FOLDER, "read-run.lua"), { keys: ["metaKey"], args: [] });

export const OTHER_JOURNAL =
  "CERTFLEET_JOURNAL is not the journal of this ledger. Name the journal that all purchase workers share.";

/**
 * Takes the ledger into use again when it holds at least what the journal holds. `why` is what the scripts said.
 * The journal is read before the ledger: what is written meanwhile can only make the ledger look older than it is.
 * @throws Refused `ledger-frozen`, with what is to be done
 */
export async function recheck(context: LedgerContext, account: string, why: string): Promise<void> {
  const { redis, keys, journal } = context.ledger;
  if (why === "other-journal") throw isFrozen(account, OTHER_JOURNAL);
  const metaKey = keys.ledger.meta(account);
  const run = String(await runScript(redis, READ_RUN, { keys: { metaKey }, args: {} }));
  await emptyOutbox(context, account); // what the ledger still has and the journal lacks is no loss
  const mark: Mark = (await journal.highest(account)) ?? { epoch: 0, seq: 0 };
  const reason =
    `Redis lost steps of the ledger: the journal has ${mark.epoch}/${mark.seq}. ` +
    `See docs/runbook.md#redis-was-lost-or-restored, then run: certfleet ledger rebuild ${account} --reason "…"`;
  const answer = await runScript(redis, RECHECK, {
    keys: { metaKey },
    args: { journalEpoch: mark.epoch, journalSeq: mark.seq, reason, journalId: journal.id, run },
  });
  if (answer === "whole" || answer === "again") return; // started anew once more: the caller finds it shut, and comes again
  if (answer === "other-journal") throw isFrozen(account, OTHER_JOURNAL);
  if (answer === "behind") throw isFrozen(account, reason);
  if (mark.seq > 0) throw isFrozen(account, `Redis has no ledger, and the journal has one. ${reason}`);
  throw isFrozen(account, "the ledger is not bound to an eNom login yet");
}

/**
 * A process saw a later step than the ledger now has, although Redis was not started anew: everything is compared from the
 * beginning, and the step that showed it, which nobody acted on, is forgotten.
 */
export async function suspect(
  { ledger }: LedgerContext,
  account: string,
  { epoch, seq, reference }: Mark & { reference: string },
): Promise<void> {
  const { redis, keys } = ledger;
  await redis.hdel(keys.ledger.outbox(account), `${epoch}/${seq} ${reference}`);
  await redis.hset(keys.ledger.meta(account), "run", "suspected", "seq", 0);
}

const stored = z.object({
  epoch: z.number(),
  seq: z.number(),
  at: z.number(),
  step: z.string(),
  reference: z.string(),
  writes: z.array(z.array(z.string())),
});

/**
 * A failover loses what no replica has. The journal must never know more than the next primary: it would find that steps are
 * missing, and a person would have to rebuild the ledger after a failover that was planned.
 */
async function mustBeOnReplica({ redis, keys }: LedgerContext["ledger"]): Promise<void> {
  const { online, isAlone: lostAll } = await readReplicas({ redis, keys });
  if (lostAll) throw isAlone("no step of the ledger is kept");
  await confirmByReplica(redis, keys.replicas, online);
}

/** Resolves when the journal has the line. @throws Unavailable: the step is in the ledger, and nothing may be done because of it */
export async function keepLine({ ledger }: LedgerContext, account: string, text: string): Promise<void> {
  const line: JournalLine = { account, ...stored.parse(JSON.parse(text)) };
  await mustBeOnReplica(ledger);
  await ledger.journal.append(line);
  const field = `${line.epoch}/${line.seq} ${line.reference}`;
  void ledger.redis.hdel(ledger.keys.ledger.outbox(account), field).catch(() => undefined); // twice in the journal does no harm
}

/** Steps that no living process brings any more. Answers how many there were. */
export async function emptyOutbox(context: LedgerContext, account: string): Promise<number> {
  const { redis, keys } = context.ledger;
  const lines = await redis.hvals(keys.ledger.outbox(account));
  for (const line of lines) await keepLine(context, account, line);
  return lines.length;
}
