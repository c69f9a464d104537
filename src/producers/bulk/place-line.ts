// One order of many, as the order alone would be taken: written to the audit trail first, held against the same rules, quotas
// and prices, kept once, and enqueued.
import type { FastifyError } from "fastify";
import { rememberedAccounts } from "../../shared/account/remembered.ts";
import type { Actor } from "../../shared/authority/actor.ts";
import type { Facts, Outcome } from "../../shared/authority/audit/entry.ts";
import type { Hide } from "../../shared/authority/audit/hide.ts";
import type { AuditTrail } from "../../shared/authority/audit/trail.ts";
import { Unavailable } from "../../shared/base/errors.ts";
import { readJson } from "../../shared/base/json.ts";
import { withDeadline } from "../../shared/base/time/deadline.ts";
import { oneByOne } from "../../shared/bulk/in-order.ts";
import type { Line } from "../../shared/bulk/lines.ts";
import { type Certificate, statusOf } from "../../shared/certificate/certificate.ts";
import { factsOf } from "../../shared/certificate/changes/audited-facts.ts";
import { newCertificate } from "../../shared/certificate/new-record.ts";
import { acceptOrder } from "../../shared/queue/accept-order.ts";
import { type RehearsalNeeds, rehearseOrder } from "../../shared/queue/rehearse-order.ts";
import type { RedisClient } from "../../shared/redis/client.ts";
import { isRedisTrouble } from "../../shared/redis/connection/trouble.ts";
import { problemOf } from "../http/error-handler.ts";
import { invalid, type Problem, problem } from "../http/problems.ts";
import { type Place, type ResultLine, referenceIn, refusedLine } from "./result-line.ts";

export interface PlacingNeeds extends RehearsalNeeds {
  redis: RedisClient;
  audit: Pick<AuditTrail, "begin">;
  hide: Hide;
  /** Enqueues the order's job. One that is lost is no failure: the sweeper creates it soon. */
  enqueue: (reference: string) => Promise<void>;
  /** Who orders, and from where. */
  actor: Actor;
  from: string | null;
  /** Hears of what was no fault of the order's. */
  onTrouble: (error: unknown) => void;
}

/** The last resort: Redis is given up long before. Whoever sent the line waits for the lines before it anyway. */
const ANSWER_MS = 10_000;
/** Accounts and prices may be so old; quotas take them as the single order does. */
const ACCOUNTS_MS = 1_000;
/** What is done beside an order that is kept changes nothing of it, and is waited for so long. */
const BESIDE_MS = 2_000;
const nothing = (): void => {};
/** While Redis does not respond, lines are refused without asking it, but for one question in so long. */
const LOOK_MS = 500;

const POISONED = /"(?:__proto__|constructor)"\s*:/;

/**
 * Answers each line; it never throws. Orders with one reference are decided one after the other, so that of two lines with it the
 * first one is the order. `dryRun`: nothing is kept, and nothing is written to the audit trail.
 */
export function placing(given: PlacingNeeds, { dryRun = false } = {}): (line: Line) => Promise<ResultLine> {
  const needs = { ...given, accounts: rememberedAccounts(given.accounts, ACCOUNTS_MS) };
  const inTurn = oneByOne();
  const redis = watched(needs.redis);

  const answer = async (body: unknown, place: Place): Promise<ResultLine> => {
    if (redis.isAway()) return refusedLine(place, AWAY);
    try {
      const placed = inTurn(place.reference, () => (dryRun ? rehearse(body, place, needs) : take(body, place, needs)));
      return await withDeadline(placed, ANSWER_MS, tooSlow);
    } catch (error) {
      const told = problemOf(error as FastifyError, needs.redis);
      if (told.name === "unavailable" || told.name === "internal") needs.onTrouble(error);
      if (isRedisTrouble(error)) redis.failed();
      return refusedLine(place, told.name === "internal" ? { ...told, detail: INTERNAL } : told);
    }
  };

  return async (line) => {
    const unread: Place = { line: line.number, reference: null };
    if ("fault" in line) return refusedLine(unread, noJson(line.fault, line.isTooLong));
    const read = readJson(line.text);
    if ("fault" in read) return refusedLine(unread, noJson(read.fault));
    const place = { ...unread, reference: referenceIn(read.value) };
    if (POISONED.test(line.text)) return refusedLine(place, noJson("it has a field named __proto__ or constructor."));
    return answer(read.value, place);
  };
}

