// `certificate import`: reads an eNom account and makes a record of each certificate that was issued there. It buys nothing,
// changes nothing at eNom and mails nobody; run again it changes nothing that is as it was.
import { randomUUID } from "node:crypto";
import type { ImportAnswer, ImportAsked, ImportReport, Odd } from "../../shared/moving/import-reports.ts";
import { mustBeItsLogin, wantedAccounts } from "../commands/ledger-desk.ts";
import { bindOrVerify } from "../purchase/binding.ts";
import { listAll } from "../purchase/listing.ts";
import { viewListing } from "../purchase/unread.ts";
import type { MovingDesk } from "./desk/moving-desk.ts";
import { freeNames } from "./free-names.ts";
import { findRun, keepNote, keepRun, type Note, type Run, readNotes, rowDigest } from "./import-notes.ts";
import { matchRows } from "./match.ts";
import { findOtherOrders } from "./other-orders.ts";
import { type Known, knownOf, nameable, namelessRows, whyLeft } from "./reading/listed-rows.ts";
import { patiently } from "./reading/patience.ts";
import { type TakenIn, takeIn } from "./take-in-one.ts";

/** Requests under way at once; the account's budget says how many a second. */
const AT_ONCE = 8;

/**
 * May be killed anywhere and said again: what was read is noted, and each order is taken in by one step.
 * @throws Unavailable eNom or Redis does not respond: said again it goes on; Refused another login, or a frozen ledger
 */
export async function importAccount(asked: ImportAsked, desk: MovingDesk): Promise<ImportAnswer> {
  const [account] = wantedAccounts(desk, asked.account);
  if (!account) return { state: "no-account" };
  await mustBeItsLogin(desk, account);
  await bindOrVerify(desk, account);
  const { id } = account.entry;
  const listing = await patiently(() => listAll(account.enom));
  const known = knownOf(listing);
  const matched = matchRows(asked.rows, known.map(nameable));
  const { run, notes, resumedAt } = await beginRun(id, known, desk);
  await freeNames(id, matched.references, desk);
  const view = await viewListing(listing, id, desk);
  const catalogue = await account.catalogue().catch(() => []);
  const prices = new Map(catalogue.map(({ service, price }) => [service.toLowerCase(), price]));
  const nameless = [...namelessRows(listing), ...(await findOtherOrders(account, listing))];
  const sum = tally(nameless, [...asked.oddRows, ...matched.oddRows]);
  let done = 0;

  const lookAt = async (row: Known): Promise<void> => {
    const { certId } = row;
    const left = whyLeft(row, view);
    if (left !== undefined) return sum.left(row, left);
    const digest = rowDigest(row);
    const note = notes.get(certId);
    const isKept = note?.row === digest && (note.run === run.id || note.isOver);
    const taken = await takeIn(row, {
      ...{ account, desk, owner: view.owners.get(certId), wanted: matched.references.get(certId) },
      priceOf: (service: string) => prices.get(service),
      // What an earlier run did is no news of this one.
      note: isKept ? { ...note, change: note.run === run.id ? note.change : ("unchanged" as const) } : undefined,
    });
    const { reference, odd, isOver, change } = taken;
    const kept: Note = { run: run.id, row: digest, reference, odd, isOver, change };
    if (change !== "own") await keepNote(desk.ledger, id, certId, kept);
    sum.taken(row, taken);
  };

  await inTurns(known, Math.min(AT_ONCE, Math.ceil(account.entry.requestsPerSecond)), async (row) => {
    await lookAt(row);
    done++;
    asked.progress({ done, total: known.length, odd: sum.odd.length });
  });
  await keepRun(desk.ledger, id, { ...run, endedAt: desk.clock.now().toISOString() });
  return {
    state: "imported",
    account: id,
    listed: listing.listed.length + listing.unread.length,
    resumedAt,
    ...sum.result(),
  };
}

/** A run that was not ended is gone on with. */
async function beginRun(
  id: string,
  known: readonly Known[],
  desk: MovingDesk,
): Promise<{ run: Run; notes: Map<number, Note>; resumedAt: number | null }> {
  const last = await findRun(desk.ledger, id);
  const notes = await readNotes(desk.ledger, id);
  if (last && last.endedAt === undefined) {
    const resumedAt = known.filter(({ certId }) => notes.get(certId)?.run === last.id).length;
    return { run: last, notes, resumedAt };
  }
  const run = { id: randomUUID(), startedAt: desk.clock.now().toISOString(), who: desk.who };
  await keepRun(desk.ledger, id, run);
  return { run, notes, resumedAt: null };
}

/** What eNom or Redis does not answer ends the run; what is under way by then is done. */
async function inTurns(all: readonly Known[], atOnce: number, work: (row: Known) => Promise<void>): Promise<void> {
  let next = 0;
  const failures: unknown[] = [];
  const turn = async (): Promise<void> => {
    for (let row = all[next++]; row && failures.length === 0; row = all[next++])
      await work(row).catch((error: unknown) => failures.push(error));
  };
  await Promise.all(Array.from({ length: atOnce }, turn));
  if (failures.length > 0) throw failures[0];
}

type Sum = Omit<ImportReport, "state" | "account" | "listed" | "resumedAt">;

function tally(nameless: readonly Odd[], rows: Sum["oddRows"]) {
  const counts = { imported: 0, updated: 0, renamed: 0, unchanged: 0, own: 0, matched: 0, unmatched: 0 };
  const odd = [...nameless];
  const oddRows = [...rows];
  const say = ({ certId, domain }: Known, reference: string | null, what: string): void =>
    void odd.push({ certId, domain: domain ?? "", reference, what });
  return {
    odd,
    left: (row: Known, why: string): void => {
      if (why !== "") say(row, null, why);
    },
    taken: (row: Known, { reference, change, isNamed, isOwnName, ...taken }: TakenIn): void => {
      for (const what of taken.odd) say(row, reference, what);
      oddRows.push(...taken.oddRows);
      if (change) counts[change]++;
      if (isNamed) counts.renamed++;
      if (change && change !== "own") counts[isOwnName ? "unmatched" : "matched"]++;
    },
    result: (): Sum => ({
      ...counts,
      odd: odd.toSorted((a, b) => (b.certId ?? 0) - (a.certId ?? 0)),
      oddRows: oddRows.toSorted((a, b) => a.line - b.line),
    }),
  };
}
