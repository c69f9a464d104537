// Opens the queues and puts work into them: enqueue() is the only caller of Queue.add.

import type { Queue } from "bullmq";
import type { RedisClient } from "../redis/client.ts";
import { keysUnder } from "../redis/keys.ts";
import { askedMails } from "./asked-mails.ts";
import { type JobData, type JobInput, type JobName, jobs, queueNames } from "./jobs.ts";
import { ReadableQueue } from "./readable-job.ts";

export type Enqueue = <N extends JobName>(name: N, data: JobInput<N>) => Promise<string>;

export interface Queues {
  all: Readonly<Record<JobName, Queue>>;
  enqueue: Enqueue;
  close(): Promise<void>;
}

/**
 * Opens the four queues on one connection, which stays the caller's to close. `onError` hears of connection trouble.
 */
export function openQueues(connection: RedisClient, prefix: string, onError: (error: Error) => void): Queues {
  const open = (name: JobName): Queue => {
    const queue = new ReadableQueue(name, {
      connection,
      prefix,
      skipWaitingForReady: true,
      skipVersionCheck: true,
      streams: { events: { maxLen: 1_000 } },
    });
    queue.on("error", onError);
    return queue;
  };
  const asked = askedMails(connection, keysUnder(prefix));
  const all = Object.fromEntries(queueNames.map((name) => [name, open(name)])) as Record<JobName, Queue>;

  return {
    all,
    /**
     * Puts a job into its queue, unless one with the same identity waits, runs or is delayed; a delayed one is called
     * now. Identity is a courtesy of the queue: whether the work is already done is decided by the worker from its own
     * record. A mail has no other record than the one that is kept here before its job.
     */
    async enqueue(name, data) {
      const contract = jobs[name];
      const parsed = contract.data.parse(data) as JobData<typeof name>;
      const id = (contract.idOf as (d: unknown) => string)(parsed);
      const mail = name === "notify" ? (parsed as JobData<"notify">) : undefined;
      if (mail) await asked.note(mail);
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
      if (mail && job.id) await asked.hasJob(mail.key, job.id);
      return job.id ?? "";
    },
    async close() {
      await Promise.all(Object.values(all).map((queue) => queue.close()));
    },
  };
}
