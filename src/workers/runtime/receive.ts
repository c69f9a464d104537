// What a worker does with a job before its work: read it, or refuse it once, so that it lies among the failed jobs, is
// counted, and holds no secret of others.

import type { Clock } from "../../shared/base/clock.ts";
import { Refused, Uncertain } from "../../shared/base/errors.ts";
import type { Fault } from "../../shared/base/fault.ts";
import type { Log } from "../../shared/base/log.ts";
import { type JobData, type JobName, jobFaults, jobs } from "../../shared/queue/jobs.ts";
import { isNotJson } from "../../shared/queue/readable-job.ts";
import { countUnreadable } from "../../shared/queue/unreadable.ts";
import type { RedisClient } from "../../shared/redis/client.ts";
import { keysUnder } from "../../shared/redis/keys.ts";
import { findKeys, scrubJob, withoutSecrets } from "./scrub-job.ts";

/** What is looked at of BullMQ's job. */
export interface ReceivedJob {
  id?: string | undefined;
  name: string;
  data: unknown;
  opts: { backoff?: unknown };
}

export interface ReceiveNeeds {
  connection: RedisClient;
  prefix: string;
  clock: Clock;
  log: Log;
}

/**
 * The data of a job, as its contract has it.
 * @throws Refused where it does not fit, is of another version, is no JSON, or holds a private key
 */
export async function receive<N extends JobName>(name: N, job: ReceivedJob, needs: ReceiveNeeds): Promise<JobData<N>> {
  const { data, id } = job;
  const keys = findKeys(job);
  if (keys.length > 0) {
    await scrub(name, job, needs);
    throw new Refused(
      `job ${id} holds a private key (${keys.join(", ")}). Certfleet wants a CSR and never a key, and has removed it from the job. Treat that key as exposed: make a new key and a new CSR, and send the CSR alone`,
    );
  }
  const unread = isNotJson(data) ? "no JSON" : otherVersion(data);
  if (unread !== undefined) {
    const { clock, log } = needs;
    await countUnreadable(name, { job: id ?? "", why: unread, at: clock.now() }, redisOf(needs));
    log.error({ event: "job.unreadable", queue: name, job: id, why: unread });
    throw new Refused(
      unread === "no JSON"
        ? `job ${id} cannot be read: its data is no JSON. Put a new job into the queue ${name}; this one can be removed`
        : `job ${id} is of ${unread}, and this worker reads version 1. Update Certfleet, then retry the job`,
    );
  }
  const parsed = jobs[name].data.safeParse(data);
  if (parsed.success) return parsed.data as JobData<N>;
  throw new Refused(`job ${id} does not fit the contract of ${name}: ${places(jobFaults(name, data))}`);
}

/**
 * What a failure becomes before BullMQ keeps it. A no is final whatever the job's own options say, and takes the secrets
 * of the job with it.
 */
export async function refuse(name: JobName, job: ReceivedJob, error: unknown, needs: ReceiveNeeds): Promise<unknown> {
  if (error instanceof Refused || error instanceof Uncertain) {
    job.opts.backoff = { type: "custom" }; // `retryDelay` decides, for jobs of other producers, too
    await scrub(name, job, needs);
  }
  return withoutSecrets(error);
}

async function scrub(name: JobName, job: ReceivedJob, needs: ReceiveNeeds): Promise<void> {
  const { redis, keys } = redisOf(needs);
  const removed = await scrubJob({ redis, key: keys.ofQueue(name, job.id ?? "") }, { byName: true });
  if (removed.length > 0) needs.log.warn({ event: "job.scrubbed", queue: name, job: job.id, places: removed });
}

function redisOf({ connection, prefix }: ReceiveNeeds) {
  return { redis: connection, keys: keysUnder(prefix) };
}

/** `version 2`, of a job that names a version which is not ours. */
function otherVersion(data: unknown): string | undefined {
  if (typeof data !== "object" || data === null || !("v" in data)) return undefined;
  const { v } = data;
  if (v === 1 || v === undefined) return undefined;
  return `version ${typeof v === "number" || typeof v === "string" ? `${v}`.slice(0, 20) : "?"}`;
}

function places(faults: readonly Fault[]): string {
  return faults.map(({ field, message }) => `${field || "job"}: ${message}`).join(" ");
}
