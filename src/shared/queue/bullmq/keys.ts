// How BullMQ 6 keeps a queue in Redis: the names and numbers that are read without BullMQ, in one place, for the day when a
// release of its changes them. `queue.toKey(NAME)` and `keys.ofQueue(QUEUE, NAME)` are in front of each.

/** Jobs that no priority was given: the newest first. */
export const WAIT = "wait";
/** Those of an earlier BullMQ that were put in while the queue was paused. */
export const PAUSED = "paused";
/** Jobs with a priority, the next one first: a sorted set whose score holds the priority and a counter below it. */
export const PRIORITIZED = "prioritized";
/** Jobs that wait for their time, the next one first. */
export const DELAYED = "delayed";

/** Jobs that a worker has in hand. */
export const ACTIVE = "active";
/** Settings of the queue, a hash: `paused`, `concurrency`, `max`, `duration`. */
export const META = "meta";
/** While it lives no job is begun. */
export const LIMITER = "limiter";
/** Schedules, by their next time; each has a hash behind its name. */
export const REPEAT = "repeat";
/** What happened in the queue, a stream. */
export const EVENTS = "events";
/** In front of a deduplication id. */
export const DEDUPLICATION = "de";

const PRIORITY_BY = 2 ** 32;
const DELAYED_BY = 4_096;

/** Of a score in `prioritized`. */
export function priorityOf(score: string | number): number {
  return Math.floor(Number(score) / PRIORITY_BY);
}

/** When the time has come, in ms, of a score in `delayed`. */
export function delayedTo(score: string | number): number {
  return Math.floor(Number(score) / DELAYED_BY);
}

/** The score in `delayed` of a time in ms. */
export function delayedScore(ms: number): number {
  return ms * DELAYED_BY;
}

/** Fields of a job. */
export const JOB = {
  data: "data",
  opts: "opts",
  madeAt: "timestamp",
  begunAt: "processedOn",
  progress: "progress",
  tries: "atm",
} as const;

/** Jobs that BullMQ numbers as they are made; a name is given by a schedule, or by another system. */
export function isNumbered(id: string): boolean {
  return /^\d{1,15}$/.test(id);
}

/** Of a job that a schedule made: it is made a whole period before its time, which its name says; else 0. */
export function scheduledFor(id: string): number {
  return Number(/^repeat:.*:(\d+)$/.exec(id)?.[1] ?? 0);
}
