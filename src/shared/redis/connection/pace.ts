// How long the connections to one Redis wait before they try again. A server that answers and is the wrong one (a replica)
// counts like one that does not answer: else a client would come back to it many times a second.

/** Between the first byte to a server and its readiness, TLS and login included. */
export const HANDSHAKE_MS = 3_000;
/** A blocking connection waits for a job up to 10 s at a time (BullMQ), and is asked nothing meanwhile. */
export const SILENT_BLOCKING_MS = 13_000;

export interface Pace {
  /** Milliseconds until the next try. */
  next: (tries: number) => number;
  /** The server that was reached is not the one that writes go to. */
  misfit(): void;
  /** It is. */
  fits(): void;
}

const FIRST_MS = 50;
const MOST_MS = 2_000;
const JITTER_MS = 200;

export function paceOfTries(): Pace {
  let misfits = 0;
  return {
    next: (tries) => {
      const steps = Math.min(Math.max(tries, misfits), 10);
      return Math.min(2 ** steps * FIRST_MS, MOST_MS) + Math.random() * JITTER_MS;
    },
    misfit: () => {
      misfits++;
    },
    fits: () => {
      misfits = 0;
    },
  };
}
