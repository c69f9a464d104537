// The queues of the workers: what waits in each, what holds it up, who works on it; and a pause of one.
import { z } from "zod";
import { queueNames } from "../../../../shared/queue/jobs.ts";
import { countAlive } from "../../../cli/health/health.ts";
import { findQueues, pauseQueue, resumeQueue } from "../../../cli/queue/queue.ts";
import { answers, json } from "../../answers.ts";
import type { App, GatewayNeeds } from "../../needs.ts";

const tags = ["Operation"];
const count = z.int().min(0);

const queueBody = z
  .object({
    name: z.enum(queueNames).meta({ description: "The name of the queue", example: "open" }),
    waiting: count.meta({ description: "Jobs that wait for a worker", example: 3 }),
    active: count.meta({ description: "Jobs that run now", example: 1 }),
    delayed: count.meta({ description: "Jobs that wait for their time", example: 12 }),
    failed: count.meta({ description: "Jobs that failed for good, of the last thirty days", example: 0 }),
    held: z.array(z.string()).meta({ description: "What holds it up, in words; empty: it works", example: [] }),
    workers: count.meta({ description: "Workers of it that gave a sign of life in the last minute", example: 2 }),
  })
  .meta({ id: "Queue" });

const switchedBody = z.object({
  queue: z.enum(queueNames).meta({ description: "The name of the queue", example: "open" }),
  paused: z.boolean().meta({ description: "Whether its workers take no more jobs", example: true }),
  active: count.optional().meta({ description: "Jobs that still run", example: 1 }),
});

export function queueRoutes(app: App, needs: GatewayNeeds): void {
  const { queues, redis, keys, clock } = needs;
  app.get(
    "/queues",
    {
      config: { scope: "operate" },
      schema: {
        tags,
        operationId: "listQueues",
        summary: "List the queues of the workers",
        response: answers({
          200: json("All queues", z.object({ items: z.array(queueBody).meta({ description: "All queues" }) })),
        }),
      },
    },
    async () => {
      const found = await findQueues(queues.all, { redis, keys });
      const items = found.map(async (each) => ({
        ...each,
        workers: await countAlive(each.name, { redis, keys }, clock),
      }));
      return { items: await Promise.all(items) };
    },
  );

  for (const [verb, summary, work] of [
    ["pause", "Let the workers of a queue take no more jobs; running ones end", pauseQueue],
    ["resume", "Let a queue go on: ends its pause and every limit that somebody set", resumeQueue],
  ] as const)
    app.post(
      `/queues/:queue/${verb}`,
      {
        config: { scope: "operate", action: `queue.${verb}` },
        schema: {
          tags,
          operationId: `${verb}Queue`,
          summary,
          params: z.object({
            queue: z.enum(queueNames).meta({ description: "The name of the queue", example: "open" }),
          }),
          response: answers(
            { 200: json("Done", switchedBody) },
            ...(["not-found", "malformed", "too-large", "unsupported-media-type", "invalid"] as const),
          ),
        },
      },
      async (request) => {
        const { queue } = request.params as { queue: (typeof queueNames)[number] };
        return (await work(queue, queues.all, { redis, keys })).json as z.infer<typeof switchedBody>;
      },
    );
}
