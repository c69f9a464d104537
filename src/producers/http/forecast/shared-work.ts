// Long work that many may ask for: one piece at a time in this process, made once for all who ask for the same, and ended when
// nobody waits for it any more.

import { Unavailable } from "../../../shared/base/errors.ts";

/** So many different pieces wait behind the one that is made; who comes then is told to come again. */
const MOST_WAITING = 4;
/** An answer is kept for so many times as long as it took: a small fleet's is always fresh. */
const KEPT_TIMES = 5;
const KEPT_MS = 60_000;
const MOST_KEPT = 20;
const LEAST_RETRY_SECONDS = 2;

interface Piece {
  answer: Promise<unknown>;
  waiting: number;
  /** Ends it. */
  given: AbortController;
}

export type SharedWork = ReturnType<typeof sharedWork>;

/** `now`: ms of a clock that never goes back. */
export function sharedWork(now: () => number = () => performance.now()) {
  const pieces = new Map<string, Piece>();
  const kept = new Map<string, { answer: unknown; until: number }>();
  let last: Promise<unknown> = Promise.resolve();
  let lastMs = 0;

  /** Behind all that was asked for before; never begun where `signal` ended it meanwhile. */
  const inTurn = <T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> => {
    const made = last.then(() => {
      if (signal.aborted) throw ended();
      return work();
    });
    last = made.catch(() => undefined);
    return made;
  };

  const keep = (key: string, answer: unknown, tookMs: number): void => {
    const isFull = kept.size >= MOST_KEPT;
    for (const [each, { until }] of kept) if (isFull || until <= now()) kept.delete(each);
    kept.set(key, { answer, until: now() + Math.min(KEPT_MS, tookMs * KEPT_TIMES) });
  };

  const begin = (key: string, work: (signal: AbortSignal) => Promise<unknown>): Piece => {
    const given = new AbortController();
    const make = async (): Promise<unknown> => {
      const begun = now();
      const answer = await work(given.signal);
      lastMs = now() - begun;
      keep(key, answer, lastMs);
      return answer;
    };
    const piece = { answer: inTurn(make, given.signal), waiting: 0, given };
    pieces.set(key, piece);
    const forget = (): void => {
      if (pieces.get(key) === piece) pieces.delete(key);
    };
    piece.answer.then(forget, forget);
    return piece;
  };

  return {
    inTurn,

    /**
     * The answer for `key`: as it was made a moment ago, as it is being made for somebody else, or made now. `signal`: this
     * caller waits no longer.
     * @throws Unavailable when so many different ones wait already, with when to ask again
     */
    async find<T>(key: string, work: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T> {
      const known = kept.get(key);
      if (known && known.until > now()) return known.answer as T;
      const isFull = !pieces.has(key) && pieces.size > MOST_WAITING;
      if (isFull) {
        const retryAfterSeconds = Math.max(LEAST_RETRY_SECONDS, Math.ceil((lastMs * pieces.size) / 1_000));
        throw new Unavailable(
          `${pieces.size} other forecasts are asked for already, and are made one after the other.`,
          {
            retryAfterSeconds,
          },
        );
      }
      const piece = pieces.get(key) ?? begin(key, work);
      piece.waiting++;
      const leave = Promise.withResolvers<never>();
      const gone = (): void => leave.reject(ended());
      signal.addEventListener("abort", gone, { once: true });
      if (signal.aborted) gone();
      try {
        return (await Promise.race([piece.answer, leave.promise])) as T;
      } finally {
        signal.removeEventListener("abort", gone);
        if (--piece.waiting === 0) {
          piece.given.abort();
          // Whoever asks from now on begins anew, and does not share what is being ended.
          if (pieces.get(key) === piece) pieces.delete(key);
        }
      }
    },
  };
}

function ended(): Unavailable {
  return new Unavailable("It was stopped: nobody waits for it any more.");
}
