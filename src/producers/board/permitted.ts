// What may be done on the board: looking and retrying. A list of what is permitted, so that whatever else a version of Bull
// Board brings is refused.

import type { FastifyRequest } from "fastify";
import { allows } from "../../shared/authority/scopes.ts";

/** `full`: an admin may do everything there. */
export type BoardMode = "look" | "full";

/** Bull Board's own routes, below the board's path. */
const LOOK: ReadonlySet<string> = new Set([
  "/",
  "/static/*",
  "/metrics-history",
  "/job-schedulers",
  "/queue/:queueName",
  "/queue/:queueName/:jobId",
  "/api/redis/stats",
  "/api/queues",
  "/api/job-schedulers",
  "/api/queues/:queueName/metrics",
  "/api/queues/:queueName/default-job-options",
  "/api/queues/:queueName/workers",
  "/api/queues/:queueName/rate-limit",
  "/api/queues/:queueName/job-data-schema",
  "/api/queues/:queueName/:jobId",
  "/api/queues/:queueName/:jobId/logs",
  "/api/queues/:queueName/:jobId/flow",
]);
const RETRY: ReadonlySet<string> = new Set([
  "/api/queues/:queueName/:jobId/retry",
  "/api/queues/:queueName/retry/:queueStatus",
]);

export interface Asked {
  /** `look`, `retry`, or what the path says: `pause`, `add`, `job-schedulers`. */
  action: string;
  /** Why it is refused; undefined where it may be done. */
  refusal: string | undefined;
}

/** What a request to the board asks for. Paths that Bull Board does not know are 404 elsewhere. */
export function judge(request: FastifyRequest, { path, mode }: { path: string; mode: BoardMode }): Asked {
  const { scopes } = request.caller;
  const route = (request.routeOptions.url ?? "").slice(path.length) || "/";
  const isRead = request.method === "GET" || request.method === "HEAD";
  if (isRead && LOOK.has(route)) return { action: "look", refusal: undefined };
  if (request.method === "PUT" && RETRY.has(route)) {
    const refusal = allows(scopes, "operate") ? undefined : "A retry needs the role operator, money or admin.";
    return { action: "retry", refusal };
  }
  const action = actionOf(route);
  if (mode === "full" && allows(scopes, "admin")) return { action, refusal: undefined };
  const both = mode === "full" ? "the role admin" : "the role admin and the setting CERTFLEET_BOARD=full";
  return {
    action,
    refusal: `The board is for looking and retrying: "${action}" needs ${both}. To pause or resume a queue, run certfleet queue pause or certfleet queue resume.`,
  };
}

/** Whether the person who asks may retry jobs, or do more. */
export function mayAct({ caller }: FastifyRequest, mode: BoardMode): { retry: boolean; all: boolean } {
  return { retry: allows(caller.scopes, "operate"), all: mode === "full" && allows(caller.scopes, "admin") };
}

/** `/api/queues/:queueName/rate-limit/release` is `rate-limit-release`. */
function actionOf(route: string): string {
  const words = route.split("/").filter((word) => word !== "" && !word.startsWith(":"));
  return words.slice(2).join("-") || words.join("-") || "look";
}
