// What jobs look like, for whoever puts them into a queue or checks them before: as zod schemas and as JSON Schema.
import { z } from "zod";
import { leaveWordsToHost } from "../../shared/base/fault.ts";
import { JOBS_TO } from "../../shared/process/job-versions.ts";
import { type JobName, jobFaults, jobs } from "../../shared/queue/jobs.ts";

leaveWordsToHost();

export type QueueName = "open" | "reissue" | "notify" | "balance-poll";

export interface JobContract {
  /** Of a job's data. */
  data: z.ZodType;
  /** The version of jobs that is meant: `v` in the data, which may be left out. */
  version: number;
}

const contractOf = (name: JobName): JobContract => ({ data: jobs[name].data, version: JOBS_TO });

export const jobContracts: Readonly<Record<QueueName, JobContract>> = {
  open: contractOf("open"),
  reissue: contractOf("reissue"),
  notify: contractOf("notify"),
  "balance-poll": contractOf("balance-poll"),
};

/** JSON Schema, draft 2020-12, of what goes in: what the contract fills in by itself is not required. */
export function jobSchema(name: QueueName): Record<string, unknown> {
  return z.toJSONSchema(jobs[name].data, { io: "input" }) as Record<string, unknown>;
}

/** What is wrong with a job's data, field by field; empty where it fits its contract. The workers check more than that. */
export function jobProblems(name: QueueName, data: unknown): { field: string; message: string }[] {
  return jobFaults(name, data).map(({ field, message }) => ({ field, message }));
}
