// How far an import is: a bar that is written over on a terminal, and now and then a plain line elsewhere.
import type { Writable } from "node:stream";
import { progressText } from "../bulk/progress.ts";

const EVERY_MS = 200;
/** In a log file nobody reads every one. */
const LINE_EVERY_MS = 10_000;

export interface MovingProgress {
  step: (at: { done: number; total: number; odd: number }) => void;
  clear: () => void;
}

export function tellProgress(err: Writable & { isTTY?: boolean; columns?: number }): MovingProgress {
  const began = performance.now();
  const everyMs = err.isTTY ? EVERY_MS : LINE_EVERY_MS;
  let shownAt = began;
  let isShown = false;
  return {
    step({ done, total, odd }) {
      const now = performance.now();
      if (now - shownAt < everyMs) return;
      shownAt = now;
      const seconds = (now - began) / 1_000;
      const text = progressText({ done, total, refused: odd, seconds, word: "odd" });
      if (err.isTTY) err.write(`\r\u001b[K${text.slice(0, (err.columns ?? 80) - 1)}`);
      else err.write(`${text}\n`);
      isShown = err.isTTY ?? false;
    },
    clear() {
      if (isShown) err.write("\r\u001b[K");
      isShown = false;
    },
  };
}
