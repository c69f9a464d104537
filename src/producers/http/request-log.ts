// One line a request: who asked what, what came of it, how long it took. Never a body, a query or a header.
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Log } from "../../shared/base/log.ts";

export function logRequests(app: FastifyInstance, log: Log): void {
  app.addHook("onResponse", async (request, reply) => {
    const { method, routeOptions, caller, id } = request;
    const route = routeOptions.url ?? "unknown";
    // Browsers and probes come every few seconds; what callers of the API do is worth a line each, except for a flood.
    const isLoud = route.startsWith("/v1/") && reply.statusCode !== 429;
    const level = reply.statusCode >= 500 ? "warn" : isLoud ? "info" : "debug";
    const isChange = method !== "GET" && method !== "HEAD";
    const reference = isChange ? (about.get(request) ?? referenceIn(request.params)) : undefined;
    const ms = Math.round(reply.elapsedTime);
    log[level]({
      event: "http.answered",
      request: id,
      method,
      route,
      status: reply.statusCode,
      ms,
      key: caller.actor.id,
      ...(reference !== undefined && { reference }),
      ...(reply.statusCode >= 400 && reply.statusCode < 500 && { from: caller.from }),
    });
  });
}

/** What a change is about, where its path does not name it. */
const about = new WeakMap<FastifyRequest, string>();

/** Has the log line of this request name the order that came in its body. */
export function logAbout(request: FastifyRequest, reference: string): void {
  about.set(request, reference);
}

function referenceIn(params: unknown): string | undefined {
  const named = typeof params === "object" && params !== null && "reference" in params ? params.reference : undefined;
  return typeof named === "string" && /^[\w.-]{1,64}$/.test(named) ? named : undefined;
}
