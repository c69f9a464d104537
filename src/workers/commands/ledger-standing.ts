// How an account's ledger stands beside its journal (rule 3), read without taking a step: whether it is whole, and what
// is in flight.
import type { LedgerStatus } from "../../shared/account/ledger-reports.ts";
import { findJournalFailures } from "../../shared/standing/journal-failures.ts";
import type { Mark } from "../journal/journal.ts";
import { compareMarks } from "../journal/line.ts";
import type { LedgerContext } from "../ledger/context.ts";

/** The journal is read before the ledger: what is written meanwhile can only make the ledger look younger. */
export async function readLedgerStatus(
  { ledger }: LedgerContext,
  account: string,
): Promise<Omit<LedgerStatus, "isForbidden">> {
  const { redis, keys, journal } = ledger;
  const highest = (await journal.highest(account)) ?? null;
  const meta = await redis.hgetall(keys.ledger.meta(account));
  const [failures, inFlight, parked, abandoned] = await Promise.all([
    findJournalFailures({ redis, keys }),
    redis.hlen(keys.ledger.unsettled(account)),
    redis.hlen(keys.ledger.parked(account)),
    redis.hlen(keys.ledger.abandoned(account)),
  ]);
  const mark = meta.epoch === undefined ? null : { epoch: Number(meta.epoch), seq: Number(meta.seq ?? 0) };
  return {
    ...{ account, ledger: mark, journal: highest, inFlight, parked, abandoned },
    state: stateOf(mark, highest, { frozen: meta.frozen, isSameJournal: meta.journal === journal.id }),
    reason: meta.frozen ?? null,
    journalFailures: failures.map(({ message, next }) => `${message} ${next}`),
    stopped: meta.stopped ?? null,
    thawed: meta.thawed ?? null,
    rebuilt: meta.rebuilt ?? null,
    dwellMs: Number(meta.dwell ?? 0),
  };
}

function stateOf(
  ledger: Mark | null,
  journal: Mark | null,
  { frozen, isSameJournal }: { frozen: string | undefined; isSameJournal: boolean },
): LedgerStatus["state"] {
  if (!ledger) return journal ? "lost" : "unused";
  if (!isSameJournal) return "other-journal";
  if (journal && compareMarks(journal, ledger) > 0) return "behind";
  return frozen === undefined ? "well" : "frozen";
}
