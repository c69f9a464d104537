// Stops what a process started: first all work at once, then the parts that it needed, last started first; the whole of
// it within one time.
import type { Log } from "./log.ts";
import { withDeadline } from "./time/deadline.ts";

export interface Part {
  name: string;
  stop: () => unknown;
}

export interface Lifecycle {
  /** Remembers how to stop something that others need, such as a connection: when all work has ended, last started first. */
  add(name: string, stop: Part["stop"]): void;
  /** Remembers how to stop work that goes on by itself. All of it is told at once: none takes more while others end. */
  addWork(name: string, stop: Part["stop"]): void;
  /** Begins nothing more then. What is added afterwards is stopped at once. */
  readonly isStopping: boolean;
  /** Stops everything. Later calls wait for the first. What has not ended in time is left as it is. */
  stop(): Promise<void>;
}

/** As CERTFLEET_DRAIN_SECONDS. */
const DRAIN_MS = 25_000;
/** The process itself must end within the time, too. */
const LAST_MS = 500;

/** @param drainMs how long the whole stop may take */
export function lifecycle(log: Log, drainMs = DRAIN_MS): Lifecycle {
  const work: Part[] = [];
  const parts: Part[] = [];
  let stopping: Promise<void> | undefined;
  let endsAt = Number.POSITIVE_INFINITY;

  const end = async ({ name, stop }: Part): Promise<void> => {
    const leftMs = endsAt - performance.now();
    try {
      const stopped = Promise.resolve(stop());
      // A timer may fire a millisecond before its time.
      if (leftMs > 1) await withDeadline(stopped, leftMs, tooLate);
      else stopped.catch(() => undefined); // told, and not waited for
    } catch (err) {
      log.warn({ event: "stop.failed", name, err });
    }
  };
  const stopAll = async (): Promise<void> => {
    await Promise.all(work.map(end));
    for (let part = parts.pop(); part; part = parts.pop()) await end(part);
  };
  const addTo = (list: Part[]) => (name: string, stop: Part["stop"]) => {
    if (stopping) void end({ name, stop });
    else list.push({ name, stop });
  };
  return {
    add: addTo(parts),
    addWork: addTo(work),
    get isStopping() {
      return stopping !== undefined;
    },
    stop() {
      if (stopping) return stopping;
      endsAt = performance.now() + drainMs - Math.min(LAST_MS, drainMs / 10);
      stopping = Promise.resolve().then(stopAll); // what stops may itself ask whether there is a stop
      return stopping;
    },
  };
}

function tooLate(): never {
  throw new Error("did not stop in time");
}
