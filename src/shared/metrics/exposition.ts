// Prometheus' text format: gauges that are read at each scrape, and texts of several sources put together.
import { Gauge, Registry } from "prom-client";
import { type Definition, definitions, type LabelsOf, type NameOf } from "./definitions.ts";

export const EXPOSITION_TYPE = "text/plain; version=0.0.4; charset=utf-8";

export interface Sheet {
  set<N extends NameOf<"gauge" | "counter", "fleet">>(name: N, labels: LabelsOf<N>, value: number): void;
  text(): Promise<string>;
}

/** Values of the fleet at one moment; every metric of the fleet is named in the text, with or without values. */
export function sheet(): Sheet {
  const registry = new Registry();
  const gauges = new Map<string, Gauge>();
  const counters: string[] = [];
  for (const [name, { of, type, help, labels }] of Object.entries(definitions) as [string, Definition][]) {
    if (of !== "fleet") continue;
    gauges.set(name, new Gauge({ name, help, labelNames: labels, registers: [registry] }));
    if (type === "counter") counters.push(name);
  }
  return {
    set: (name, labels, value) => gauges.get(name)?.set(labels, value),
    async text() {
      const text = (await registry.metrics()).replace(/ Nan$/gm, " NaN"); // as every reader of the format knows it
      // A counter that Redis keeps is set here, not counted: prom-client has gauges for that, so the type is put right.
      return counters.reduce((all, name) => all.replace(`# TYPE ${name} gauge`, `# TYPE ${name} counter`), text);
    },
  };
}

/** Each queue brings the same HELP and TYPE lines; the format wants them once, with all samples of the metric behind them. */
export function mergeQueues(texts: readonly string[]): string {
  const metrics = new Map<string, Set<string>>();
  for (const line of texts.join("\n").split("\n")) {
    const name = /^(?:# (?:HELP|TYPE) )?(\w+)/.exec(line)?.[1];
    if (name) metrics.set(name, (metrics.get(name) ?? new Set()).add(line));
  }
  return joinTexts([[...metrics.values()].flatMap((lines) => [...lines]).join("\n")]);
}

/** Texts that share no metric. */
export function joinTexts(texts: readonly string[]): string {
  return texts.map((text) => `${text.trimEnd()}\n`).join("");
}
