// Does for one certificate what its policy is due for, and takes it out of the index in the same save.

import { daysBetween, plusDays, utcDate } from "../../shared/base/dates.ts";
import { Refused, Unavailable } from "../../shared/base/errors.ts";
import { raise } from "../../shared/certificate/attention.ts";
import {
  type Certificate,
  isFinished,
  paidEnd,
  policyOf,
  raiseFor,
  subscriptionOf,
} from "../../shared/certificate/certificate.ts";
import { requestReissue } from "../../shared/certificate/changes/reissue-request.ts";
import { nextDue } from "../../shared/certificate/projection.ts";
import { type CertificateRecord, withEvent } from "../../shared/certificate/record.ts";
import { overNewest } from "../../shared/certificate/save-race.ts";
import { type Due, ENDS, stagesBehind } from "../../shared/subscription/due.ts";
import { boughtEnd, daysUncovered, paidEnd as termEnd } from "../../shared/subscription/term.ts";
import { renewOrder } from "../ledger/renew.ts";
import { isObserved } from "../observe/must-act.ts";
import { mailAttention } from "../order/attention-mail.ts";
import { aboutOrder, tellCustomer } from "../order/customer-mails.ts";
import { tellDepartment } from "../order/department.ts";
import { loadOrder } from "../order/load.ts";
import type { OrderNeeds } from "../order/needs.ts";
import { slotOf } from "../order/slot.ts";
import { handleStepError } from "../order/step-errors.ts";
import { whyNotBought } from "../order/usable-method.ts";
import { clearTrouble, raiseAttention } from "../order/waiting.ts";

/**
 * May run twice at once, and die anywhere: what was done is in the record, which is saved over the version that was
 * read.
 */
export function actOn(reference: string, needs: OrderNeeds): Promise<void> {
  return overNewest(async () => {
    const certificate = await needs.certificates.find(reference);
    if (!certificate) return void (await needs.ledger.redis.zrem(needs.ledger.keys.due, reference));
    const now = needs.clock.now();
    const due = nextDue(certificate, needs.policyFor, now);
    if (!due || due.at > now) return settle(certificate, needs);
    // It stays due: the first sweep behind the switch to live acts on it.
    if (await isObserved(certificate, needs)) return;
    await ACTS[due.kind](certificate, needs).catch((error: unknown) => {
      if (!(error instanceof Refused)) throw error; // somebody saved in between, or does not respond: tried again
      return handleStepError(() => Promise.reject(error), reference, needs);
    });
  });
}

const ACTS: Record<Due["kind"], (certificate: Certificate, needs: OrderNeeds) => Promise<void>> = {
  reissue,
  renew,
  remind,
  ends: tellOfEnd,
  "tell-of-renewal": tellOfRenewal,
  "tell-of-remainder": tellOfRemainder,
};

/**
 * Not due after all, or carried on by a process that died before it could note that: saved, so that every index is
 * right again.
 */
async function settle(certificate: Certificate, needs: OrderNeeds): Promise<void> {
  const now = needs.clock.now();
  await needs.certificates.save({ ...certificate, record: withoutWait(certificate, now) }, now);
  if (!isFinished(certificate)) await needs.enqueue("open", { reference: certificate.order.reference });
}

/** Nobody agrees on a way of validation for a term that is over. */
function withoutWait(certificate: Certificate, now: Date): Certificate["record"] {
  const { record } = certificate;
  const ends = paidEnd(certificate);
  const isOver = !record.reissue && !record.renewal && ends !== null && ends <= now;
  return isOver && record.attention?.code === "validation-needed" ? clearTrouble(record, now) : record;
}

async function reissue(certificate: Certificate, needs: OrderNeeds): Promise<void> {
  const { order, record } = certificate;
  const now = needs.clock.now();
  const serial = record.issue?.serialNumber ?? "";
  const request = { id: `policy:${serial}`, reason: "the policy of the subscription", who: "the policy" };
  const answer = await requestReissue(certificate, request, now);
  const actedOn = { actedOn: serial };
  if (answer.kind === "requested") {
    const asked = answer.certificate;
    await needs.certificates.save({ ...asked, record: { ...asked.record, ...actedOn } }, now);
    await needs.enqueue("reissue", { reference: order.reference });
    return;
  }
  const why = answer.kind === "wrong" ? answer.faults.map((fault) => fault.message).join(" ") : whyNot(answer);
  const message = `The certificate cannot be reissued as it is: ${why}`;
  const attention = raiseFor(certificate, "enom-refused", message, now);
  await mailAttention(certificate, attention, needs);
  const told = withEvent({ ...record, ...actedOn, attention }, now, "attention.raised", message);
  await needs.certificates.save({ ...certificate, record: told }, now);
}

function whyNot(answer: { kind: "conflict"; message: string } | { kind: "same" }): string {
  return answer.kind === "conflict" ? answer.message : "it was asked for before.";
}

/** The ledger begins the term, once; a crash before the record is saved is repaired by whoever reads the order next. */
async function renew(certificate: Certificate, needs: OrderNeeds): Promise<void> {
  const { order, record, term } = certificate;
  const needed = whyNotBought(certificate, needs.clock.now());
  if (needed) return void (await raiseAttention(certificate, needed, needs));
  const { slot } = slotOf(certificate, needs);
  const bought = { service: order.product, years: record.plan?.years ?? record.terms.years };
  const renewed = await renewOrder(needs, { ...slot, term, version: certificate.version }, bought);
  // Redis' clock is behind, or the term began later by the ledger than by our books: the next sweep tries again.
  if (renewed === "too-early")
    throw new Unavailable(`The next term of order ${order.reference} may not begin yet by the ledger's clock.`);
  if (renewed !== "ok" && renewed !== "changed") {
    const message = `The ledger does not allow the next term to begin: ${renewed}.`;
    await raiseAttention(certificate, { code: "renewal-due", message }, needs);
    return;
  }
  const next = await loadOrder(order.reference, needs);
  // Decided again over the newest.
  if (next.term === term) throw new Unavailable(`order ${order.reference} was changed by another process`);
  const now = needs.clock.now();
  const told = withEvent(next.record, now, "renewal.started", `term ${next.term}`);
  await needs.certificates.save({ ...next, record: told }, now);
  await needs.enqueue("open", { reference: order.reference });
}

