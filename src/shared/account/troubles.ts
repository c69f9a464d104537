// What is wrong with an account, or with the whole fleet, whether or not an order has met it: the one list that
// dashboard, API, doctor, explain and the mail to the department read. A new state is one more entry here.

import { z } from "zod";
import { findFleetRestored, restoredText } from "../backup/restored-fleet.ts";
import { nextStep } from "../certificate/attention.ts";
import { findWaitingMails, type WaitingMails } from "../mail/traffic.ts";
import { driftText, findDrift, type KeptDrift } from "../moving/drift-notes.ts";
import type { RedisClient } from "../redis/client.ts";
import type { Keys } from "../redis/keys.ts";
import { type Replicas, readReplicas } from "../redis/replicas.ts";
import { findDeadWebhooks } from "../standing/dead-webhooks.ts";
import { findStandingFindings } from "../standing/findings.ts";
import { findJournalFailures } from "../standing/journal-failures.ts";
import { findLateSweep } from "../standing/late-sweep.ts";
import { findRedisRisks } from "../standing/redis-risks.ts";
import { findStanding, type Standing } from "./not-understood.ts";
import type { AccountRecord } from "./records.ts";
import { observesText, observing } from "./shadow/observed.ts";
import { findReachedCap, reachedText } from "./spend-caps.ts";
import {
  checkText,
  codeOfCheck,
  frozenText,
  notUnderstoodText,
  pausedText,
  readNote,
  stoppedText,
  type TroubleCode,
  troubleCodes,
  WHOLE_FLEET,
} from "./trouble-notes.ts";

export const trouble = z
  .object({
    code: z.enum(troubleCodes).meta({ description: "docs/runbook.md has a section for each" }),
    account: z.string().nullable().meta({ description: "The account; null: the whole fleet", example: "main" }),
    about: z.string().optional().meta({
      description: "Which queue, schedule or host, so that two of one code are told apart",
      example: "notify",
    }),
    message: z.string().meta({ description: "What is wrong, for people", example: "Purchases are switched off." }),
    since: z.string().nullable().meta({
      format: "date-time",
      description: "When it was first seen; null: no worker has seen it yet",
    }),
    isOver: z.boolean().optional().meta({
      description: "It was put right again, and is told for ten minutes, so that a person can ask who did it",
    }),
    next: z.string().meta({ description: "What to do about it, with the command", example: "certfleet doctor" }),
  })
  .meta({ id: "Trouble" });
export type Trouble = z.infer<typeof trouble>;

/** Which work meets it. `slots`: what buys, or uses what was bought. `enom`: whatever asks eNom, for the connection fails. `queue`: what waits in the queue. `nothing`: no order. */
export const meets: Readonly<Record<TroubleCode, "slots" | "purchases" | "enom" | "mails" | "queue" | "nothing">> = {
  "ledger-frozen": "slots",
  "purchases-stopped": "purchases",
  "account-observes": "enom",
  "spend-cap-reached": "purchases",
  "enom-login-refused": "enom",
  "enom-address-not-permitted": "enom",
  "enom-unavailable": "enom",
  "enom-not-understood": "slots",
  "mails-wait": "mails",
  "queue-paused": "queue",
  "queue-limited": "queue",
  "queue-emptied": "queue",
  "schedule-missing": "queue",
  "sweep-late": "queue",
  "journal-not-writable": "slots",
  "redis-without-replica": "purchases",
  "redis-not-durable": "purchases",
  "webhook-dead": "nothing",
  "account-drift": "nothing",
};

export interface TroubleNeeds {
  redis: RedisClient;
  keys: Keys;
}

type Found = Omit<Trouble, "since" | "account"> & { since?: string | null | undefined };

type Watched = Pick<
  AccountRecord,
  "id" | "enabled" | "lastCheck" | "currency" | "mode" | "purchases" | "perHour" | "perDay"
>;

/** How a state is called in `keys.troubles`. */
export function caseNameOf({ code, about }: Pick<Trouble, "code" | "about">): string {
  return about === undefined ? code : `${code} ${about}`;
}

/** The account's states, the gravest first; none of an account that is switched off: nobody waits for it. */
export async function findAccountTroubles(account: Watched, needs: TroubleNeeds): Promise<Trouble[]> {
  const { redis, keys } = needs;
  const { id, enabled } = account;
  if (!enabled) return [];
  const [meta, [opened, failures], problem, standing, reached, drift, observes] = await Promise.all([
    redis.hmget(keys.ledger.meta(id), "behind", "frozen", "stopped"),
    redis.hmget(keys.breaker(id), "until", "failures"),
    redis.hget(keys.problem(id), "since"),
    findStanding({ redis, keys }, id),
    findReachedCap(account, needs),
    findDrift({ redis, keys }, id),
    observing(needs, account),
  ]);
  const [behind, frozen, stopped] = meta;
  const isPaused = opened !== null && opened !== undefined;
  const found: (Found | null)[] = [
    frozenBy(behind ?? frozen),
    stoppedBy(id, stopped),
    observes && { ...observedBy(id, observes), code: "account-observes" as const },
    reached && { ...reachedText(account, reached), code: "spend-cap-reached" as const },
    failedCheck(account, problem ?? null) ?? (isPaused ? paused(failures) : null),
    standing ? notUnderstood(id, standing) : null,
    drift?.isWatched && drift.count > 0 ? drifted(id, drift) : null,
  ];
  return withTimes(
    found.filter((each) => each !== null),
    { account: id, field: id },
    needs,
  );
}

