// Where an order stands, in plain words: what it waits for, until when, what happens next and who must act.

import type { Clock } from "../../../shared/base/clock.ts";
import { goesOnByItself } from "../../../shared/base/codes.ts";
import { daysBetween, utcDate } from "../../../shared/base/dates.ts";
import { type Certificate, policyOf, statusOf, subscriptionOf } from "../../../shared/certificate/certificate.ts";
import { isAdopted, notAdoptedText } from "../../../shared/certificate/imported/origin.ts";
import { findProduct } from "../../../shared/certificate/products.ts";
import { nextDue } from "../../../shared/certificate/projection.ts";
import type { CertificateRecord, OperatorRequest } from "../../../shared/certificate/record.ts";
import { type Due, lastEnd } from "../../../shared/subscription/due.ts";
import type { PolicyFor } from "../../../shared/subscription/policy.ts";
import { timeText } from "../table.ts";
import { moneyOfCancelled, whenCancelled } from "./cancelled.ts";
import { conclude, ended, holds, lastTries, obstacles, waitingMails } from "./conclusion.ts";
import { ledgerFacts } from "./ledger-facts.ts";
import { proofSeen } from "./proof.ts";
import type { Surroundings } from "./surroundings.ts";
import { goesOn, notWhole, notYet, reissuing, underWay } from "./under-way.ts";

/** First a paragraph, then the ledger's facts, one a line. */
export function explain(
  certificate: Certificate,
  { clock, policyFor }: { clock: Clock; policyFor: PolicyFor },
  around: Surroundings,
): string[] {
  const { order } = certificate;
  const now = clock.now();
  const product = findProduct(order.product)?.name ?? order.product;
  const opening = `${order.reference} is a ${product} for ${order.domain}.`;
  const said = [...standing(certificate, { now, policyFor, around }), waitingMails(around)];
  const sentences = [opening, ...said].filter((each) => each !== "");
  const paragraph = sentences.join(" ").replace(/\s*[\r\n]\s*/g, " "); // text of others, too: none of its lines may look like a fact
  return [paragraph, ...ledgerFacts(certificate)];
}

/** What an order is explained by beside its record. */
interface Context {
  now: Date;
  policyFor: PolicyFor;
  around: Surroundings;
}

function standing(certificate: Certificate, context: Context): string[] {
  const { record, state } = certificate;
  const { now, around } = context;
  const { first, last } = holds(record, around);
  if (record.wish)
    return [...first, requested(record.wish), lastTries(record), goesOn(certificate, now, around), ...last];
  if (state === "CANCELLED") return cancelled(certificate, context);
  if (state === "REFUSED") return refused(certificate);
  if (record.attention) {
    const more = obstacles(around, record.attention.code);
    return [validity(record, now), ...stuck(certificate, record.attention, context), ...more, proofSeen(record)];
  }
  if (state === "PARKED")
    return ["It is unknown whether its purchase was made. Nothing is bought again until the operator decides."];
  if (record.issue) return valid(certificate, context);
  if (record.undelivered)
    return [...first, notWhole(record.undelivered.why), lastTries(record), goesOn(certificate, now, around), ...last];
  return [...steps(certificate, context), goesOn(certificate, now, around), ...actor(certificate, around)];
}

/** What was bought and not paid back is money that somebody may want to see again. */
function cancelled(certificate: Certificate, { now, around }: Context): string[] {
  const { record, purchases, certId } = certificate;
  const isPaid = certId !== null || purchases.some(({ refunded }) => !refunded);
  const end = conclude({ ...record, trouble: null }, around);
  // Orders that an earlier release cancelled do not know what became of their money.
  const money = record.cancellation ? moneyOfCancelled(record.cancellation, now, end) : isPaid ? [] : end;
  return [
    `The order was cancelled${whenCancelled(record)}.`,
    validity(record, now),
    "Nothing more is bought or reissued.",
    ...money,
  ];
}

/** The steps to a certificate. Once it is at the CA, the owner or the CA holds it, whatever else is wrong. */
function steps(certificate: Certificate, { around }: Context): string[] {
  const { record } = certificate;
  if (record.submittedAt) return [underWay(certificate, false), lastTries(record)];
  const { first, isHeld } = holds(record, around);
  return [...first, ...(isHeld ? [lastTries(record), underWay(certificate, true)] : [underWay(certificate, false)])];
}

/** Only the owner can approve. What else stands in the way is named beside that. */
function actor({ record }: Certificate, around: Surroundings): string[] {
  if (!record.submittedAt) return holds(record, around).last;
  const met = record.trouble && !record.trouble.passes ? conclude(record, around) : obstacles(around);
  if (record.validation.approvedAt) return conclude(record, around);
  const isThere = record.validation.proof?.found === "there";
  return [isThere ? "The certificate authority has to look at it." : "The domain's owner must act.", ...met];
}

