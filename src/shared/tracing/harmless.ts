// What may leave in a trace: names, numbers and words of closed sets. Whatever an instrumentation notes besides (addresses of
// requests, jobs' options, texts of errors) stays here, also what a later version of one will note.
import type { ReadableSpan, SpanExporter } from "@opentelemetry/sdk-trace-node";

const ALLOWED: ReadonlySet<string> = new Set([
  ...["http.request.method", "http.route", "http.response.status_code", "error.type"],
  ...["server.address", "server.port", "db.system.name", "db.operation.name", "db.query.text"],
  ...["bullmq.queue.name", "bullmq.queue.operation", "bullmq.job.name", "bullmq.job.attempts.made"],
  ...["certfleet.account", "certfleet.command", "certfleet.template"],
]);
/** Of an error its class is enough: its text may name an order, an address or what eNom said. */
const ALLOWED_OF_EVENTS: ReadonlySet<string> = new Set(["exception.type"]);

/** The same exporter, behind a list of what may be told. */
export function harmlessOnly(exporter: SpanExporter): SpanExporter {
  return {
    export: (spans, done) => exporter.export(spans.map(harmless), done),
    shutdown: () => exporter.shutdown(),
    forceFlush: async () => exporter.forceFlush?.(),
  };
}

function harmless(span: ReadableSpan): ReadableSpan {
  const { code } = span.status;
  return Object.create(span, {
    attributes: { value: only(ALLOWED, span.attributes) },
    events: {
      value: span.events.map((event) => ({ ...event, attributes: only(ALLOWED_OF_EVENTS, event.attributes ?? {}) })),
    },
    links: { value: span.links.map(({ context }) => ({ context })) },
    status: { value: { code } },
  }) as ReadableSpan;
}

function only<T extends object>(allowed: ReadonlySet<string>, attributes: T): T {
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => allowed.has(name))) as T;
}
