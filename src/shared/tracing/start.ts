// OpenTelemetry, loaded only where OTEL_EXPORTER_OTLP_ENDPOINT is set: the maintained instrumentations of undici, ioredis,
// fastify and BullMQ, sent to one collector. `harmless.ts` decides what leaves.
import { createRequire } from "node:module";
import { FastifyOtelInstrumentation } from "@fastify/otel";
import {
  type Context,
  context,
  createContextKey,
  SpanStatusCode,
  type TextMapGetter,
  type TextMapPropagator,
  trace,
} from "@opentelemetry/api";
import { W3CTraceContextPropagator } from "@opentelemetry/core";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import { IORedisInstrumentation } from "@opentelemetry/instrumentation-ioredis";
import { UndiciInstrumentation } from "@opentelemetry/instrumentation-undici";
import { defaultResource, detectResources, envDetector, resourceFromAttributes } from "@opentelemetry/resources";
import { BatchSpanProcessor, NodeTracerProvider } from "@opentelemetry/sdk-trace-node";
import { BullMQOtel } from "bullmq-otel";
import { useTracing } from "../base/tracing/current.ts";
import { version } from "../process/version.ts";
import { harmlessOnly } from "./harmless.ts";

/** A collector that does not respond holds up no stop. */
const EXPORT_MS = 2_000;

const w3c = new W3CTraceContextPropagator();
/** Of a carrier that is nothing but its `traceparent`. */
const PARENT: TextMapGetter<string> = {
  keys: () => ["traceparent"],
  get: (parent, name) => (name === "traceparent" ? parent : undefined),
};

const TO_STRANGER = createContextKey("certfleet: requests go to a stranger");

/**
 * Traces of this process from now on. `OTEL_SERVICE_NAME`, `OTEL_RESOURCE_ATTRIBUTES`, `OTEL_TRACES_SAMPLER` and
 * `OTEL_EXPORTER_OTLP_HEADERS` are read by OpenTelemetry itself. `stop` sends what is left.
 */
export function startTracing(endpoint: string, part: string): { stop: () => Promise<void> } {
  const exporter = new OTLPTraceExporter({
    url: `${endpoint.replace(/\/+$/, "")}/v1/traces`,
    timeoutMillis: EXPORT_MS,
  });
  const named = resourceFromAttributes({ "service.name": `certfleet-${part}`, "service.version": version });
  const provider = new NodeTracerProvider({
    resource: defaultResource()
      .merge(named)
      .merge(detectResources({ detectors: [envDetector] })),
    spanProcessors: [
      new BatchSpanProcessor(harmlessOnly(exporter), { exportTimeoutMillis: EXPORT_MS, scheduledDelayMillis: 1_000 }),
    ],
  });
  provider.register({ propagator: homePropagator() });
  const redis = new IORedisInstrumentation({ requireParentSpan: true, dbStatementSerializer: (command) => command });
  const http = new UndiciInstrumentation({ requireParentforSpans: true });
  const fastify = new FastifyOtelInstrumentation({
    instrumentHooks: false,
    instrumentHandler: false,
    ignorePaths: ({ url }) => /^\/(healthz|readyz|metrics)\b/.test(url),
    requestHook: (span, { method, routeOptions }) =>
      void span.updateName(`${method} ${routeOptions.url ?? "unmatched"}`),
  });
  for (const each of [redis, http, fastify]) each.setTracerProvider(provider);
  // Its hook watches `require`: asked for once behind it, ioredis is traced for those who imported it before, too.
  createRequire(import.meta.url)("ioredis");
  const tracer = trace.getTracer("certfleet", version);
  useTracing({
    async inSpan({ name, attributes, isToStranger = false, parent }, work) {
      const caused = parent === undefined ? context.active() : w3c.extract(context.active(), parent, PARENT);
      const around = isToStranger ? caused.setValue(TO_STRANGER, true) : caused;
      return context.with(around, () =>
        tracer.startActiveSpan(name, { attributes }, async (span) => {
          try {
            return await work();
          } catch (error) {
            span.setStatus({ code: SpanStatusCode.ERROR });
            throw error;
          } finally {
            span.end();
          }
        }),
      );
    },
    current: () => trace.getActiveSpan()?.spanContext(),
    telemetry: new BullMQOtel({ tracerName: "bullmq" }),
    fastifyPlugin: fastify.plugin(),
  });
  return {
    async stop() {
      useTracing(undefined);
      for (const each of [redis, http, fastify]) each.disable();
      await provider.shutdown();
    },
  };
}

/** W3C's trace context, for jobs and callers of the gateway; eNom is told nothing. */
function homePropagator(): TextMapPropagator {
  return {
    inject(around: Context, carrier, setter) {
      if (around.getValue(TO_STRANGER) !== true) w3c.inject(around, carrier, setter);
    },
    extract: (around, carrier, getter) => w3c.extract(around, carrier, getter),
    fields: () => w3c.fields(),
  };
}
