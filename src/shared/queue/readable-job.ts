// Jobs that nobody can read. BullMQ parses a job's data wherever it hands a job out, and throws where that is no JSON:
// one such job would then blind the board, the API and its worker, and come back each time that its lock ends.

import { Job, Queue, Worker } from "bullmq";

/** Stands for data that is no JSON. No contract fits it, so the worker refuses the job, once. */
export const NOT_JSON: Readonly<Record<string, string>> = Object.freeze({ problem: "the data of this job is no JSON" });

export function isNotJson(data: unknown): boolean {
  return data === NOT_JSON;
}

type JobQueue = Parameters<typeof Job.fromJSON>[0];
type JobJson = Parameters<typeof Job.fromJSON>[1];

/** A job whose data may be anything. What is in Redis stays as it is. */
class ReadableJob extends Job {
  // biome-ignore lint/suspicious/noExplicitAny: BullMQ's own parameters, which an override has to repeat
  static override fromJSON<T = any, R = any, N extends string = string>(
    queue: JobQueue,
    json: JobJson,
    id?: string,
  ): Job<T, R, N> {
    try {
      return Job.fromJSON<T, R, N>(queue, json, id);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      const job = Job.fromJSON<T, R, N>(queue, { ...json, data: "{}" }, id);
      job.data = NOT_JSON as T;
      return job;
    }
  }

  /** Here BullMQ parses its own fields, too: of a job with a broken one only its id is shown. */
  // biome-ignore lint/suspicious/noExplicitAny: as above
  static override async fromId<T = any, R = any, N extends string = string>(
    queue: JobQueue,
    id: string,
  ): Promise<Job<T, R, N> | undefined> {
    if (!id) return undefined;
    try {
      const json = await (queue as JobQueue & Reader).backend.getJobData(id);
      return json ? ReadableJob.fromJSON<T, R, N>(queue, json, id) : undefined;
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      const job = new Job<T, R, N>(queue, "unreadable" as N, NOT_JSON as T, {}, id);
      job.failedReason = "BullMQ's own fields of this job are no JSON.";
      return job;
    }
  }
}

interface Reader {
  backend: { getJobData(id: string): Promise<JobJson | undefined> };
}

/** A queue whose jobs can always be shown. */
export class ReadableQueue extends Queue {
  protected override get Job(): typeof Job {
    return ReadableJob as unknown as typeof Job;
  }
}

/** A worker that also takes what it cannot read, to refuse it. */
export class ReadableWorker extends Worker {
  protected override get Job(): typeof Job {
    return ReadableJob as unknown as typeof Job;
  }
}
