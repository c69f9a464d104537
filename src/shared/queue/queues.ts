// Opens the queues and puts work into them: enqueue() is the only caller of Queue.add.

import { Job, type Queue, type QueueOptions } from "bullmq";
import { type Share, shareText } from "../authority/share.ts";
import { type Clock, systemClock } from "../base/clock.ts";
import { currentTracing } from "../base/tracing/current.ts";
import type { RedisClient } from "../redis/client.ts";
import { keysUnder } from "../redis/keys.ts";
import { askedMails } from "./asked-mails.ts";
import { byClock } from "./fleet-time.ts";
import { type JobData, type JobInput, type JobName, jobs, queueNames } from "./jobs.ts";
import { ReadableQueue } from "./readable-job.ts";
import { type Seal, sealOf } from "./seal.ts";

/**
 * `share`: whose work it is, where the job itself does not lead to an order that says so. `identity`: what makes two jobs
 * one, in place of what the contract says.
 */
export type Enqueue = <N extends JobName>(
  name: N,
  data: JobInput<N>,
  about?: { share?: Share; identity?: string },
) => Promise<string>;

export interface Queues {
  all: Readonly<Record<JobName, Queue>>;
  enqueue: Enqueue;
  /** Tells the fleet's own mails from those of others. */
  seal: Seal;
  /** Takes the mails that an earlier version left in the queue for the fleet's own; to be called at each start. */
  adoptOldMails(now: Date): Promise<void>;
  /** Gives a waiting job another place (`shared/queue/waiting.ts`). One that does not wait any more has it when it comes back. */
  place: (name: JobName, id: string, place: number) => Promise<void>;
  /** Has a job that waits for its time looked at now. Answers whether there is such a job. */
  wake: (name: JobName, id: string) => Promise<boolean>;
  close(): Promise<void>;
}

/**
 * The four queues on one connection, which stays the caller's to close; each is opened when it is first used, since
 * opening it writes to it, which not every part may. `onError` hears of connection trouble. Delays and schedules go by
 * `clock`, the real one; without it, by the machine's own.
 */
export function openQueues(
  connection: RedisClient,
  prefix: string,
  onError: (error: Error) => void,
  clock: Clock = systemClock,
): Queues {
  const open = (name: JobName): Queue => {
    const options: QueueOptions = {
      connection,
      prefix,
      skipWaitingForReady: true,
      skipVersionCheck: true,
      streams: { events: { maxLen: 1_000 } },
      ...traced(),
    };
    const queue = new ReadableQueue(name, options, byClock(clock));
    queue.on("error", onError);
    return queue;
  };
  const opened = new Map<JobName, Queue>();
  const queueOf = (name: JobName): Queue => {
    const queue = opened.get(name) ?? open(name);
    opened.set(name, queue);
    return queue;
  };
  const all = Object.defineProperties(
    {},
    Object.fromEntries(queueNames.map((name) => [name, { enumerable: true, get: () => queueOf(name) }])),
  ) as Record<JobName, Queue>;

  const seal = sealOf(connection, keysUnder(prefix));
  const asked = askedMails(connection, keysUnder(prefix), clock);

  return {
    all,
    seal,
    adoptOldMails: (now) => seal.adopt(() => dataIn(all.notify, connection), now),
    /**
     * Puts a job into its queue, unless one with the same identity waits, runs or is delayed; a delayed one is called
     * now. Identity is a courtesy of the queue: whether the work is already done is decided by the worker from its own
     * record. A mail has no other record than the one that is kept here before its job.
     */
    async enqueue(name, data, { share, identity } = {}) {
      const contract = jobs[name];
      const parsed = contract.data.parse(data) as JobData<typeof name>;
      const mail = name === "notify" ? (parsed as JobData<"notify">) : undefined;
      if (mail) await asked.note(mail, { share });
      const key = identity ?? (contract.idOf as (d: unknown) => string)(parsed);
      const [id, sealed] = mail ? [await seal.idFor(key), { ...mail, seal: await seal.over(mail) }] : [key, parsed];
      const job = await all[name].add(name, sealed, {
        attempts: contract.attempts,
        backoff: { type: "custom" },
        deduplication: { id, reschedule: true },
        timestamp: clock.now().getTime(),
        // Their age is looked at by the queue's worker (CERTFLEET_KEEP_JOBS_DAYS).
        removeOnComplete: { count: 10_000 },
        removeOnFail: { count: 10_000 },
        keepLogs: 50,
        sizeLimit: 300_000,
        stackTraceLimit: 20,
        ...(share && { share: shareText(share) }),
      } as Parameters<Queue["add"]>[2]);
      if (mail && job.id) await asked.hasJob(mail.key, job.id);
      return job.id ?? "";
    },
    async place(name, id, place) {
      await new Job(all[name], name, undefined, undefined, id).changePriority({ priority: place }).catch(ifGone);
    },
    async wake(name, id) {
      const job = new Job(all[name], name, undefined, undefined, id);
      const state = await all[name].getJobState(id);
      if (state === "delayed") await job.promote().catch(ifGone);
      return state !== "unknown" && state !== "completed" && state !== "failed";
    },
    async close() {
      await Promise.all([...opened.values()].map((queue) => queue.close()));
    },
  };
}

/** A job carries the trace that it was asked for in, and its worker goes on with it. */
export function traced(): Pick<QueueOptions, "telemetry"> {
  const { telemetry } = currentTracing() ?? {};
  return telemetry ? { telemetry: telemetry as NonNullable<QueueOptions["telemetry"]> } : {};
}

/** What all jobs of a queue say that may still run; one that is no JSON says nothing. */
async function dataIn(queue: Queue, redis: RedisClient): Promise<unknown[]> {
  const ids = await queue.getRanges(["waiting", "active", "delayed", "prioritized", "failed"]);
  const texts = await Promise.all(ids.map((id) => redis.hget(queue.toKey(id), "data")));
  return texts.map((text) => {
    try {
      return JSON.parse(text ?? "null") as unknown;
    } catch {
      return null;
    }
  });
}

/** Begun and done meanwhile, or taken out. */
function ifGone(error: unknown): void {
  if (!(error instanceof Error && /Missing key for job|not in the delayed state/.test(error.message))) throw error;
}
