// Rebuilds a ledger that Redis lost, or lost the end of, from its journal (rule 3). A person starts it; the epoch is raised.

import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { endsText } from "../../shared/account/told-states.ts";
import { Refused } from "../../shared/base/errors.ts";
import { overNewest } from "../../shared/certificate/save-race.ts";
import type { CertificateStore } from "../../shared/certificate/store.ts";
import { defineScript, runScript } from "../../shared/redis/script.ts";
import type { JournalLine, Mark } from "../journal/journal.ts";
import { isFrozen, type LedgerContext, toldKeys } from "./context.ts";
import { emptyOutbox, OTHER_JOURNAL } from "./recheck.ts";
import { ledgerScript, once } from "./script.ts";

const BATCH = 200;

const WRITE_AGAIN = defineScript(join(import.meta.dirname, "lua/write-again.lua"), {
  keys: ["metaKey", "stream"],
  args: ["token", "writes", "orders"],
});

const REBUILT = ledgerScript({
  step: "rebuild",
  file: join(import.meta.dirname, "lua/rebuilt.lua"),
  whenFrozen: "goes-on",
  whenShut: "goes-on",
  keys: ["troubles", "stream"],
  args: ["newEpoch", "lastSeq", "words", "token", "ends"],
});

export interface Rebuilt {
  /** Steps written again, and the epoch that the ledger is in now. */
  steps: number;
  epoch: number;
  /** Steps that the journal lacks in between. */
  missing: number;
  /** Orders that have money facts and whose own text Redis lost: whoever placed them sends them again. */
  ordersToSendAgain: string[];
}

/**
 * Writes every step behind the ledger's own mark again, in order, and takes the ledger into use. What is written is absolute, so
 * a rebuild that died is simply begun anew; until the end no script of any process does anything (`restarted`, `behind`).
 * @throws Refused when this is not the ledger's journal, or it knows nothing of the account; Error when the journal is damaged
 */
export async function rebuild(
  context: LedgerContext,
  { account, words }: { account: string; words: string },
  { certificates, now }: { certificates: CertificateStore; now: Date },
): Promise<Rebuilt> {
  const { redis, keys, journal, seen } = context.ledger;
  const meta = keys.ledger.meta(account);
  const bound = await redis.hget(meta, "journal");
  if (bound !== null && bound !== journal.id) throw isFrozen(account, OTHER_JOURNAL);
  await emptyOutbox(context, account);
  if (!(await journal.highest(account))) throw new Refused(`the journal knows nothing of account ${account}`);
  const known = await redis.hmget(meta, "epoch", "seq");
  const mark: Mark = { epoch: Number(known[0] ?? 0), seq: Number(known[1] ?? 0) };
  const token = randomUUID();
  await redis.hset(meta, "rebuilding", token);
  const fromStart = mark.epoch === 0 || mark.seq === 0;
  const lines = await journal.read(account, fromStart ? undefined : mark);
  await writeAgain(context, { account, token }, fromStart ? forgetting(context, account, lines) : []);
  for (let from = 0; from < lines.length; from += BATCH) {
    await writeAgain(
      context,
      { account, token },
      lines.slice(from, from + BATCH).flatMap(({ writes }) => writes),
    );
  }
  const last = lines.at(-1) ?? mark;
  const epoch = Math.max(last.epoch, mark.epoch) + 1;
  seen.delete(account);
  const ends = endsText(account, "ledger-frozen", now.toISOString());
  const { code } = await once(context, REBUILT, {
    account,
    keys: toldKeys(context, account),
    args: { newEpoch: epoch, lastSeq: last.seq, words, token, ends },
  });
  if (code !== "rebuilt") throw anotherRebuilds(account);

  const ordersToSendAgain: string[] = [];
  for (const reference of new Set(lines.map((line) => line.reference).filter((each) => each !== ""))) {
    const known = await overNewest(async () => {
      const certificate = await certificates.find(reference);
      return certificate && certificates.save(certificate, now); // into the indexes again, where the sweeper finds it
    });
    if (!known) ordersToSendAgain.push(reference);
  }
  return { steps: lines.length, epoch, missing: gapsIn(lines), ordersToSendAgain };
}

async function writeAgain(
  { ledger: { redis, keys } }: LedgerContext,
  { account, token }: { account: string; token: string },
  writes: readonly (readonly string[])[],
): Promise<void> {
  const done = await runScript(redis, WRITE_AGAIN, {
    keys: { metaKey: keys.ledger.meta(account), stream: keys.events },
    args: { token, writes: JSON.stringify(writes), orders: keys.certificate("") },
  });
  if (done === "in use")
    throw new Refused(`the ledger of account ${account} is in use and complete. Look at: certfleet ledger status`);
  if (done !== "written") throw anotherRebuilds(account);
}

function anotherRebuilds(account: string): Refused {
  return new Refused(
    `another rebuild of account ${account} was begun or has ended meanwhile. Look at: certfleet ledger status`,
  );
}

/** From the first step on nothing may stay that no step wrote. The orders' own texts stay, and their attempts are written over. */
function forgetting({ ledger: { keys } }: LedgerContext, account: string, lines: readonly JournalLine[]): string[][] {
  const { owner, held, version, unsettled, parked, abandoned, left, spent } = keys.ledger;
  const maps = [owner, held, version, unsettled, parked, abandoned, left, spent].map((map) => map(account));
  const pools = lines.flatMap(({ writes }) =>
    writes.flatMap(([command, key = ""]) => (command === "ZADD" ? [key] : [])),
  );
  return [...maps, ...new Set(pools)].map((key) => ["DEL", key]);
}

/** Steps that a process took and died with, before anybody could bring them into the journal: nobody acted on them. */
function gapsIn(lines: readonly JournalLine[]): number {
  return lines.reduce((gaps, { epoch, seq }, i) => {
    const before = lines[i - 1];
    return before?.epoch === epoch && seq > before.seq + 1 ? gaps + seq - before.seq - 1 : gaps;
  }, 0);
}
