// For machines that watch: does the process live, can it work, how full are the queues.

import { z } from "zod";
import { fleetId } from "../../../shared/gateway/fleet-id.ts";
import { queueNames } from "../../../shared/queue/jobs.ts";
import { findUnreadable, type Unreadable } from "../../../shared/queue/unreadable.ts";
import { tryWrite } from "../../../shared/redis/try-write.ts";
import { keyOrPageGuard } from "../access/key-or-page-guard.ts";
import { answers, json, text } from "../answers.ts";
import type { App, GatewayNeeds } from "../needs.ts";
import { problem } from "../problems.ts";

const tags = ["Operation"];

const ready = z.object({
  status: z.literal("ready"),
  fleet: z.string().optional().meta({ description: "Random; the same for all gateways of one fleet" }),
});

export function healthRoutes(app: App, needs: GatewayNeeds): void {
  const { redis, keys, queues } = needs;
  app.get(
    "/healthz",
    {
      schema: {
        tags,
        operationId: "isAlive",
        summary: "Whether the process is alive",
        security: [],
        response: { 200: json("It is alive", z.object({ status: z.literal("alive") })) },
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
        response: { 200: json("It is ready", ready) },
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
        summary: "Queue metrics for Prometheus",
        description: "A console user may read them, too.",
        response: answers({ 200: text("Text exposition format", "text/plain", z.string()) }),
      },
      onRequest: keyOrPageGuard(needs),
    },
    async (_request, reply) => {
      const texts = await Promise.all(Object.values(queues.all).map((queue) => queue.exportPrometheusMetrics()));
      const unreadable = unreadableMetrics(await findUnreadable({ redis, keys }));
      return reply.type("text/plain; version=0.0.4; charset=utf-8").send(mergeMetrics([...texts, unreadable]));
    },
  );
}

/** Zero, too, so that an alarm can be set on the first one. */
function unreadableMetrics(found: readonly Unreadable[]): string {
  const samples = queueNames.map((name) => {
    const count = found.find(({ queue }) => queue === name)?.count ?? 0;
    return `certfleet_unreadable_jobs_total{queue="${name}"} ${count}`;
  });
  return [
    "# HELP certfleet_unreadable_jobs_total Jobs that were refused because they are no JSON or of another version",
    "# TYPE certfleet_unreadable_jobs_total counter",
    ...samples,
  ].join("\n");
}

/** Each queue brings the same HELP and TYPE lines; the format wants them once, with all samples of the metric behind them. */
function mergeMetrics(texts: readonly string[]): string {
  const metrics = new Map<string, Set<string>>();
  for (const line of texts.join("\n").split("\n")) {
    const name = /^(?:# (?:HELP|TYPE) )?(\w+)/.exec(line)?.[1];
    if (name) metrics.set(name, (metrics.get(name) ?? new Set()).add(line));
  }
  return `${[...metrics.values()].flatMap((lines) => [...lines]).join("\n")}\n`;
}
