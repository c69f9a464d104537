// What became of a job: its state, what it waits for and until when. Never its data, which names people.
import type { Job, Queue } from "bullmq";
import { z } from "zod";
import { pathOf } from "../../../shared/gateway/public-url.ts";
import { shownKey } from "../../../shared/outside/mail-key.ts";
import { type JobName, queueNames } from "../../../shared/queue/jobs.ts";
import { answers, json } from "../answers.ts";
import type { App, GatewayNeeds } from "../needs.ts";
import { problem } from "../problems.ts";

const LAST_LINES = 20;

const time = z.string().meta({ format: "date-time" });
const progress = z.object({ waitingFor: z.string(), until: z.string() });
const queueName = z.enum(queueNames).meta({ description: "The queue that the job is in", example: "notify" });
const jobId = z.string().meta({ description: "The job's number or name in its queue", example: "17" });

const jobBody = z
  .object({
    queue: queueName,
    id: jobId,
    about: z.record(z.string(), z.string()).meta({
      description: "What the job is for: its reference, key or account",
      example: { account: "main" },
    }),
    state: z.string().meta({ description: "waiting, active, delayed, completed, failed …", example: "delayed" }),
    attemptsMade: z.int().min(0).meta({ description: "How often it was tried", example: 1 }),
    waitingFor: z
      .string()
      .nullable()
      .meta({ description: "Why the job waits; null when it does not wait", example: "the certificate authority" }),
    until: time.nullable().meta({ description: "Until when it waits" }),
    failedReason: z.string().nullable().meta({ description: "Why the last try failed", example: null }),
    createdAt: time.meta({ description: "When it was enqueued" }),
    startedAt: time.nullable().meta({ description: "When a worker last took it" }),
    finishedAt: time.nullable().meta({ description: "When it was completed or failed" }),
    logs: z.array(z.string()).meta({ description: `The last ${LAST_LINES} lines, oldest first`, example: [] }),
  })
  .meta({ id: "Job" });

/** Where the state of a job that was just put in can be read. */
export const jobLink = z
  .object({
    queue: queueName,
    id: jobId,
    url: z.string().meta({ description: "Where its state can be read", example: "/v1/jobs/notify/17" }),
  })
  .meta({ id: "JobLink" });

export function linkTo(
  queue: JobName,
  id: string,
  { publicUrl }: Pick<GatewayNeeds, "publicUrl">,
): z.infer<typeof jobLink> {
  return { queue, id, url: pathOf(publicUrl, `/v1/jobs/${queue}/${encodeURIComponent(id)}`) };
}

export function jobRoutes(app: App, { queues }: GatewayNeeds): void {
  app.get(
    "/jobs/:queue/:id",
    {
      config: { scope: "operate" },
      schema: {
        tags: ["Jobs"],
        operationId: "showJob",
        summary: "Show a job",
        description: "Finished jobs are kept for seven days, failed ones for thirty. The certificate itself says more.",
        params: z.object({
          queue: queueName,
          id: z
            .string()
            .min(1)
            .max(200)
            .meta(jobId.meta() ?? {}),
        }),
        response: answers({ 200: json("The job", jobBody) }, "not-found"),
      },
    },
    async (request) => {
      const { queue: name, id } = request.params;
      const queue = queues.all[name];
      const job = await findJob(queue, id);
      if (!job) throw problem("not-found", `There is no job ${id} in the queue ${name}, or it was already removed.`);
      const [state, { logs }] = await Promise.all([job.getState(), queue.getJobLogs(id, 0, LAST_LINES - 1, false)]);
      const waits = state === "delayed" ? progress.safeParse(job.progress).data : undefined;
      return {
        queue: name,
        id,
        about: subjectOf(job.data),
        state: state === "prioritized" ? "waiting" : state, // it waits, and has its place
        attemptsMade: job.attemptsMade,
        waitingFor: waits?.waitingFor ?? null,
        until: waits?.until ?? null,
        failedReason: job.failedReason ?? null,
        createdAt: rfc3339(job.timestamp),
        startedAt: job.processedOn ? rfc3339(job.processedOn) : null,
        finishedAt: job.finishedOn ? rfc3339(job.finishedOn) : null,
        logs: logs.reverse(),
      } satisfies z.infer<typeof jobBody>;
    },
  );
}

/** BullMQ keeps keys of its own beside the jobs' (`meta`, `events`, `17:logs`): no job is called so. */
async function findJob(queue: Queue, id: string): Promise<Job | undefined> {
  try {
    const job: Job | undefined = await queue.getJob(id);
    return job?.timestamp ? job : undefined;
  } catch (error) {
    if (error instanceof Error && error.message.startsWith("WRONGTYPE")) return undefined;
    throw error;
  }
}

function rfc3339(ms: number): string {
  return new Date(ms).toISOString();
}

const IDENTITIES = ["reference", "key", "account", "template"] as const;

/** The identities in a job's data, whatever else is in it: CSR, contacts, customer, address and values stay inside. */
export function subjectOf(data: unknown): Record<string, string> {
  const subject: Record<string, string> = {};
  if (typeof data !== "object" || data === null) return subject;
  for (const name of IDENTITIES) {
    const value = (data as Record<string, unknown>)[name];
    if (typeof value === "string") subject[name] = name === "key" ? shownKey(value) : value;
  }
  return subject;
}
