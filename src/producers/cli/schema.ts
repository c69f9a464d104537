// `schema`: what a job's payload must look like, as JSON Schema, for those who write into the queues themselves.
import { z } from "zod";
import { type JobName, jobs } from "../../shared/jobs.ts";
import type { Result } from "../../shared/verb.ts";

/** JSON Schema, draft 2020-12, of what goes in: what the contract fills in by itself is not required. */
export function jobSchema(name: JobName): Result {
  const schema = z.toJSONSchema(jobs[name].data, { io: "input" });
  return { ending: "done", text: JSON.stringify(schema, null, 2), json: schema };
}
