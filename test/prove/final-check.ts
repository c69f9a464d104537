// What must hold when everything is healed (docs/explanation/money.md, the invariants), held against eNom's own books.
import type { Slot } from "../../src/sandbox/enom/books/slot.ts";
import { isFinished } from "../../src/shared/certificate/certificate.ts";
import type { JournalLine } from "../../src/workers/journal/journal.ts";
import type { Attempt } from "../../src/workers/ledger/attempt.ts";
import { findFrozen } from "../../src/workers/ledger/maintenance.ts";
import { attemptsOf, factsOf, same } from "./facts.ts";
import { type Run, SETTLE_MS } from "./run.ts";
import { isBound } from "./time.ts";

const BETWEEN_LISTS_MS = 10_000;

/** When everything is healed. */
export async function checkEnd(run: Run): Promise<void> {
  const { faults, enom, needs, journal } = run;
  faults.push(...enom.books.faults.map((fault) => `eNom: ${fault}`));
  const frozen = await findFrozen(needs, "main");
  if (frozen) faults.push(`still frozen: ${frozen}`);
  await checkOrders(run);
  const { owner, unsettled } = await factsOf(run);
  if (Object.values(unsettled).some((entry) => !entry.endsWith("C")))
    faults.push(`in the air: ${JSON.stringify(unsettled)}`);
  checkBooks(run, owner);
  await checkSlots(run, owner, { bound: await isBound(run) });
  checkAttempts(run, await attemptsOf(run));
  checkJournal(run, await journal.read("main"), owner);
}

/** Every order is over, and its customer was told. */
async function checkOrders({ orders, needs, faults, mails, enom, foreign, losses }: Run): Promise<void> {
  for (const { reference } of orders) {
    const certificate = await needs.certificates.find(reference);
    if (!certificate) {
      faults.push(`${reference} is lost`);
      continue;
    }
    const { state, record, attempt, certId } = certificate;
    const held = certId === null ? undefined : enom.books.findSlot(certId);
    const isWasted =
      state === "CANCELLED" && (held?.statusId === 1 || held?.statusId === 6) && !foreign.has(held.certId);
    if (isWasted && losses === 0 && record.cancellation?.money === "refundable")
      faults.push(`${reference} is cancelled, and slot ${certId} is free at eNom and serves nobody`);
    if (!isFinished(certificate))
      faults.push(
        `${reference} is ${state}, attempt ${attempt}: ${JSON.stringify({ attention: record.attention, trouble: record.trouble, wish: record.wish })}`,
      );
    const serial = record.issue?.serialNumber;
    if (serial && !mails.has(`${reference}:certificate-issued:${serial}`))
      faults.push(`${reference} is issued and nobody was told`);
  }
}

/** One purchase an order (I10): what is more has an excuse outside of the fleet, each good for one. */
function checkBooks({ enom, foreign, orders, excuses, faults }: Run, owner: Record<string, string>): void {
  const ours = enom.books.slots().filter(({ certId }) => !foreign.has(certId));
  if (ours.length > orders.length + excuses.length)
    faults.push(
      `${ours.length} purchases for ${orders.length} orders (${excuses.join("; ") || "no excuse"}): ${JSON.stringify(owner)}`,
    );
  for (const { certId } of ours) {
    const of = owner[certId] ?? "nobody";
    if (of === "LEGACY" || of === "FOREIGN") faults.push(`CertID ${certId} is ours, and the ledger says ${of}`);
  }
}

/** I6, I7: who has a slot at eNom has it in the ledger, and nobody has two. */
async function checkSlots(run: Run, owner: Record<string, string>, { bound }: { bound: boolean }): Promise<void> {
  const { enom, faults, setUp, foreign } = run;
  const names = await namesOf(run);
  const living = enom.books.slots().filter((slot) => slot.statusId !== 7 && slot.statusId !== 8);
  for (const slot of living) {
    const of = owner[slot.certId];
    const configuredFor = domainOf(slot);
    const isLeft = of === "POOL" && (await isLeftOver(run, slot.certId, configuredFor));
    if (of === undefined && bound && setUp.mode === "dedicated") faults.push(`I7: CertID ${slot.certId} is in no map`);
    if (configuredFor && !foreign.has(slot.certId) && !isLeft && names.get(of ?? "") !== configuredFor)
      faults.push(`I6: CertID ${slot.certId} is configured for ${configuredFor} and belongs to ${of}`);
  }
  const domains = living.flatMap((slot) => domainOf(slot) ?? []);
  const twice = domains.filter((domain, i) => domains.indexOf(domain) !== i && [...names.values()].includes(domain));
  if (twice.length > 0) faults.push(`two slots are configured for ${twice.join(", ")}`);
}

