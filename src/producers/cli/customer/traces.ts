// What is left of a person beside orders, jobs and bounces, and is forgotten with them: mails that are over, notes of mails, the
// queues' events, and whose turn it was.

import { askedMails } from "../../../shared/queue/asked-mails.ts";
import { DEDUPLICATION, EVENTS } from "../../../shared/queue/bullmq/keys.ts";
import { queueNames } from "../../../shared/queue/jobs.ts";
import { findMails, names, type Place } from "./mentions.ts";

interface Asked {
  place: Place;
  /** Mails of orders that stay, and mails that wait. */
  isKept: (key: string) => boolean;
  /** Their orders. */
  erased: readonly string[];
}

const UNTOLD_PAGE = 1_000;

/** Orders whose timelines get a line about a mail that failed, which names its recipient, in a moment. */
export async function findUntold({ redis, keys }: Place): Promise<Set<string>> {
  const found = new Set<string>();
  for (let from = 0; ; from += UNTOLD_PAGE) {
    const page = await redis.lrange(keys.failedMails, from, from + UNTOLD_PAGE - 1);
    for (const text of page) found.add(/"reference":"([^"]*)"/.exec(text)?.[1] ?? "");
    if (page.length < UNTOLD_PAGE) return found;
  }
}

/**
 * The book goes by a digest of the key: nobody sends the mail again. One of which nobody knows how it ended, and no job
 * waits for, is over then, too. Answers how many mails to the person there were.
 */
export async function forgetMails(email: string, { place, isKept }: Asked): Promise<number> {
  const over = (await findMails(email, place)).filter(({ key, state }) => state !== "SENDING" && !isKept(key));
  for (const { redisKey, state, isToPerson } of over) {
    const gone = isToPerson && state !== "ACCEPTED" ? ["state", "REJECTED", "lost", "0"] : [];
    const person = isToPerson ? ["to", "", "raw", ""] : [];
    await place.redis.hset(redisKey, "key", "", "lastAnswer", "", ...person, ...gone);
  }
  return over.filter(({ isToPerson }) => isToPerson).length;
}

/** Mails that were asked for and whose job is gone: without a note nobody asks for them again. */
export async function forgetAsked(
  email: string,
  { place: { redis, keys, queues }, isKept, erased }: Asked,
): Promise<void> {
  const asked = askedMails(redis, keys);
  for (const key of await redis.zrange(keys.askedMails, "0", "-1")) {
    const { data } = (await asked.find(key)) ?? {};
    const isTheirs = erased.some((each) => key.startsWith(`${each}:`));
    if (isKept(key) || !(isTheirs || names(key, email) || names(JSON.stringify(data ?? {}), email))) continue;
    const isLive = (await redis.exists(keys.ofQueue("notify", DEDUPLICATION, await queues.seal.idFor(key)))) === 1;
    if (!isLive) await asked.end(key);
  }
}

/** Why jobs failed, which may name a recipient; the newest thousand of each queue are there. */
export async function forgetEvents(email: string, { redis, queues }: Place): Promise<void> {
  for (const name of queueNames) {
    const stream = queues.all[name].toKey(EVENTS);
    for (const [id, fields] of await redis.xrange(stream, "-", "+"))
      if (names(fields.join(" "), email)) await redis.xdel(stream, id);
  }
}

/** Whose turn it was, by customers' own names: turns begin anew, which costs nobody more than one. */
export async function forgetTurns({ redis, keys }: Place): Promise<void> {
  for (const name of queueNames) await redis.del(keys.fair(name));
  for (const account of await redis.zrange(keys.accounts, "0", "-1")) await redis.del(keys.lineTurns(account));
}