/** What concerns all accounts alike. */
export async function findFleetTroubles(needs: TroubleNeeds): Promise<Trouble[]> {
  const [waiting, replicas, fleet, ...standing] = await Promise.all([
    findWaitingMails(needs),
    readReplicas(needs),
    findFleetRestored(needs),
    findJournalFailures(needs),
    findLateSweep(needs),
    findRedisRisks(needs),
    findStandingFindings(needs),
    findDeadWebhooks(needs),
  ]);
  const found = [
    ...(fleet ? [restoredText(fleet)] : []),
    ...(replicas.isAlone ? [withoutReplica(replicas)] : []),
    ...(waiting ? [mailsWait(waiting)] : []),
    ...standing.flat(),
  ];
  return withTimes(found, { account: null, field: WHOLE_FLEET }, needs);
}

function withoutReplica({ lastSeen }: Replicas): Found {
  const seen = lastSeen ? `, last seen at ${lastSeen.toISOString().slice(0, 19)}Z` : "";
  return {
    code: "redis-without-replica",
    message: `Redis has lost its replicas${seen}: another one may have been elected. Nothing is accepted, and nothing is bought.`,
    next: "Start the replicas. Where there are none any more: certfleet redis replicas forget",
  };
}

function mailsWait({ since, answer, count }: WaitingMails): Found {
  const mails = count === 1 ? "A mail waits" : `${count} tries in a row failed: every mail waits`;
  return {
    code: "mails-wait",
    message: `${mails}. The last answer: ${answer}`,
    since,
    next: "Check SMTP_URL and the mail server. Mails are tried again for two days. See docs/runbook.md#mails-do-not-arrive, and test it with: certfleet doctor",
  };
}

/** Of all accounts, in their order, and of the fleet last. */
export async function findAllTroubles(accounts: readonly Watched[], needs: TroubleNeeds): Promise<Trouble[]> {
  const all = [...accounts.map((each) => findAccountTroubles(each, needs)), findFleetTroubles(needs)];
  return (await Promise.all(all)).flat();
}

function frozenBy(reason: string | null | undefined): Found | null {
  if (reason === null || reason === undefined) return null;
  return { code: "ledger-frozen", message: frozenText(reason), next: nextStep("ledger-frozen", "REF") };
}

function observedBy(id: string, state: "observe" | "held") {
  const message = observesText(id, state);
  return { message, next: nextStep("account-observes", "REF").replace("live ACCOUNT", `live ${id}`) };
}

function stoppedBy(id: string, words: string | null | undefined): Found | null {
  if (words === null || words === undefined) return null;
  const message = stoppedText(words);
  const next = `To allow purchases again: certfleet account purchases on ${id} --reason "may go on"`;
  return { code: "purchases-stopped", message, next };
}

function failedCheck({ lastCheck }: Pick<AccountRecord, "lastCheck">, since: string | null): Found | null {
  if (lastCheck?.ok !== false) return null;
  const { message, advice, at } = lastCheck;
  const kind = codeOfCheck(lastCheck);
  return { code: kind, message: checkText(message), since: since ?? at, next: advice ?? nextStep(kind, "REF") };
}

function paused(failures: string | null | undefined): Found {
  return {
    code: "enom-unavailable",
    message: pausedText(Number(failures ?? 0)),
    next: nextStep("enom-unavailable", "REF"),
  };
}

function notUnderstood(id: string, { message, since }: Standing): Found {
  const next = nextStep("enom-not-understood", "REF").replace("certfleet account answers", `$& ${id}`);
  return { code: "enom-not-understood", message: notUnderstoodText(message), since, next };
}

function drifted(id: string, drift: KeptDrift): Found {
  const message = `The records and eNom say different things: ${driftText(drift)}. Compared at ${drift.at.slice(0, 16)}Z.`;
  return {
    code: "account-drift",
    message,
    next: `certfleet certificate drift ${id}. See docs/runbook.md#account-drift`,
  };
}

/** What the watch noted of each (`workers/troubles`) says since when. */
async function withTimes(
  found: readonly Found[],
  { account, field }: { account: string | null; field: string },
  { redis, keys }: TroubleNeeds,
): Promise<Trouble[]> {
  if (found.length === 0) return [];
  const texts = await redis.hmget(keys.troubles(field), ...found.map(caseNameOf));
  return found.map((each, i) => {
    const noted = readNote(texts[i]);
    const since = each.since ?? (noted?.ended === undefined ? noted?.since : null) ?? null;
    return { ...each, account, since };
  });
}
