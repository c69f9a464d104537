// One line a request: who asked what, what came of it, how long it took. Never a body, a query or a header.
import type { FastifyInstance } from "fastify";
import type { Log } from "../../shared/base/log.ts";

export function logRequests(app: FastifyInstance, log: Log): void {
  app.addHook("onResponse", async (request, reply) => {
    const { method, routeOptions, caller, id } = request;
    const route = routeOptions.url ?? "unknown";
    // Browsers and probes come every few seconds; what callers of the API do is worth a line each.
    const level = reply.statusCode >= 500 ? "warn" : route.startsWith("/v1/") ? "info" : "debug";
    const ms = Math.round(reply.elapsedTime);
    log[level]({
      event: "http.answered",
      request: id,
      method,
      route,
      status: reply.statusCode,
      ms,
      key: caller.actor.id,
    });
  });
}
