// Traces, where a collector is set: a span of our own, the trace of a log line, what queues and the gateway need. Without a
// collector every function here does nothing, and nothing of OpenTelemetry is loaded.

/** Values that a span may carry: of closed sets, never a reference, a domain, a person or what somebody wrote. */
export type SpanAttributes = Readonly<
  Partial<Record<"certfleet.account" | "certfleet.command" | "certfleet.template", string>>
>;

export interface SpanOptions {
  name: string;
  attributes: SpanAttributes;
  /** Requests inside it go to a stranger, who is told nothing of the trace. */
  isToStranger?: boolean;
  /** The trace that it goes on with (W3C `traceparent`), where none runs that caused it. */
  parent?: string | undefined;
}

/** What `start.ts` makes of OpenTelemetry. */
export interface Tracing {
  inSpan<T>(span: SpanOptions, work: () => Promise<T>): Promise<T>;
  /** Of the running trace; undefined outside of any. */
  current(): { traceId: string; spanId: string; traceFlags: number } | undefined;
  /** BullMQ's option `telemetry`, and a plugin of fastify's: their types belong to their own doors. */
  telemetry: unknown;
  fastifyPlugin: unknown;
}

let tracing: Tracing | undefined;

/** Of the whole process, from now on; undefined ends it. */
export function useTracing(started: Tracing | undefined): void {
  tracing = started;
}

export function currentTracing(): Tracing | undefined {
  return tracing;
}

/** Does the work as one span of the running trace. */
export function inSpan<T>(span: SpanOptions, work: () => Promise<T>): Promise<T> {
  return tracing ? tracing.inSpan(span, work) : work();
}

/** Of the running trace, as W3C writes it, for what is done later because of it. */
export function traceParent(): string | undefined {
  const found = tracing?.current();
  return found && `00-${found.traceId}-${found.spanId}-${found.traceFlags.toString(16).padStart(2, "0")}`;
}

/** For each log line: which trace it belongs to. */
export function traceFields(): { trace_id?: string; span_id?: string } {
  const found = tracing?.current();
  return found ? { trace_id: found.traceId, span_id: found.spanId } : {};
}
