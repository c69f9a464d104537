// Finds the mails whose job is gone (a queue that was emptied, a job that somebody removed) and asks for them again.

import { type Clock, realTime, systemClock } from "../../shared/base/clock.ts";
import { Refused, Uncertain } from "../../shared/base/errors.ts";
import type { Log } from "../../shared/base/log.ts";
import type { Notification } from "../../shared/mail/notification.ts";
import { outsideKey } from "../../shared/outside/mail-key.ts";
import { oneOfAll, type Repeated, repeat } from "../../shared/process/repeat.ts";
import { type AskedMail, type AskedMails, askedMails } from "../../shared/queue/asked-mails.ts";
import type { JobInput } from "../../shared/queue/jobs.ts";
import type { Enqueue } from "../../shared/queue/queues.ts";
import type { Seal } from "../../shared/queue/seal.ts";
import type { RedisClient } from "../../shared/redis/client.ts";
import type { Keys } from "../../shared/redis/keys.ts";
import type { Work } from "../runtime/run.ts";
import { QUEUE } from "./admit.ts";

const EVERY_MS = 5_000;
/** Mails that are looked for in one turn, and how many of them at once: bounded, however many mails wait. */
const MOST = 1_000;
const AT_ONCE = 100;

export interface LostMailNeeds {
  redis: RedisClient;
  keys: Keys;
  enqueue: Enqueue;
  seal: Pick<Seal, "idFor" | "isOurs">;
  log: Log;
  /** Without it, the machine's own. */
  clock?: Clock;
}

/**
 * One turn. Answers how many mails were asked for again. A mail whose job is in the queue, in whatever state, is left
 * alone: a failed one waits for a person. The same key has the mail sent once, even if the job was only out of sight.
 */
export async function askForLostMails(needs: LostMailNeeds): Promise<number> {
  const asked = askedMails(needs.redis, needs.keys, realTime(needs.clock ?? systemClock));
  const due = await asked.dueNow(MOST);
  let count = 0;
  for (let from = 0; from < due.length; from += AT_ONCE) {
    const answers = await Promise.all(due.slice(from, from + AT_ONCE).map((key) => askAgain(key, asked, needs)));
    count += answers.filter(Boolean).length;
  }
  return count;
}

async function askAgain(key: string, asked: AskedMails, needs: LostMailNeeds): Promise<boolean> {
  const mail = await asked.find(key);
  if (!mail) {
    await asked.end(key); // too old
    return false;
  }
  await asked.lookLater(key);
  if (await hasJob(key, mail, needs)) return false;
  const { template } = mail.data as { template?: string };
  try {
    await needs.enqueue("notify", mail.data as JobInput<"notify">, mail.share && { share: mail.share });
  } catch (err) {
    needs.log.warn({ event: "mail.not-asked", key, template, err });
    return false;
  }
  needs.log.warn({ event: "mail.asked-again", key, template });
  return true;
}

/**
 * Numbers of jobs begin anew in a queue that was emptied, and anybody may write our keys into a job: it must be the one of
 * this mail, and ours.
 */
async function hasJob(key: string, { job }: AskedMail, { redis, keys, seal }: LostMailNeeds): Promise<boolean> {
  const isOf = async (id: string | null): Promise<boolean> =>
    id !== null && isAbout(key, await redis.hget(keys.ofQueue("notify", id), "data"), seal);
  return (await isOf(job)) || isOf(await redis.get(keys.ofQueue("notify", "de", await seal.idFor(key))));
}

/** A job that somebody else put there names the mail by that one's own key. */
async function isAbout(key: string, data: string | null, seal: Pick<Seal, "isOurs">): Promise<boolean> {
  const job = readJob(data);
  if (job.key === key && (typeof job.seal === "string" || job.seal === undefined))
    return seal.isOurs(job as { seal?: string });
  return typeof job.key === "string" && key === outsideKey(QUEUE, job.key);
}

/** What is no JSON is nobody's mail. */
function readJob(data: string | null): { key?: unknown; seal?: unknown } {
  try {
    const read: unknown = JSON.parse(data ?? "{}");
    return typeof read === "object" && read !== null ? read : {};
  } catch {
    return {};
  }
}

/** Looks every five seconds, in one process at a time. */
export function startLostMails(needs: LostMailNeeds, everyMs = EVERY_MS): Repeated {
  const { redis, keys, log } = needs;
  const turn = oneOfAll(() => askForLostMails(needs), { redis, key: keys.sweeper("notify"), everyMs });
  return repeat(turn, everyMs, (err) => log.warn({ event: "sweep.failed", queue: "notify", err }));
}

/**
 * The work on a mail that was admitted, which stays noted until it has ended: a mail that another system asked for, too.
 * What fails without an answer stays noted, for its job is repeated or lies among the failed ones.
 */
export function notedUntilEnded(
  work: (mail: Notification, job: Parameters<Work<"notify">>[1]) => ReturnType<Work<"notify">>,
  { redis, keys, clock = systemClock }: Pick<LostMailNeeds, "redis" | "keys" | "clock">,
): typeof work {
  const asked = askedMails(redis, keys, realTime(clock));
  return async (mail, job) => {
    await asked.note(mail, { job: job.id });
    try {
      const outcome = await work(mail, job);
      if (outcome === "done") await asked.end(mail.key);
      return outcome;
    } catch (error) {
      if (error instanceof Refused || error instanceof Uncertain) await asked.end(mail.key);
      throw error;
    }
  };
}
