// Takes one certificate of an account in: a record of its own, or, where it has one already, what eNom shows now and the
// reference of the match file. An order that was placed here, or that is adopted, is left as it is.
import { Refused, Unavailable } from "../../shared/base/errors.ts";
import type { Money } from "../../shared/base/money.ts";
import type { Certificate } from "../../shared/certificate/certificate.ts";
import { isAdopted } from "../../shared/certificate/imported/origin.ts";
import { withEvent } from "../../shared/certificate/record.ts";
import { overNewest } from "../../shared/certificate/save-race.ts";
import { isHeldByOrder, orderOf } from "../../shared/certificate/slot-owner.ts";
import type { OddRow } from "../../shared/moving/import-reports.ts";
import type { Account } from "../accounts/accounts.ts";
import { again } from "../enom/commands/again.ts";
import { type Entered, enterOrder } from "../ledger/imported/enter-order.ts";
import type { MovingDesk } from "./desk/moving-desk.ts";
import { giveReference } from "./give-reference.ts";
import type { Note } from "./import-notes.ts";
import { classOfReading, importedOrder, ownReference, shareOfImported } from "./reading/imported-order.ts";
import { type Known, oddOf } from "./reading/listed-rows.ts";
import { patiently } from "./reading/patience.ts";
import { type Read, type Reading, readCertificate } from "./reading/read-certificate.ts";

/** What became of one certificate. */
export interface TakenIn {
  reference: string | null;
  change: "imported" | "updated" | "unchanged" | "own" | null;
  /** It had another reference before. */
  isNamed: boolean;
  /** No match file named it: its reference is made of its CertID. */
  isOwnName: boolean;
  odd: string[];
  oddRows: OddRow[];
  isOver: boolean;
}

export interface TakeContext {
  account: Account;
  desk: MovingDesk;
  owner: string | undefined;
  /** By the match file. */
  wanted: { reference: string; line: number } | undefined;
  priceOf: (service: string) => Money | undefined;
  /** Of an earlier look that still holds. */
  note: Note | undefined;
}

const NOTHING = {
  reference: null,
  change: null,
  isNamed: false,
  isOwnName: false,
  odd: [],
  oddRows: [],
  isOver: false,
};

/** @throws Unavailable eNom, Redis or the journal does not respond; Refused `ledger-frozen` */
export async function takeIn(row: Known, context: TakeContext): Promise<TakenIn> {
  const { desk, owner } = context;
  if (owner === undefined || !isHeldByOrder(owner)) return enter(row, undefined, context);
  const reference = orderOf(owner);
  const certificate = await desk.certificates.find(reference);
  if (!certificate) return enter(row, reference, context);
  if (owner !== reference || certificate.record.origin?.kind !== "imported") return leave(certificate, row, context);
  return bringUp(certificate, row, context);
}

/** An order that was placed here, or came from another fleet. */
function leave({ order }: Certificate, { certId }: Known, { wanted }: TakeContext): TakenIn {
  const { reference } = order;
  const what = `CertID ${certId} is order ${reference} of this fleet already: not used`;
  const oddRows = wanted && wanted.reference !== reference ? [{ ...wanted, what }] : [];
  return { ...NOTHING, reference, change: "own", oddRows };
}

/** `known`: the ledger has it for this order, whose text Redis lost. */
async function enter(row: Known, known: string | undefined, context: TakeContext): Promise<TakenIn> {
  const { account, desk, wanted, note } = context;
  if (note && note.reference === null) return { ...NOTHING, odd: note.odd };
  const read = await readRow(row, context);
  if ("none" in read) return { ...NOTHING, odd: [...oddOf(row), read.none] };
  const { reading } = read;
  const { id } = account.entry;
  const own = ownReference(id, row.certId);
  const oddRows: OddRow[] = [];
  let reference = known ?? wanted?.reference ?? own;
  let entered = await enterAs(reference, reading, context);
  if (isTaken(entered) && reference !== own && known === undefined) {
    if (wanted)
      oddRows.push({ ...wanted, what: `${reference} is another order here: CertID ${row.certId} got ${own}` });
    reference = own;
    entered = await enterAs(reference, reading, context);
  }
  const odd = [...new Set([...oddOf(row), ...read.odd])];
  if (entered.kind === "refused") return { ...NOTHING, odd: [...odd, whyRefused(entered)], oddRows };
  const isOver = Date.parse(reading.issue.notAfter) < desk.clock.now().getTime();
  return { reference, change: "imported", isNamed: false, isOwnName: reference === own, odd, oddRows, isOver };
}

