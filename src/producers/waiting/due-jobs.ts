// For how long the jobs of a queue have been due, and how many are overdue: in few questions, however many wait. Waiting jobs stand
// in a fair order and not by their age, but BullMQ numbers them as they are made: the lowest numbers are the oldest.
import { z } from "zod";
import {
  DELAYED,
  delayedScore,
  delayedTo,
  isNumbered,
  JOB,
  PAUSED,
  PRIORITIZED,
  scheduledFor,
  WAIT,
} from "../../shared/queue/bullmq/keys.ts";
import { type JobName, jobs } from "../../shared/queue/jobs.ts";
import { usualDelay } from "../../shared/queue/retry.ts";
import type { RedisClient } from "../../shared/redis/client.ts";
import type { Keys } from "../../shared/redis/keys.ts";

interface Place {
  redis: RedisClient;
  keys: Pick<Keys, "ofQueue">;
}

export interface DueJobs {
  /** Since when the oldest could be begun, in ms; Infinity when none waits. */
  oldestAt: number;
  /** How many could have been begun by the time that was asked for, and are not. */
  overdue: number;
}

/** Of each list; of what waits in a fair order and is more than this, those that come last are not looked at. */
const MOST_IDS = 100_000;
/** Jobs that are read at once: first a few, since mostly the very first is the oldest. */
const FIRST_READ = 100;
const READ = 1_000;
/** Only as many questions as this: where all that are read were tried before, the age is that of the oldest of them. */
const READS = 8;
/** Jobs that are asked for their age at once to find how many are overdue: of 100,000 jobs three times. */
const PROBES = 64;

/** @param overdueAt what was due by then and is not begun is overdue, in ms */
export async function findDueJobs(
  queue: JobName,
  { overdueAt, now }: { overdueAt: number; now: number },
  { redis, keys }: Place,
): Promise<DueJobs> {
  const key = (name: string): string => keys.ofQueue(queue, name);
  const [bare, paused, placed, delayed, late] = await Promise.all([
    redis.lrange(key(WAIT), -MOST_IDS, -1),
    redis.lrange(key(PAUSED), -MOST_IDS, -1),
    redis.zrange(key(PRIORITIZED), "0", `${MOST_IDS - 1}`),
    // A worker that lives takes them out when their time has come.
    redis.zrange(key(DELAYED), "0", "0", "WITHSCORES"),
    redis.zcount(key(DELAYED), "-inf", delayedScore(overdueAt)),
  ]);
  const nextAt = delayed[1] === undefined ? Number.POSITIVE_INFINITY : delayedTo(delayed[1]);
  const { numbered, named } = inOrder(new Set([...bare, ...paused, ...placed]));
  const read = (ids: readonly string[]): Promise<(Times | undefined)[]> => readTimes(queue, ids, { redis, keys });
  const own = await read(named.slice(0, READ));
  const [oldest, before] = await Promise.all([oldestOf(numbered, read), countBefore(numbered, overdueAt, read)]);
  return {
    oldestAt: Math.min(
      oldest,
      ...own.flatMap((each) => each?.dueAt ?? []),
      nextAt > now ? Number.POSITIVE_INFINITY : nextAt,
    ),
    overdue: late + before + own.filter((each) => each && each.dueAt < overdueAt).length,
  };
}

/** Numbers of BullMQ's, the oldest first; and names: of jobs by a schedule, or of another system's. */
function inOrder(ids: ReadonlySet<string>): { numbered: string[]; named: string[] } {
  const numbers = Float64Array.from([...ids].filter(isNumbered), Number).sort();
  return { numbered: Array.from(numbers, String), named: [...ids].filter((id) => !isNumbered(id)) };
}

type Read = (ids: readonly string[]) => Promise<(Times | undefined)[]>;

/** Nothing is due before it was made: as soon as a job was made after the oldest so far was due, so were all that follow. */
async function oldestOf(ids: readonly string[], read: Read): Promise<number> {
  let oldest = Number.POSITIVE_INFINITY;
  for (let from = 0, reads = 0; from < ids.length && reads < READS; reads++) {
    const batch = ids.slice(from, from + (from === 0 ? FIRST_READ : READ));
    const times = (await read(batch)).flatMap((each) => each ?? []);
    for (const { dueAt } of times) oldest = Math.min(oldest, dueAt);
    if ((times.at(-1)?.madeAt ?? 0) >= oldest) break;
    from += batch.length;
  }
  return oldest;
}

/** How many were made before this time. One that was tried since then, and waits again, is as late as it was. */
async function countBefore(ids: readonly string[], at: number, read: Read): Promise<number> {
  let [low, high] = [0, ids.length]; // all in front of `low` were made before it, none from `high` on
  while (low < high) {
    const step = Math.max(1, Math.floor((high - low) / PROBES));
    const places = Array.from({ length: Math.ceil((high - low) / step) }, (_, i) => low + i * step);
    const times = await read(places.map((place) => ids[place] ?? ""));
    // One that is gone was begun meanwhile: the oldest are.
    const first = times.findIndex((each) => each !== undefined && each.madeAt >= at);
    const [last = low, next = high] = first < 0 ? [places.at(-1)] : [places[first - 1], places[first]];
    low = first === 0 ? low : last + 1;
    high = next;
  }
  return low;
}

interface Times {
  madeAt: number;
  /** Since when it could be begun: since it was made, or its next try, or what it was to wait for. */
  dueAt: number;
}

const progress = z.object({ until: z.iso.datetime().transform((text) => Date.parse(text)) });

async function readTimes(
  queue: JobName,
  ids: readonly string[],
  { redis, keys }: Place,
): Promise<(Times | undefined)[]> {
  if (ids.length === 0) return [];
  const reading = redis.pipeline();
  for (const id of ids) reading.hmget(keys.ofQueue(queue, id), JOB.madeAt, JOB.begunAt, JOB.progress, JOB.tries);
  const answers = (await reading.exec()) ?? [];
  return answers.map(([error, fields], i) => {
    const [timestamp, processedOn, waits, attempts] = error ? [] : (fields as (string | null)[]);
    if (!timestamp) return undefined;
    const tries = jobs[queue].attempts > 1 ? Number(attempts ?? 0) : 0;
    const tried = Number(processedOn ?? 0) + (tries > 0 ? usualDelay(tries) : 0);
    const until = progress.safeParse(fromJson(waits ?? null)).data?.until ?? 0;
    const madeAt = Number(timestamp);
    return { madeAt, dueAt: Math.max(madeAt, tried, until, scheduledFor(ids[i] ?? "")) };
  });
}

function fromJson(text: string | null): unknown {
  try {
    return JSON.parse(text ?? "null");
  } catch {
    return null;
  }
}
