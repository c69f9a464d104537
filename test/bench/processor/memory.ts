// What the kernel says of a process's memory (Linux, /proc).
import { readFileSync } from "node:fs";

export interface Memory {
  /** MiB that it has in memory now, the program of Node among it. */
  now: number;
  /** The most that it ever had. */
  peak: number;
}

export function memoryOf(pid: number): Memory {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const of = (name: string): number => Math.round(Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1]) / 1_024);
  return { now: of("VmRSS"), peak: of("VmHWM") };
}
