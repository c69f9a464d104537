// For machines that watch: does the process live, can it work, how full are the queues.

import { z } from "zod";
import { fleetId } from "../../../shared/gateway/fleet-id.ts";
import { EXPOSITION_TYPE, joinTexts, mergeQueues } from "../../../shared/metrics/exposition.ts";
import { processMetrics } from "../../../shared/metrics/registry.ts";
import { tryWrite } from "../../../shared/redis/try-write.ts";
import { keyOrPageGuard } from "../access/key-or-page-guard.ts";
import { answers, json, openAnswers, text } from "../answers.ts";
import { fleetMetrics } from "../metrics/fleet-metrics.ts";
import type { App, GatewayNeeds } from "../needs.ts";
import { problem } from "../problems.ts";
import type { KeptPlan } from "../spending-plan.ts";

const tags = ["Operation"];

const alive = z.object({ status: z.literal("alive").meta({ description: "The process answers" }) });

const ready = z.object({
  status: z.literal("ready").meta({ description: "Redis takes writes" }),
  fleet: z
    .string()
    .optional()
    .meta({ description: "Random; the same for all gateways of one fleet", example: "0b7d9a1c5e3f" }),
});

export function healthRoutes(app: App, needs: GatewayNeeds, plan: KeptPlan): void {
  const { redis, keys, queues } = needs;
  app.get(
    "/healthz",
    {
      schema: {
        tags,
        operationId: "isAlive",
        summary: "Whether the process is alive",
        security: [],
        response: openAnswers({ 200: json("It is alive", alive) }),
      },
    },
    async () => ({ status: "alive" }),
  );

  app.get(
    "/readyz",
    {
      schema: {
        tags,
        operationId: "isReady",
        summary: "Whether requests can be served: Redis takes a write within a second",
        security: [],
        response: openAnswers({ 200: json("It is ready", ready) }, "unavailable"),
      },
    },
    async () => {
      const trouble = await tryWrite(redis, keys);
      if (!trouble) {
        const fleet = await fleetId({ redis, keys });
        return { status: "ready" as const, ...(fleet !== undefined && { fleet }) };
      }
      throw problem("unavailable", `Not ready: Redis cannot be used, ${trouble.words}.`, {
        headers: { "retry-after": "2" },
      });
    },
  );

  app.get(
    "/metrics",
    {
      config: { scope: "metrics:read" },
      schema: {
        tags,
        operationId: "readMetrics",
        summary: "Metrics for Prometheus: of the fleet, of the queues, and of this process",
        description:
          "docs/reference/metrics.md lists them. A console user may read them, too. 503 while Redis does not respond: what the fleet does is not known then.",
        response: answers({
          200: text(
            "Text exposition format",
            "text/plain",
            z.string(),
            'bullmq_job_count{queue="open", state="waiting"} 0\n',
          ),
        }),
      },
      onRequest: keyOrPageGuard(needs),
    },
    async (_request, reply) => {
      const [fleet, ofQueues, own] = await Promise.all([
        fleetMetrics(needs, plan),
        Promise.all(Object.values(queues.all).map((queue) => queue.exportPrometheusMetrics())),
        processMetrics(),
      ]);
      return reply.type(EXPOSITION_TYPE).send(joinTexts([fleet, mergeQueues(ofQueues), own]));
    },
  );
}
