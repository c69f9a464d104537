// How long the gate has been open: the largest of three clocks, because each of them can stand still or be set back.
import { readFileSync } from "node:fs";

/** Starts measuring; the function it returns tells the milliseconds since then. */
export function startStopwatch(): () => number {
  const clocks = [() => performance.now(), () => Date.now(), uptimeMs];
  const starts = clocks.map((clock) => clock());
  return () => Math.max(...clocks.map((clock, index) => clock() - (starts[index] ?? 0)));
}

/** Linux's boot clock goes on while the machine sleeps, unlike the monotonic one. Elsewhere it is not there: 0. */
function uptimeMs(): number {
  try {
    return Number.parseFloat(readFileSync("/proc/uptime", "utf8")) * 1000 || 0;
  } catch {
    return 0;
  }
}
