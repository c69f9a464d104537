// Where a person stands outside of orders: mails in the mail book, jobs in the queues, the bounce list.
import { bounceList } from "../../../shared/mail/bounces.ts";
import { type JobName, queueNames } from "../../../shared/queue/jobs.ts";
import type { Queues } from "../../../shared/queue/queues.ts";
import type { RedisClient } from "../../../shared/redis/client.ts";
import type { Keys } from "../../../shared/redis/keys.ts";

type Job = Awaited<ReturnType<Queues["all"]["open"]["getJobs"]>>[number];

const LIVE = ["active", "waiting", "prioritized", "delayed"] as const;
const OVER = ["completed", "failed"] as const;
const PAGE = 200;

export interface Place {
  redis: RedisClient;
  keys: Keys;
  queues: Pick<Queues, "all" | "seal">;
}

export interface KeptMail {
  redisKey: string;
  key: string;
  template: string;
  to: string;
  state: string;
  date: string;
  /** To the address; else only its key or the mail server's answer names it. */
  isToPerson: boolean;
}

/** What is still known of mails that name the address. */
export async function findMails(email: string, { redis, keys }: Place): Promise<KeptMail[]> {
  const found: KeptMail[] = [];
  for await (const redisKey of scan(redis, keys.mail("*"))) {
    const fields = ["to", "key", "template", "state", "date", "lastAnswer"];
    const read = await redis.hmget(redisKey, ...fields);
    const [to = "", key = "", template = "", state = "", date = "", answer = ""] = read.map((each) => each ?? "");
    const isToPerson = to.toLowerCase() === email.toLowerCase();
    if (isToPerson || names(key, email) || names(answer, email))
      found.push({ redisKey, to, key, template, state, date, isToPerson });
  }
  return found;
}

/**
 * Whether a text has the address in it, however its letters are written, and not only as a part of a longer one. A hyphen
 * may stand before it: keys of mails are put together so.
 */
export function names(text: string, email: string): boolean {
  const escaped = email.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
  return new RegExp(`(?<![\\w.+])${escaped}(?![\\w-]|\\.\\w)`, "i").test(text);
}

/** Jobs that name the address anywhere, or one of the orders. */
export async function findJobs(
  { email, references }: { email: string; references: ReadonlySet<string> },
  { queues }: Place,
): Promise<{ queue: JobName; job: Job; isLive: boolean; references: string[] }[]> {
  const found: Awaited<ReturnType<typeof findJobs>> = [];
  for (const queue of queueNames)
    for (const [states, isLive] of [
      [LIVE, true],
      [OVER, false],
    ] as const)
      for (const state of states)
        for (let from = 0; ; from += PAGE) {
          const jobs = await queues.all[queue].getJobs([state], from, from + PAGE - 1, true);
          for (const job of jobs) {
            const named = [...references].filter((each) => isOf(job?.data, each));
            if (job && (names(JSON.stringify(job.data ?? {}), email) || named.length > 0))
              found.push({ queue, job, isLive, references: named });
          }
          if (jobs.length < PAGE) break;
        }
  return found;
}

/** A job of the order, or a mail about it, whose key begins with its reference. */
function isOf(data: unknown, reference: string): boolean {
  const { reference: named, key } = (data ?? {}) as { reference?: unknown; key?: unknown };
  return named === reference || (typeof key === "string" && key.startsWith(`${reference}:`));
}

export async function findBounce(email: string, { redis, keys }: Place) {
  return (await bounceList(redis, keys).all()).find(({ address }) => address === email.toLowerCase());
}

/** Names of keys, of whichever server of a Cluster has them. */
export async function* scan(redis: RedisClient, pattern: string): AsyncGenerator<string> {
  const escaped = pattern.replace(/[[\]\\?]/g, "\\$&");
  // SCAN tells of one node only, and one of a Cluster has the fleet's keys.
  const nodes = "nodes" in redis ? redis.nodes("master") : [redis];
  for (const node of nodes) {
    let cursor = "0";
    do {
      const [next, keys] = await node.scan(cursor, "MATCH", escaped, "COUNT", 1_000);
      yield* keys;
      cursor = next;
    } while (cursor !== "0");
  }
}
