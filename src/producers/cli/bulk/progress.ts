// How far it is, in one line on a terminal that is written over; elsewhere nothing.
import type { Writable } from "node:stream";

const EVERY_MS = 200;
const BAR = 20;

export interface Progress {
  step: (isRefused: boolean) => void;
  /** Takes the line away, so that another may be written. */
  clear: () => void;
}

/** `total`: undefined where nobody knows. */
export function progressOn(err: Writable & { isTTY?: boolean; columns?: number }, total: number | undefined): Progress {
  if (!err.isTTY) return { step: () => undefined, clear: () => undefined };
  const began = performance.now();
  let done = 0;
  let refused = 0;
  let shownAt = Number.NEGATIVE_INFINITY;
  let isShown = false;
  return {
    step(isRefused) {
      done += 1;
      if (isRefused) refused += 1;
      const now = performance.now();
      if (now - shownAt < EVERY_MS) return;
      shownAt = now;
      isShown = true;
      err.write(
        `\r\u001b[K${progressText({ done, refused, total, seconds: (now - began) / 1_000 }).slice(0, (err.columns ?? 80) - 1)}`,
      );
    },
    clear() {
      if (isShown) err.write("\r\u001b[K");
      isShown = false;
    },
  };
}

/** `[########            ] 4,000 of 10,000, 3 refused, 510 a second, 12 s left`. */
export function progressText(at: {
  done: number;
  refused: number;
  total: number | undefined;
  seconds: number;
  /** What `refused` counts, where it is something else. */
  word?: string;
}): string {
  const { done, refused, total, seconds, word = "refused" } = at;
  const rate = seconds > 0 ? done / seconds : 0;
  const number = (count: number): string => Math.round(count).toLocaleString("en-US");
  const tail = `${number(refused)} ${word}, ${number(rate)} a second`;
  if (total === undefined || total === 0) return `${number(done)} done, ${tail}`;
  const full = Math.min(BAR, Math.floor((done / total) * BAR));
  const left = rate > 0 ? `, ${number(Math.max(0, total - done) / rate)} s left` : "";
  return `[${"#".repeat(full)}${" ".repeat(BAR - full)}] ${number(done)} of ${number(total)}, ${tail}${left}`;
}
