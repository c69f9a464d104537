// Looks at the states of the accounts and of the fleet every few seconds, and tells each to the department: one mail
// when it begins, one when it is over, whether or not an order has met it.

import { type AccountRecord, accountRecords } from "../../shared/account/records.ts";
import { noteObserved } from "../../shared/account/shadow/observed.ts";
import { type NotedTrouble, readNote, type TroubleCode, WHOLE_FLEET } from "../../shared/account/trouble-notes.ts";
import {
  caseNameOf,
  findAccountTroubles,
  findFleetTroubles,
  meets,
  type Trouble,
} from "../../shared/account/troubles.ts";
import type { Clock } from "../../shared/base/clock.ts";
import { Unavailable } from "../../shared/base/errors.ts";
import type { Log } from "../../shared/base/log.ts";
import type { CertificateStore } from "../../shared/certificate/store.ts";
import { failedMails } from "../../shared/mail/failed/failed-mails.ts";
import { type Repeated, repeat } from "../../shared/process/repeat.ts";
import type { Enqueue } from "../../shared/queue/queues.ts";
import type { RedisClient } from "../../shared/redis/client.ts";
import type { Keys } from "../../shared/redis/keys.ts";
import { noteRedisRisks } from "../../shared/standing/redis-risks.ts";
import { tellDepartment } from "../order/department.ts";
import { tellFailedMails } from "./failed-mails.ts";
import { noteEnd, noteFirst, noteSeen, tellNow } from "./told.ts";

const LOOK_MS = 5_000;
/** As many as the template prints. */
const MOST_LETTERS = 1_000;
/** What comes and goes is one case until it has stayed away for so long; what a person ends is over at once. */
const CALM_MS: Readonly<Partial<Record<string, number>>> = {
  "enom-unavailable": 15 * 60_000,
  "mails-wait": 60_000,
  "redis-without-replica": 60_000,
  "redis-not-durable": 60_000,
  // The hour goes on: each purchase that leaves it makes room for the next one.
  "spend-cap-reached": 15 * 60_000,
};

/** A fleet that stood still for hours is late when it starts, and has swept within seconds. */
const PATIENCE_MS: Readonly<Partial<Record<string, number>>> = { "sweep-late": 30_000 };

export interface WatchNeeds {
  redis: RedisClient;
  keys: Keys;
  enqueue: Enqueue;
  clock: Clock;
  log: Log;
}

interface LookNeeds extends WatchNeeds {
  certificates: Pick<CertificateStore, "find" | "save">;
  /** Empty where weak settings are allowed. @throws Unavailable a Redis does not say */
  durabilityRisks: () => Promise<string[]>;
}

/** Ends after the look that is under way. A look that fails is made up for by the next one. */
export function startTroubleWatch(needs: LookNeeds, everyMs = LOOK_MS): Repeated {
  const failed = failedMails(needs.redis, needs.keys);
  const tell = async (): Promise<void> => {
    await lookAtSettings(needs);
    await tellTroubles(needs);
  };
  const look = () => Promise.all([tell(), tellFailedMails({ ...needs, failed })]);
  return repeat(look, everyMs, (err) => needs.log.warn({ event: "troubles.unread", err }));
}

/** Settings of Redis can be changed while it runs. One that does not say them is away, which others tell. */
async function lookAtSettings({ durabilityRisks, ...place }: LookNeeds): Promise<void> {
  const risks = await durabilityRisks().catch((error: unknown) => {
    if (error instanceof Unavailable) return undefined;
    throw error;
  });
  if (risks) await noteRedisRisks(risks, place);
}

/** One look at everything. May run at once in several processes: the mails' keys make each mail one. */
export async function tellTroubles(needs: WatchNeeds): Promise<void> {
  const looked = needs.clock.now().toISOString();
  const accounts = await accountRecords(needs.redis, needs.keys).all();
  const enabled = accounts.filter((each) => each.enabled);
  for (const account of accounts) {
    if (account.mode === "observe") await noteObserved(needs, account.id, needs.clock.now());
    const found = await findAccountTroubles(account, needs);
    const { id, name, enabled } = account;
    await compare({ field: id, found, to: [account], name, looked, isLookedAt: enabled }, needs);
  }
  const found = await findFleetTroubles(needs);
  await compare({ field: WHOLE_FLEET, found, to: enabled, name: null, looked, isLookedAt: true }, needs);
}

/** A mailbox that several accounts share is written to once. */
function oneEach(accounts: readonly AccountRecord[]): AccountRecord[] {
  const byMailbox = new Map(accounts.map((each) => [each.department, each]));
  return [...byMailbox.values()];
}

interface Watched {
  /** Whose they are: an account's id, or the whole fleet. */
  field: string;
  found: readonly Trouble[];
  to: readonly AccountRecord[];
  name: string | null;
  /** When this look began. */
  looked: string;
  /** Nobody looks at an account that is off. */
  isLookedAt: boolean;
}

