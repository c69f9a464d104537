// How long each request took, by the pattern of its route: no path, no reference.
import type { FastifyInstance } from "fastify";
import { observe } from "../../../shared/metrics/registry.ts";

const METHODS: ReadonlySet<string> = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);

export function timeRequests(app: FastifyInstance): void {
  app.addHook("onResponse", async ({ method, routeOptions }, reply) => {
    const labels = {
      // Whoever invents methods and paths makes no rows.
      method: METHODS.has(method) ? method : "other",
      route: routeOptions.url ?? "unmatched",
      status: `${reply.statusCode}`,
    };
    observe("http_request_duration_seconds", labels, reply.elapsedTime / 1_000);
  });
}
