// Starts traces where a collector is set, once a process.
import { currentTracing } from "../base/tracing/current.ts";

interface Stops {
  add(name: string, stop: () => unknown): void;
}

/** Before queues and gateway are opened: they ask for what they need of it. Without a collector nothing is loaded. */
export async function openTracing(
  { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint }: { OTEL_EXPORTER_OTLP_ENDPOINT?: string | undefined },
  part: string,
  life: Stops,
): Promise<void> {
  if (endpoint === undefined || currentTracing()) return;
  const { startTracing } = await import("./start.ts");
  const { stop } = startTracing(endpoint, part);
  life.add("traces", () => stop());
}
