// Waiting and being stuck: pauses that grow, attention that is raised once and cleared by success, nothing retried for
// ever.

import { type AttentionCode, goesOnByItself } from "../../shared/base/codes.ts";
import { DAY_MS, plusSeconds } from "../../shared/base/dates.ts";
import type { Attention } from "../../shared/certificate/attention.ts";
import { type Certificate, isParkedAndTold, parkedCodes, raiseFor } from "../../shared/certificate/certificate.ts";
import { type CertificateRecord, withEvent } from "../../shared/certificate/record.ts";
import type { Outcome } from "../runtime/outcome.ts";
import { isSameCase, mailAttention } from "./attention-mail.ts";
import type { Undelivered } from "./issued-certificate.ts";
import type { OrderNeeds } from "./needs.ts";

/** After so long without success the operator is told even of what usually passes by itself. */
export const GIVE_UP_MS = 30 * DAY_MS;
/** eNom may fail to respond for so long before anybody is told. */
const AWAY_MS = 60 * 60_000;
const LONGEST_WHY = 1_000;
/** With looks of 300 seconds at first, about an hour: eNom often shows parts before the whole. */
const LOOKS_BEFORE_TELLING = 6;

/** eNom answered, and nothing is sent until a person acts. A fault of our own may have left a request behind. */
export function waitsForPersonAfterAnswer(attention: Attention | null): boolean {
  return attention !== null && !goesOnByItself(attention.code) && attention.code !== "internal-error";
}

/**
 * Seconds to the next look at an unissued certificate: ×1.5 each time, twelve times the first at most (300 s: up to an
 * hour).
 */
export function pollPause(pollSeconds: number, looks: number): number {
  return Math.min(pollSeconds * 1.5 ** looks, pollSeconds * 12);
}

/**
 * Seconds to the next try after trouble: a tenth of the look's pause, doubled each time, twelve times the look's at
 * most.
 */
export function troublePause(pollSeconds: number, count: number): number {
  return Math.min((pollSeconds / 10) * 2 ** count, pollSeconds * 12);
}

/**
 * Seconds to the next look at an order that waits for another way of validation: whoever agrees on one wakes it. A day,
 * doubled each time, thirty at most.
 */
function agreementPause(count: number): number {
  return Math.min(2 ** (count - 1), 30) * (DAY_MS / 1_000);
}

/**
 * A person must act. Where the fleet goes on by itself it looks again after a growing pause, for thirty days without a
 * success. Never covers what a parked order asks: trouble on the way to a decision only waits. `account`: whose trouble
 * it is, where that is not the order's own account.
 */
export async function raiseAttention(
  certificate: Certificate,
  { code, message, account }: { code: AttentionCode; message: string; account?: string | undefined },
  needs: OrderNeeds,
): Promise<Outcome> {
  const now = needs.clock.now();
  const { record } = certificate;
  const before = record.attention;
  const trouble = oneMore(record, message, now);
  const forAgreement = code === "validation-needed";
  const waitSeconds = forAgreement
    ? agreementPause(trouble.count)
    : troublePause(needs.timings.pollSeconds, trouble.count - 1);
  const later = plusSeconds(now, waitSeconds).toISOString();
  if (isParkedAndTold(certificate) && !parkedCodes.has(code)) {
    await needs.certificates.save({ ...certificate, record: { ...record, trouble, nextLookAt: later } }, now);
    return { waitSeconds, because: message };
  }
  // What people agree on may take its time: it stays what it is, and so what an agreement ends.
  const stale = !forAgreement && now.getTime() - new Date(trouble.since).getTime() > GIVE_UP_MS;
  const kind: AttentionCode = stale && goesOnByItself(code) ? "waited-too-long" : code;
  const { reference } = certificate.order;
  const raised: Attention = {
    ...raiseFor(certificate, kind, message, now, account),
    ...(account !== undefined && { account }),
  };
  const stays = isSameCase(before, raised);
  const same = stays && before.message === message;
  const attention = same ? before : { ...raised, since: stays ? before.since : raised.since };
  const nextLookAt = goesOnByItself(kind) ? later : null;
  const next = { ...record, attention, trouble, nextLookAt };
  const told = same ? next : withEvent(next, now, "attention.raised", `${kind}: ${message}`);
  await mailAttention(certificate, attention, needs);
  await needs.certificates.save({ ...certificate, record: told }, now);
  if (!same) needs.log.warn({ event: "attention.raised", reference, code: kind, message });
  return nextLookAt ? { waitSeconds, because: message } : "done";
}

