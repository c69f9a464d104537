// The ledger and its journal (rule 3): steps on their way are brought there, and after a restart both are compared before anything else is done.

import { join } from "node:path";
import { z } from "zod";
import { beginsText, endsText } from "../../shared/account/told-states.ts";
import { frozenText } from "../../shared/account/trouble-notes.ts";
import { rememberedReplicas, rememberReplicas } from "../../shared/redis/connection/remembered.ts";
import { confirmByReplica, type Followed, isAlone } from "../../shared/redis/replicas.ts";
import { defineScript, runScript } from "../../shared/redis/script.ts";
import type { JournalLine, Mark } from "../journal/journal.ts";
import { isFrozen, type LedgerContext, nowText, toldKeys } from "./context.ts";

const FOLDER = join(import.meta.dirname, "lua");
const RECHECK = defineScript(join(FOLDER, "recheck.lua"), {
  keys: ["metaKey", "troubles", "stream"],
  args: ["journalEpoch", "journalSeq", "reason", "journalId", "run", "begins", "ends"],
});
const OUTBOX = defineScript(join(FOLDER, "outbox.lua"), { keys: ["outbox", "replicas"], args: ["remembered"] });
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
  const at = await nowText(context);
  const answer = await runScript(redis, RECHECK, {
    keys: { metaKey, ...toldKeys(context, account) },
    args: {
      ...{ journalEpoch: mark.epoch, journalSeq: mark.seq, reason, journalId: journal.id, run },
      begins: beginsText(account, "ledger-frozen", { at, message: frozenText(reason) }),
      ends: endsText(account, "ledger-frozen", at),
    },
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

/** What a script said of the replicas of the server that it ran on. */
export interface Follow extends Followed {
  /** There were some, and none follows now. */
  alone: boolean;
  /** By its clock, in milliseconds. */
  at: number;
}

/**
 * Resolves when a replica, where some follow, and then the journal have the lines. A failover loses what no replica has. The
 * journal must never know more than the next primary: it would find that steps are missing, and a person would have to
 * rebuild the ledger after a failover that was planned. So `follow` is what the server said that has the lines.
 * @throws Unavailable: the steps are in the ledger, and nothing may be done because of them
 */
export async function keepLines(
  { ledger }: LedgerContext,
  account: string,
  { texts, follow }: { texts: readonly string[]; follow: Follow },
): Promise<void> {
  const { redis, keys, journal } = ledger;
  rememberReplicas(follow.online, follow.run, follow.at);
  if (follow.alone) throw isAlone("no step of the ledger is kept");
  await confirmByReplica({ redis, keys }, follow);
  for (const text of texts) {
    const line: JournalLine = { account, ...stored.parse(JSON.parse(text)) };
    await journal.append(line);
    const field = `${line.epoch}/${line.seq} ${line.reference}`;
    void redis.hdel(keys.ledger.outbox(account), field).catch(() => undefined); // twice in the journal does no harm
  }
}

/** Steps that no living process brings any more. Answers how many there were. */
export async function emptyOutbox(context: LedgerContext, account: string): Promise<number> {
  const { redis, keys } = context.ledger;
  const [online, run, at, alone, texts] = (await runScript(redis, OUTBOX, {
    keys: { outbox: keys.ledger.outbox(account), replicas: keys.replicas },
    args: { remembered: rememberedReplicas() },
  })) as [number, string, string, string, string[]];
  if (texts.length === 0) return 0;
  await keepLines(context, account, { texts, follow: { online, run, at: Number(at), alone: alone === "alone" } });
  return texts.length;
}
