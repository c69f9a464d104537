// The metrics of this process: counters and histograms of the work that it does, and what Node tells of itself.

import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import packageJson from "../../../package.json" with { type: "json" };
import { withDeadline } from "../base/time/deadline.ts";
import {
  type Definition,
  definitions,
  type LabelOf,
  type LabelsOf,
  type MetricName,
  type NameOf,
} from "./definitions.ts";

/** What the process itself tells must not wait for a server that does not respond. */
const PROBE_MS = 1_000;

type Instrument = Counter | Histogram | Gauge;

const registry = new Registry();
const made = new Map<MetricName, Instrument>();
const probes = new Map<MetricName, () => Promise<boolean>>();
let isStarted = false;

function make(name: MetricName): Instrument {
  const { type, help, labels: labelNames, buckets }: Definition = definitions[name];
  const about = { name, help, labelNames, registers: [registry] };
  if (type === "counter") return new Counter(about);
  if (type === "gauge") return new Gauge(about);
  return new Histogram({ ...about, ...(buckets && { buckets: [...buckets] }) });
}

function instrument(name: MetricName): Instrument {
  const existing = made.get(name) ?? make(name);
  made.set(name, existing);
  return existing;
}

/** Counts. `by` 0 makes a row that is known before anything happened show as zero. */
export function count<N extends NameOf<"counter", "worker" | "gateway">>(name: N, labels: LabelsOf<N>, by = 1): void {
  (instrument(name) as Counter<LabelOf<N>>).inc(labels, by);
}

/** Notes how long something took. */
export function observe<N extends NameOf<"histogram">>(name: N, labels: LabelsOf<N>, seconds: number): void {
  (instrument(name) as Histogram<LabelOf<N>>).observe(labels, seconds);
}

/** Shows a row of a histogram before anything happened. */
export function showZero<N extends NameOf<"histogram">>(name: N, labels: LabelsOf<N>): void {
  (instrument(name) as Histogram<LabelOf<N>>).zero(labels);
}

/** Has `isWell` asked at each scrape; one that fails, or takes over a second, is not well. */
export function probe(
  name: "certfleet_redis_durable" | "certfleet_journal_writable",
  isWell: () => Promise<boolean>,
): void {
  probes.set(name, isWell);
}

/** Shows all metrics that a process of this part has, and Node's own. Several parts in one process share them. */
export function startMetrics(part: "gateway" | "worker"): void {
  for (const name of Object.keys(definitions) as MetricName[]) {
    const { of }: Definition = definitions[name];
    const isProbe = name === "certfleet_redis_durable" || name === "certfleet_journal_writable";
    if (of === part && !isProbe) instrument(name);
  }
  (instrument("certfleet_build_info") as Gauge).set({ version: packageJson.version, node: process.versions.node }, 1);
  if (!isStarted) collectDefaultMetrics({ register: registry });
  isStarted = true;
}

/** All counts begin anew: for tests, whose stories share a process. */
export function resetProcessMetrics(): void {
  registry.resetMetrics();
}

/** In Prometheus' text format. Needs no Redis. */
export async function processMetrics(): Promise<string> {
  await Promise.all(
    [...probes].map(async ([name, isWell]) => (instrument(name) as Gauge).set((await isWellSoon(isWell)) ? 1 : 0)),
  );
  return registry.metrics();
}

async function isWellSoon(isWell: () => Promise<boolean>): Promise<boolean> {
  return withDeadline(
    isWell().catch(() => false),
    PROBE_MS,
    () => false,
  );
}
