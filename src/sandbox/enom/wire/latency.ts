// How long an answer is under way.
import { setTimeout as pause } from "node:timers/promises";
import type { Latency } from "../books/settings.ts";

/** Resolves when the answer has been under way as long as chance wants. */
export async function underWay({ min, max, random = Math.random }: Latency): Promise<void> {
  await pause(min + random() * (max - min), undefined, { ref: false }); // must not keep a closed sandbox alive
}