/** One mail for all stages that are over; the certificate's serial number and the stage make it once. */
async function remind(certificate: Certificate, needs: OrderNeeds): Promise<void> {
  const { order, record } = certificate;
  const { issue } = record;
  if (!issue) return;
  const now = needs.clock.now();
  const ends = new Date(issue.notAfter);
  const behind = stagesBehind(subscriptionOf(certificate), policyOf(certificate, needs.policyFor), now);
  const stage = behind.at(-1) ?? "lead";
  const mail = {
    key: `${order.reference}:certificate-expiring:${issue.serialNumber}:${stage}`,
    template: "certificate-expiring",
    values: {
      ...aboutOrder(certificate),
      expirationDate: utcDate(ends),
      daysLeft: Math.max(0, daysBetween(now, ends)),
      paidUntil: endOfTerm(certificate),
      isReminder: record.reminded?.serialNumber === issue.serialNumber,
    },
  };
  const reminded = { serialNumber: issue.serialNumber, stages: behind };
  await tellCustomer(certificate, { mail, noted: { reminded } }, needs);
}

/** The last certificate of the term: nothing comes after it. The day of the end makes the mail once, reissued or not. */
async function tellOfEnd(certificate: Certificate, needs: OrderNeeds): Promise<void> {
  const { order, record } = certificate;
  const { issue } = record;
  if (!issue) return;
  const now = needs.clock.now();
  const ends = new Date(issue.notAfter);
  const expirationDate = utcDate(ends);
  const mail = {
    key: `${order.reference}:certificate-expiring:ends:${expirationDate}`,
    template: "certificate-expiring",
    values: {
      ...aboutOrder(certificate),
      ...{ expirationDate, daysLeft: Math.max(0, daysBetween(now, ends)), isReminder: false, termEnds: true },
      paidUntil: record.terms.years > 1 ? endOfTerm(certificate) : null,
    },
  };
  const before = record.reminded?.serialNumber === issue.serialNumber ? record.reminded.stages : [];
  const reminded: CertificateRecord["reminded"] = { serialNumber: issue.serialNumber, stages: [...before, ENDS] };
  await tellCustomer(certificate, { mail, noted: { reminded } }, needs);
}

/** Under `manual` and `none` a person decides whether the next term is bought. */
async function tellOfRenewal(certificate: Certificate, needs: OrderNeeds): Promise<void> {
  const { order, record, purchases } = certificate;
  const { account, slot } = slotOf(certificate, needs);
  const { terms, rule, issue } = subscriptionOf(certificate);
  const ends = boughtEnd(terms, rule) ?? issue?.notAfter ?? needs.clock.now();
  const endsOn = utcDate(ends);
  const { mode, beforeDays } = policyOf(certificate, needs.policyFor);
  const mail = {
    key: `${order.reference}:renewal-due:${purchases.length}`,
    template: "renewal-due",
    values: {
      ...aboutOrder(certificate),
      account: account.entry.id,
      certId: slot.certId,
      termEnd: endsOn,
      paidUntil: endOfTerm(certificate) ?? endsOn,
      windowOpens: utcDate(plusDays(ends, -rule.windowDays)),
      ...{ mode, beforeDays },
    },
  };
  await tellDepartment(account.entry, mail, needs);
  const now = needs.clock.now();
  const message = `The term that was bought ends on ${endsOn}. The customer has paid for longer.`;
  const attention = raise("renewal-due", message, { reference: order.reference, at: now, by: ends.toISOString() });
  const noted = { ...record, toldOfRenewal: terms.length, attention: record.attention ?? attention };
  const told = withEvent(noted, now, "attention.raised", `${attention.code}: ${message}`);
  await needs.certificates.save({ ...certificate, record: told }, now);
}

/** The customer hears in time that the last days of the paid term are given up, as the remainder setting has it. */
async function tellOfRemainder(certificate: Certificate, needs: OrderNeeds): Promise<void> {
  const { order, purchases } = certificate;
  const { terms, rule, years } = subscriptionOf(certificate);
  const [paid, bought] = [termEnd(terms, years), boughtEnd(terms, rule)];
  if (!paid || !bought) return;
  const [paidUntil, endsOn, days] = [utcDate(paid), utcDate(bought), daysUncovered({ paid, bought })];
  const mail = {
    key: `${order.reference}:remainder-given-up:${purchases.length}`,
    template: "remainder-given-up",
    values: { ...aboutOrder(certificate), paidUntil, endsOn, days },
  };
  const detail = `paid until ${paidUntil}; the last term that is bought ends on ${endsOn}, ${days} days before`;
  const told = withEvent(certificate.record, needs.clock.now(), "remainder.given-up", detail);
  await tellCustomer({ ...certificate, record: told }, { mail, noted: { toldOfRemainder: terms.length } }, needs);
}

/** Of one year, too: who is told that a certificate ends wants to know what is paid for. */
function endOfTerm(certificate: Certificate): string | null {
  const ends = paidEnd(certificate);
  return ends && utcDate(ends);
}
