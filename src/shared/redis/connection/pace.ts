// How long the connections to one Redis wait before they try again. A server that answers and is the wrong one (a replica)
// counts like one that does not answer: else a client would come back to it many times a second.

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