/** They are there until somebody ends them, who tells it, whether or not the account is in use meanwhile. */
const ENDED_BY_HAND: ReadonlySet<string> = new Set<TroubleCode>(["ledger-frozen", "purchases-stopped"]);

/** What is there against what was noted before. A mail is asked for before that is noted. */
async function compare(watched: Watched, needs: WatchNeeds): Promise<void> {
  const { redis, keys, clock } = needs;
  const { field, found, looked, isLookedAt } = watched;
  const key = keys.troubles(field);
  const now = clock.now().toISOString();
  for (const each of found) {
    const { message } = each;
    const name = caseNameOf(each);
    const fresh: NotedTrouble = { since: each.since ?? now, seen: now, told: false, message };
    const isSilent = PATIENCE_MS[each.code] !== undefined;
    // Of two at once the first says since when.
    await noteFirst({ field, name, since: fresh.since }, { note: JSON.stringify(fresh), now, looked, isSilent }, needs);
    const noted = readNote(await redis.hget(key, name)) ?? fresh;
    const told = noted.told || (await tellBegin(each, noted, watched, needs));
    const state = { field, name, since: noted.since };
    if (isSilent && told && !noted.told)
      await tellNow(state, { note: JSON.stringify({ ...noted, seen: now, told, message }), now }, needs);
    else await noteSeen(state, { seen: now, told, message }, needs);
  }
  for (const [name, text] of Object.entries(await redis.hgetall(key))) {
    const noted = readNote(text);
    const calmMs = Date.parse(now) - Date.parse(noted?.seen ?? "");
    if (found.some((each) => caseNameOf(each) === name) || calmMs < (CALM_MS[name] ?? 0)) continue;
    if (!isLookedAt && ENDED_BY_HAND.has(name) && noted?.ended === undefined) continue;
    if (noted?.told) await tellEnd(name, noted, watched, needs);
    const wasTold = PATIENCE_MS[name] === undefined || noted?.told === true;
    await noteEnd({ field, name, since: noted?.since ?? now }, { now, wasTold }, needs);
  }
}

/** Answers whether the department knows. What a connection check found is told by its own mail (`balance`). */
async function tellBegin(
  trouble: Trouble,
  { since }: NotedTrouble,
  watched: Watched,
  needs: WatchNeeds,
): Promise<boolean> {
  const { redis, keys, log } = needs;
  const { code, account, about, message, next } = trouble;
  let to = watched.to;
  const seenMs = needs.clock.now().getTime() - Date.parse(since);
  if (seenMs < (PATIENCE_MS[code] ?? 0)) return false;
  if (account !== null) {
    const isOfConnection = meets[code] === "enom";
    if (isOfConnection && (await redis.hexists(keys.problem(account), "told")) === 1) return true;
    if (isOfConnection && (await redis.hexists(keys.breaker(account), "until")) === 0) return false;
    if ((await redis.hexists(keys.cases(account), code)) === 1) return true; // an order met it first
  } else to = await untold(code, watched.to, needs);
  log.warn({ event: "trouble.began", account: account ?? undefined, code, about, message });
  await mail({ code, about, message, since, until: null, next }, { ...watched, to }, needs);
  return true;
}

/** Without those whose mailbox knows it by the mail of an order that met it first. */
async function untold(
  code: string,
  accounts: readonly AccountRecord[],
  { redis, keys }: WatchNeeds,
): Promise<readonly AccountRecord[]> {
  const met = await Promise.all(accounts.map(({ id }) => redis.hexists(keys.cases(id), code)));
  const knowing = new Set(accounts.filter((_each, i) => met[i] === 1).map(({ department }) => department));
  return accounts.filter(({ department }) => !knowing.has(department));
}

async function tellEnd(
  name: string,
  { message, since }: NotedTrouble,
  watched: Watched,
  needs: WatchNeeds,
): Promise<void> {
  const [code = name, about] = name.split(" ");
  needs.log.info({ event: "trouble.ended", account: accountOf(watched) ?? undefined, code, about });
  const until = needs.clock.now().toISOString();
  await mail({ code, about, message, since, until, next: "-" }, watched, needs);
}

function accountOf({ field }: Watched): string | null {
  return field === WHOLE_FLEET ? null : field;
}

async function mail(
  {
    about,
    ...values
  }: {
    code: string;
    about: string | undefined;
    message: string;
    since: string;
    until: string | null;
    next: string;
  },
  watched: Watched,
  needs: WatchNeeds,
): Promise<void> {
  const { code, since, until } = values;
  const message = values.message.slice(0, MOST_LETTERS);
  const which = about === undefined ? code : `${code}:${about}`;
  const to = watched.field === WHOLE_FLEET ? oneEach(watched.to) : watched.to;
  for (const { id, department } of to) {
    const account = accountOf(watched);
    const key = `${account ?? `fleet:${id}`}:trouble:${which}:${since}${until === null ? "" : ":over"}`;
    const asked = { key, template: "account-trouble", values: { account, name: watched.name, ...values, message } };
    await tellDepartment({ id, ...(department !== null && { department }) }, asked, needs);
  }
}