/**
 * Nobody said no: look again after a growing pause; after an hour the operator is told, too. What the order waits for
 * already stays in front: an eNom that does not respond for a moment changes nothing about it.
 */
export async function retryLater(
  certificate: Certificate,
  {
    message,
    account,
    retryAfterSeconds,
    code,
    answered = false,
  }: {
    message: string;
    account?: string;
    retryAfterSeconds?: number | undefined;
    code?: string | undefined;
    answered?: boolean | undefined;
  },
  needs: OrderNeeds,
): Promise<Outcome> {
  const now = needs.clock.now();
  const { record } = certificate;
  const trouble = { ...oneMore(record, message, now), passes: code === "budget-used-up" };
  const waitsForMore = record.attention !== null && record.attention.code !== "enom-unavailable";
  if (!waitsForMore && now.getTime() - new Date(trouble.since).getTime() > AWAY_MS) {
    // No network is to blame for what eNom answered.
    const told = answered ? "enom-not-understood" : "enom-unavailable";
    return raiseAttention(certificate, { code: told, message, account }, needs);
  }
  const pause = retryAfterSeconds ?? troublePause(needs.timings.pollSeconds, trouble.count - 1);
  const nextLookAt = plusSeconds(now, pause).toISOString();
  await needs.certificates.save({ ...certificate, record: { ...record, trouble, nextLookAt } }, now);
  return { waitSeconds: pause, because: message };
}

/** Nothing is wrong: looked at again then, and not before, whoever enqueues it. */
export async function pollLater(
  certificate: Certificate,
  { waitSeconds, because }: { waitSeconds: number; because: string },
  needs: OrderNeeds,
): Promise<Outcome> {
  const now = needs.clock.now();
  const nextLookAt = plusSeconds(now, waitSeconds).toISOString();
  await needs.certificates.save({ ...certificate, record: { ...certificate.record, nextLookAt } }, now);
  return { waitSeconds, because };
}

/**
 * What came from eNom and cannot be delivered yet. Two runs at once count one look twice, and so tell a little earlier;
 * nothing of the customer's is touched.
 */
export function lookAgain(certificate: Certificate, { fault, code }: Undelivered, needs: OrderNeeds): Promise<Outcome> {
  const { record } = certificate;
  const looks = (record.undelivered?.looks ?? 0) + 1;
  const noted = { ...certificate, record: { ...record, undelivered: { looks, why: fault } } };
  if (looks >= LOOKS_BEFORE_TELLING) return raiseAttention(noted, { code, message: fault }, needs);
  return pollLater(noted, { waitSeconds: pollPause(needs.timings.pollSeconds, looks - 1), because: fault }, needs);
}

/** Trouble in a row, counted from its first. Nothing is known to pass by itself but what says so. */
function oneMore({ trouble }: CertificateRecord, why: string, now: Date): NonNullable<CertificateRecord["trouble"]> {
  const since = trouble?.since ?? now.toISOString();
  return { count: (trouble?.count ?? 0) + 1, since, why: why.slice(0, LONGEST_WHY), passes: false };
}

/** A step succeeded: what was wrong is over. */
export function clearTrouble(record: CertificateRecord, now: Date): CertificateRecord {
  const calm = { ...record, trouble: null, nextLookAt: null };
  // What a person was told of the next term stays open until it is begun.
  if (!record.attention || (record.attention.code === "renewal-due" && !record.renewal)) return calm;
  return withEvent({ ...calm, attention: null }, now, "attention.cleared", record.attention.code);
}
