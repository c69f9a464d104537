// `schema`: what a job's payload, or the configuration file, must look like, as JSON Schema, for programs and editors.
import { z } from "zod";
import type { Result } from "../../../shared/base/result.ts";
import { configSchema } from "../../../shared/config/fleet-file-schema.ts";
import { type JobName, jobs } from "../../../shared/queue/jobs.ts";

/** JSON Schema, draft 2020-12, of what goes in: what the contract fills in by itself is not required. */
export function jobSchema(name: JobName): Result {
  const schema = z.toJSONSchema(jobs[name].data, { io: "input" });
  return shown(schema);
}

/** JSON Schema, draft 7, of certfleet.yaml: the one that lies beside this program as certfleet.schema.json. */
export function fileSchema(): Result {
  return shown(configSchema());
}

function shown(schema: object): Result {
  return { ending: "done", text: JSON.stringify(schema, null, 2), json: schema };
}