function enterAs(reference: string, reading: Reading, { account, desk, priceOf }: TakeContext): Promise<Entered> {
  const { id, currency } = account.entry;
  const now = desk.clock.now();
  const certificate = importedOrder(reading, reference, { account: id, currency, priceOf, now });
  const share = shareOfImported(certificate.order);
  return enterOrder(desk, { account: id, certificate, slotClass: classOfReading(reading), former: [], share }, now);
}

function isTaken(entered: Entered): boolean {
  return entered.kind === "refused" && (entered.why === "another" || entered.why === "holds");
}

function whyRefused({ why, by }: Extract<Entered, { kind: "refused" }>): string {
  if (why === "in-doubt")
    return "it is in no map, and a purchase of its product is not decided: decide that first, then import again";
  if (why === "owned") return `the ledger has it for ${by} since this import began: import again`;
  return "the ledger has another slot for its reference: see certfleet ledger show";
}

/** It is here. From the day of its adoption on an import changes nothing of it; until then others go on with it. */
async function bringUp(certificate: Certificate, row: Known, context: TakeContext): Promise<TakenIn> {
  const { account, desk, wanted, note } = context;
  const named = await giveReference(certificate, { ...row, wanted, account: account.entry.id }, desk);
  const { reference } = named.certificate.order;
  const result = {
    ...{ reference, isNamed: named.isNamed, oddRows: named.oddRows },
    isOwnName: reference === ownReference(account.entry.id, row.certId),
  };
  const ended = (end: string | undefined): boolean => end !== undefined && Date.parse(end) < desk.clock.now().getTime();
  const { issue } = certificate.record;
  if (isAdopted(certificate.record, desk.clock.now()))
    return { ...NOTHING, ...result, change: "unchanged", isOver: ended(issue?.notAfter) };
  if (note) return { ...NOTHING, ...result, change: note.change ?? "unchanged", odd: note.odd, isOver: note.isOver };
  const read = await readRow(row, context);
  if ("none" in read) return { ...NOTHING, ...result, change: "unchanged", odd: [...oddOf(row), read.none] };
  const odd = [...new Set([...oddOf(row), ...read.odd])];
  const isNew = read.reading.issue.serialNumber !== issue?.serialNumber;
  if (isNew) await replaceIssue(reference, read.reading, desk);
  const change = isNew ? "updated" : "unchanged";
  return { ...NOTHING, ...result, change, odd, isOver: ended(read.reading.issue.notAfter) };
}

/** Whoever still looks after it has had it reissued. */
async function replaceIssue(reference: string, { issue, csr }: Reading, desk: MovingDesk): Promise<void> {
  await overNewest(async () => {
    const certificate = await desk.certificates.find(reference);
    const now = desk.clock.now();
    if (!certificate || isAdopted(certificate.record, now)) return;
    const { record, order } = certificate;
    const told = withEvent(
      { ...record, issue, toldSerial: issue.serialNumber, issuedCsr: csr === "" || csr === order.csr ? null : csr },
      now,
      "certificate.read",
      `${issue.serialNumber}, ends ${issue.notAfter.slice(0, 10)}`,
    );
    await desk.certificates.save({ ...certificate, record: told }, now);
  });
}

/** What eNom refuses to show, or shows in a form that nobody understands, is named; that it does not respond ends the run. */
async function readRow({ certId }: Known, { account, desk }: TakeContext): Promise<Read> {
  const { enom, entry } = account;
  try {
    const detail = await patiently(() => again(() => enom.detailWithContacts(certId)));
    const { trust } = desk;
    return await readCertificate(detail, { trust, now: desk.clock.now(), department: entry.department });
  } catch (error) {
    const isOdd =
      (error instanceof Refused && error.code === "enom-refused") ||
      (error instanceof Unavailable && (error.code === "enom-not-understood" || error.answered));
    if (!isOdd) throw error;
    return { none: error.message };
  }
}