/** Whether Redis is worth a question, by the last one that it did not answer. */
function watched(redis: Pick<RedisClient, "ping">): { isAway: () => boolean; failed: () => void } {
  let isAway = false;
  let lookAt = 0;
  const look = (): void => {
    lookAt = Number.POSITIVE_INFINITY;
    redis
      .ping()
      .then(
        () => (isAway = false),
        () => undefined,
      )
      .finally(() => (lookAt = performance.now() + LOOK_MS));
  };
  return {
    isAway() {
      if (isAway && performance.now() >= lookAt) look();
      return isAway;
    },
    failed() {
      if (isAway) return;
      isAway = true;
      lookAt = performance.now() + LOOK_MS;
    },
  };
}

/** The words of the single order. */
const AWAY: Problem = {
  name: "unavailable",
  detail: "Redis does not respond. Nothing is known to have happened. Send the same request again.",
};
const INTERNAL = "An internal error. The log has it.";

function tooSlow(): never {
  throw Object.assign(new Error("The order took too long."), { statusCode: 503 });
}

function noJson(fault: string, isTooLong = false): Problem {
  if (isTooLong) return { name: "too-large", detail: fault };
  return { name: "malformed", detail: `The line must be one JSON object in UTF-8: ${fault.replace(/^line 1, /, "")}` };
}

async function rehearse(body: unknown, place: Place, needs: PlacingNeeds): Promise<ResultLine> {
  const found = await rehearseOrder(body, needs);
  if ("faults" in found) return refusedLine(place, invalid(found.faults, { valid: false }).problem);
  if ("conflict" in found) return refusedLine(place, { ...taken(found.conflict), valid: false });
  return { ...place, status: 200, rehearsal: found.rehearsal };
}

async function take(body: unknown, place: Place, needs: PlacingNeeds): Promise<ResultLine> {
  const { actor, from, hide, clock } = needs;
  const subject = place.reference?.includes("@") ? hide(place.reference) : place.reference;
  const begun = await needs.audit.begin({ who: actor, from, action: "certificate.order", subject });
  let outcome: Outcome = "failed";
  let after: Facts = {};
  try {
    const accepted = await acceptOrder(body, needs, actor);
    outcome = "refused";
    if ("faults" in accepted) return refusedLine(place, invalid(accepted.faults).problem);
    const { order, answer, normalised, warnings } = accepted;
    if (answer === "conflict") return refusedLine(place, taken(order.reference));
    outcome = "done";
    const isNew = answer === "accepted";
    if (isNew) await withDeadline(needs.enqueue(order.reference), BESIDE_MS, nothing);
    const certificate = isNew ? newCertificate(order, clock.now(), actor) : await found(order.reference, needs);
    if (isNew) after = factsOf(certificate, clock.now(), hide);
    return {
      ...place,
      status: isNew ? 202 : 200,
      certificate: inShort(certificate, clock.now()),
      ...(normalised.length > 0 && { normalised }),
      ...(warnings.length > 0 && { warnings }),
    };
  } catch (error) {
    if (error instanceof Error && "problem" in error) outcome = "refused"; // by a quota
    throw error;
  } finally {
    const ended = begun.end(outcome, { before: {}, after });
    // What failed is not answered later for that it cannot be written down either.
    if (outcome !== "failed") await withDeadline(ended, BESIDE_MS, nothing);
  }
}

async function found(reference: string, { certificates }: Pick<PlacingNeeds, "certificates">): Promise<Certificate> {
  const certificate = await certificates.find(reference);
  // Redis was emptied in between: anything else would say that the order was wrong.
  if (!certificate) throw new Unavailable(`Redis has lost ${reference} just now. Send the same again.`);
  return certificate;
}

function inShort(certificate: Certificate, now: Date): NonNullable<ResultLine["certificate"]> {
  const { order, record } = certificate;
  const { reference, domain, product, tenant = null } = order;
  const status = statusOf(certificate, now);
  return { reference, status, domain, product, years: record.terms.years, account: record.account, tenant };
}

function taken(reference: string): Problem {
  const detail = `${reference} belongs to another order. Choose a new reference; it cannot be used again.`;
  return problem("reference-taken", detail).problem;
}
