// Signals that stop a process. One that is sent to a whole group of processes may come twice: by itself, and handed on by
// the process in front (systemd's KillMode=control-group, npm, Ctrl-C in a terminal). Within a second that is one signal.
import type { Lifecycle } from "../base/lifecycle.ts";
import type { Log } from "../base/log.ts";

const SIGNALS = ["SIGTERM", "SIGINT", "SIGHUP"] as const;
/** Whoever wants the end at once waits so long before the second signal. */
const ONE_SIGNAL_MS = 1_000;

/**
 * `stop` at the first signal, `atOnce` at one that comes more than a second after it.
 * Stays in force: Node would end the process as soon as nobody listens.
 */
export function onStopSignal({ stop, atOnce }: { stop: (signal: NodeJS.Signals) => void; atOnce: () => void }): void {
  let firstAt: number | undefined;
  const hear = (signal: NodeJS.Signals): void => {
    if (firstAt === undefined) {
      firstAt = performance.now();
      stop(signal);
    } else if (performance.now() - firstAt > ONE_SIGNAL_MS) atOnce();
  };
  for (const signal of SIGNALS) process.on(signal, hear);
}

/** SIGTERM, SIGINT and SIGHUP stop the process in order, exit code 0; a later one ends it at once, exit code 1. */
export function stopOnSignal(life: Lifecycle, log: Log): void {
  onStopSignal({
    stop(signal) {
      log.info({ event: "process.stopping", signal });
      void life.stop().then(() => process.exit(0));
    },
    atOnce: () => process.exit(1),
  });
}

/** A part of `npm start` ends with the process that started it, however that one ended: its end of the pipe closes. */
export function stopWithParent(life: Pick<Lifecycle, "stop">): void {
  process.stdin.once("end", () => void life.stop().then(() => process.exit(0))).resume();
}
