// The figures of one subject, side by side: what was run in each step, how many orders a second came of it, and what it used.
import { table } from "../../src/producers/cli/table.ts";
import type { Lifecycle } from "../../src/shared/base/lifecycle.ts";
import type { Running } from "./arena.ts";
import { watchMachine } from "./machine.ts";

export interface Section {
  title: string;
  /** What the columns are, the one that all others are compared with first. */
  steps: readonly string[];
  /** A name, and a figure for each step. */
  figures: readonly (readonly string[])[];
}

/** Where a fleet is measured. Whatever is started is added to `life`. */
export interface Ground {
  redisUrl: string;
  folder: string;
  life: Lifecycle;
}

export interface Run {
  orders: number;
  /** Figures of this subject alone. */
  more?: Readonly<Record<string, string>>;
}

export type Measured = Run & { perSecond: number; seconds: number; figures: Readonly<Record<string, string>> };

/** Runs it and looks at the machine meanwhile. `pids`: the processes of the fleet. */
export async function measured(pids: readonly number[], run: () => Promise<Run>): Promise<Measured> {
  const look = watchMachine(pids);
  const began = performance.now();
  const done = await run();
  const seconds = (performance.now() - began) / 1_000;
  const used = look();
  const figures = {
    ...done.more,
    "CPU ms an order": ((used.cpuSeconds / done.orders) * 1_000).toFixed(1),
    "machine, ours": used.ours,
    "machine busy": used.busy,
  };
  return { ...done, seconds, perSecond: done.orders / seconds, figures };
}

/** Stops what a step started, whether it could be measured or not. */
export async function thenStop<T>(running: readonly Running[], step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } finally {
    await Promise.all(running.map(({ stop }) => stop()));
  }
}

export function sectionOf(title: string, steps: readonly string[], all: readonly Measured[]): Section {
  const first = all[0]?.perSecond ?? 1;
  const rows: [string, (each: Measured) => string][] = [
    ["orders", ({ orders }) => `${orders}`],
    ["seconds", ({ seconds }) => seconds.toFixed(1)],
    ["orders a second", ({ perSecond }) => perSecond.toFixed(1)],
    ["ratio", ({ perSecond }) => `× ${(perSecond / first).toFixed(2)}`],
    ...Object.keys(all[0]?.figures ?? {}).map((name): [string, (each: Measured) => string] => [
      name,
      ({ figures }) => figures[name] ?? "",
    ]),
  ];
  return { title, steps, figures: rows.map(([name, cell]) => [name, ...all.map(cell)]) };
}

/** All of them below each other, with the machine on top. */
export function oneTable(machine: readonly (readonly string[])[], sections: readonly Section[]): string {
  const width = 1 + Math.max(1, ...sections.map(({ steps }) => steps.length));
  const full = (row: readonly string[]): string[] => Array.from({ length: width }, (_, i) => row[i] ?? "");
  const rows = sections.flatMap(({ title, steps, figures }) => [
    full([]),
    full([title.toUpperCase(), ...steps]),
    ...figures.map((row) => full(row)),
  ]);
  return `${table(
    ["machine", ""],
    machine.map((row) => [...row]),
  )}\n\n${table(full([]), rows)}`;
}