/** The name that each order has now: it may have been corrected. */
async function namesOf({ orders, needs }: Run): Promise<ReadonlyMap<string, string>> {
  const found = await Promise.all(orders.map(({ reference }) => needs.certificates.find(reference)));
  return new Map(found.flatMap((each) => (each ? [[each.order.reference, each.order.domain]] : [])));
}

/** Whether an unused slot shows what the order before it left there. */
async function isLeftOver({ redis, keys }: Run, certId: number, domain: string | undefined): Promise<boolean> {
  const left = await redis.hget(keys.ledger.left("main"), `${certId}`);
  return left !== null && domain !== undefined && (JSON.parse(left) as { domains: string[] }).domains.includes(domain);
}

function domainOf({ configuration }: Slot): string | undefined {
  return configuration?.domain;
}

/** I4: nothing was given up without two lists, both begun when it was settled. */
function checkAttempts(
  { faults }: Run,
  attempts: readonly { reference: string; number: number; attempt: Attempt }[],
): void {
  for (const { reference, number, attempt } of attempts.filter((each) => each.attempt.state === "ABANDONED")) {
    const { lists = [] } = JSON.parse(attempt.evidence ?? "{}") as { lists?: number[] };
    const [first = 0, second = 0] = lists;
    if (first - (attempt.gateAt ?? 0) < SETTLE_MS || second - first < BETWEEN_LISTS_MS)
      faults.push(`I4: ${reference}#${number} was given up after ${attempt.evidence}`);
  }
}

/** I2, I8, I9, rule 6. What a loss of Redis does to the numbers of steps nobody acted on is no fault. */
function checkJournal(
  { enom, faults, losses, keys }: Run,
  lines: readonly JournalLine[],
  owner: Record<string, string>,
): void {
  const gates = lines.filter(({ step }) => step === "gate").map(({ writes }) => writes[0]?.[1]);
  if (new Set(gates).size < gates.length) faults.push(`I2: an attempt passed the gate twice: ${gates.join(" ")}`);
  const written = enom.asked("PurchaseServices").length;
  if (written > gates.length) faults.push(`I2: ${written} purchases were written, ${gates.length} gates were opened`);
  if (losses > 0) return;
  const marks = lines.map(({ epoch, seq }) => `${epoch}/${seq}`);
  if (new Set(marks).size < marks.length) faults.push(`I9: two steps share a number: ${marks.join(" ")}`);
  const replayed = replay(lines, { ownerKey: keys.ledger.owner("main"), poolKeys: `${keys.prefix}:ledger:main:pool:` });
  if (!same(replayed.owner, owner))
    faults.push(`I8: the journal says ${JSON.stringify(replayed.owner)}, Redis ${JSON.stringify(owner)}`);
  faults.push(...replayed.faults);
}

/** What the journal alone says of the slots; a gate that was opened while a spare slot of its class was there is a fault. */
function replay(lines: readonly JournalLine[], { ownerKey, poolKeys }: { ownerKey: string; poolKeys: string }) {
  const owner: Record<string, string> = {};
  const spare = new Map<string, string>();
  const faults: string[] = [];
  for (const { step, writes } of lines) {
    for (const [command, key = "", ...rest] of writes) {
      if (command === "HSET" && key === ownerKey) {
        for (let i = 0; i < rest.length; i += 2) owner[rest[i] ?? ""] = rest[i + 1] ?? "";
      } else if (command === "ZADD" && key.startsWith(poolKeys)) spare.set(rest[1] ?? "", key.slice(poolKeys.length));
      else if (command === "ZREM" && key.startsWith(poolKeys)) spare.delete(rest[0] ?? "");
    }
    const [, , , entry = ""] = step === "gate" ? (writes.find(([, key = ""]) => key.endsWith(":unsettled")) ?? []) : [];
    const unused = [...spare].find(([, slotClass]) => entry.startsWith(`${slotClass}|`));
    if (unused) faults.push(`a purchase was written while CertID ${unused[0]} was spare`);
  }
  return { owner, faults };
}
