// Opens the queues and puts work into them: enqueue() is the only caller of Queue.add.

import { Queue } from "bullmq";
import type { RedisClient } from "../redis/client.ts";
import { type JobData, type JobInput, type JobName, jobs, queueNames } from "./jobs.ts";

export type Enqueue = <N extends JobName>(name: N, data: JobInput<N>) => Promise<string>;

export interface Queues {
  all: Readonly<Record<JobName, Queue>>;
  enqueue: Enqueue;
  close(): Promise<void>;
}

/**
 * The four queues on one connection, which stays the caller's to close; each is opened when it is first used, since
 * opening it writes to it, which not every part may. `onError` hears of connection trouble.
 */
export function openQueues(connection: RedisClient, prefix: string, onError: (error: Error) => void): Queues {
  const open = (name: JobName): Queue => {
    const queue = new Queue(name, {
      connection,
      prefix,
      skipWaitingForReady: true,
      skipVersionCheck: true,
      streams: { events: { maxLen: 1_000 } },
    });
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

  return {
    all,
    /**
     * Puts a job into its queue, unless one with the same identity waits, runs or is delayed; a delayed one is called
     * now. Identity is a courtesy of the queue: whether the work is already done is decided by the worker from its own
     * record.
     */
    async enqueue(name, data) {
      const contract = jobs[name];
      const parsed = contract.data.parse(data) as JobData<typeof name>;
      const id = (contract.idOf as (d: unknown) => string)(parsed);
      const job = await all[name].add(name, parsed, {
        attempts: contract.attempts,
        backoff: { type: "custom" },
        deduplication: { id, reschedule: true },
        removeOnComplete: { age: 7 * 86_400, count: 10_000 },
        removeOnFail: { age: 30 * 86_400, count: 10_000 },
        keepLogs: 50,
        sizeLimit: 65_536,
        stackTraceLimit: 20,
      } as Parameters<Queue["add"]>[2]);
      return job.id ?? "";
    },
    async close() {
      await Promise.all([...opened.values()].map((queue) => queue.close()));
    },
  };
}
