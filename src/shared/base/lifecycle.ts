// Stops what a process started: last started first, each with its name, once, with a deadline.
import type { Log } from "./log.ts";

export interface Part {
  name: string;
  stop: () => unknown;
}

export interface Lifecycle {
  /** Remembers how to stop something that was just started. */
  add(name: string, stop: Part["stop"]): void;
  /** Stops everything, last started first. Later calls wait for the first. */
  stop(): Promise<void>;
}

/** A purchase's answer is waited for up to 120 s; whoever wants to end sooner sends the signal twice. */
const DEADLINE_MS = 140_000;

export function lifecycle(log: Log, deadlineMs = DEADLINE_MS): Lifecycle {
  const parts: Part[] = [];
  let stopping: Promise<void> | undefined;
  const stopAll = async (): Promise<void> => {
    for (const { name, stop } of parts.reverse()) {
      try {
        await withDeadline(Promise.resolve(stop()), deadlineMs);
      } catch (err) {
        log.warn({ event: "stop.failed", name, err });
      }
    }
  };
  return {
    add: (name, stop) => parts.push({ name, stop }),
    stop: () => (stopping ??= stopAll()),
  };
}

/** SIGTERM and SIGINT stop the process in order; a second one ends it at once. */
export function stopOnSignal(life: Lifecycle, log: Log): void {
  let asked = false;
  const onSignal = (signal: NodeJS.Signals): void => {
    if (asked) process.exit(1);
    asked = true;
    log.info({ event: "process.stopping", signal });
    void life.stop().then(() => process.exit(0));
  };
  process.on("SIGTERM", onSignal);
  process.on("SIGINT", onSignal);
}

/** A part of `npm start` ends with the process that started it, however that one ended: its end of the pipe closes. */
export function stopWithParent(life: Pick<Lifecycle, "stop">): void {
  process.stdin.once("end", () => void life.stop().then(() => process.exit(0))).resume();
}

async function withDeadline(work: Promise<unknown>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`did not stop within ${ms / 1000} s`)), ms);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
