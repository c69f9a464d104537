// A kind of fault: what it is called, what it does to a fleet at work, and what a fleet must not do meanwhile.
import type { Scene } from "../matrix/scene.ts";

export const groups = ["processes", "redis", "enom", "smtp", "clocks", "disks", "jobs", "queues", "webhooks"] as const;
export type Group = (typeof groups)[number];

export interface Fault {
  name: string;
  group: Group;
  /** What happens, in words. */
  does: string;
  /** A program that it needs; without it the fault is left out, and the plan says so. */
  needs?: string;
  /** Plays it and ends it. Answers what is worth telling. What must not happen goes to `scene.complaints`. */
  play: (scene: Scene, signal: AbortSignal) => Promise<string | undefined>;
}

export function pick<T>(things: readonly T[], random: () => number): T {
  const picked = things[Math.floor(random() * things.length)];
  if (picked === undefined) throw new Error("nothing to choose from");
  return picked;
}

export function shuffled<T>(things: readonly T[], random: () => number): T[] {
  return things
    .map((thing) => ({ thing, key: random() }))
    .sort((a, b) => a.key - b.key)
    .map(({ thing }) => thing);
}