function valid(certificate: Certificate, { now, policyFor, around }: Context): string[] {
  const { order, record } = certificate;
  const sentences = [validity(record, now)];
  if (record.reissue)
    return [
      ...[
        ...sentences,
        ...(isOurs(record.reissue) ? holds(record, around).first : []),
        reissuing(record.reissue, record.validation.approvedAt !== null),
        proofSeen(record),
        notYet(record),
        lastTries(record),
        goesOn(certificate, now, around),
      ],
      ...reissueActor(record, around),
    ];
  if (record.renewal)
    return [
      ...[
        ...sentences,
        `Its next term (${certificate.term}) is being set up.`,
        ...(record.undelivered ? [notYet(record), lastTries(record)] : steps(certificate, { now, policyFor, around })),
        goesOn(certificate, now, around),
      ],
      ...(record.undelivered ? conclude(record, around) : actor(certificate, around)),
    ];
  if (record.toldSerial !== record.issue?.serialNumber)
    return [...sentences, "A mail to the customer is on its way.", ...conclude(record, around)];
  if (!isAdopted(record, now)) return [...sentences, nextByPolicy(certificate, policyFor, now)];
  const ask = `"certfleet certificate reissue ${order.reference}" requests a new one.`;
  if (statusOf(certificate, now) === "expired") return [...sentences, `The operator must act: ${ask}`];
  const next = nextByPolicy(certificate, policyFor, now);
  return [...sentences, next, `Nothing is under way. ${ask}`, ...obstacles(around)];
}

function validity({ issue }: CertificateRecord, now: Date): string {
  if (!issue) return "";
  const ends = new Date(issue.notAfter);
  if (ends < now) return `Its certificate expired on ${utcDate(ends)}.`;
  const days = daysBetween(now, ends);
  return `Its certificate ${issue.serialNumber} is valid until ${utcDate(ends)} (${days} ${days === 1 ? "day" : "days"} left).`;
}

/** A reissue that is at the CA, or with the department, may need a person: then it is not said that none is needed. */
function reissueActor(record: CertificateRecord, around: Surroundings): string[] {
  if (record.reissue && isOurs(record.reissue)) return holds(record, around).last;
  return record.trouble ? conclude(record, around) : obstacles(around);
}

function isOurs({ state }: NonNullable<CertificateRecord["reissue"]>): boolean {
  return state === "requested" || state === "sending";
}

function stuck(
  certificate: Certificate,
  raised: NonNullable<CertificateRecord["attention"]>,
  { now, around }: Context,
): string[] {
  const { code, message, since, who, next } = raised;
  const why = `It needs attention since ${timeText(since)} (${code}): ${ended(message)}`;
  const act = `The ${who === "owner" ? "domain's owner" : who} must act: ${ended(next)}`;
  return [why, act, goesOnByItself(code) ? goesOn(certificate, now, around) : "Nothing happens until then."];
}

function refused({ record, purchases }: Certificate): string[] {
  const why = record.failure ? `It failed for good: ${ended(record.failure.message)}` : "eNom refused it for good.";
  const money = purchases.length === 0 ? "Nothing was bought." : "";
  return [why, money, "A new attempt needs an order with a new reference."];
}

function requested(wish: OperatorRequest): string {
  const what =
    wish.kind === "resolve"
      ? `the decision ${wish.decision}`
      : wish.kind === "cancel"
        ? "a cancellation"
        : wish.kind === "csr"
          ? "a correction of the CSR"
          : wish.kind === "take-in"
            ? "the certificate that was handed in"
            : "a change of the approver";
  return `A worker will carry out ${what}, requested by ${wish.who} at ${timeText(wish.at)}.`;
}

/** What the policy does next with a valid certificate. */
const NEXT: Readonly<Record<Due["kind"], (day: string) => string>> = {
  reissue: (day) => `it is reissued from ${day} on`,
  renew: (day) => `the next term and its certificate are bought from ${day} on`,
  ends: (day) => `the customer is told on ${day} that nothing comes after this certificate`,
  remind: (day) => `the customer is reminded on ${day}; nothing is reissued automatically`,
  "tell-of-remainder": (day) =>
    `the customer is told on ${day} that the rest of the paid term is not bought any more (setting: remainder)`,
  "tell-of-renewal": (day) => `the department is told on ${day} that the next term must be bought`,
};

function nextByPolicy(certificate: Certificate, policyFor: PolicyFor, now: Date): string {
  const { record } = certificate;
  if (!isAdopted(record, now))
    return `${notAdoptedText(record)} Until then nothing is done with it, and nobody is told.`;
  const { mode, source } = policyOf(certificate, policyFor);
  const due = nextDue(certificate, policyFor, now);
  const says = `By its policy (${mode}, from ${source})`;
  const end = lastEnd(subscriptionOf(certificate), now);
  if (end) {
    const told = due ? ` ${says} ${NEXT[due.kind](utcDate(due.at))}.` : "";
    return `It is the last certificate of the paid term, and ends with it on ${utcDate(end)}. Nothing comes after it.${told}`;
  }
  if (due) return `${says} ${NEXT[due.kind](utcDate(due.at))}.`;
  return `${says} nothing more happens.`;
}
