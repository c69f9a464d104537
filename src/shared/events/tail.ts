// What everybody who waits at a gateway hears of new events, readers of the feed and callers who wait for an order alike: one short
// look at Redis for all of them, and none while nobody waits.
import type { RedisClient } from "../redis/client.ts";
import type { Keys } from "../redis/keys.ts";
import { type EventPage, isBefore, readKeptEvents, type StoredEvent } from "./read.ts";

const LOOK_MS = 100;
/** Events that are kept in memory for those who wait: at most about 2 MB. */
const MOST_KEPT = 2_000;
const PAGE = 500;

/** A promise and what resolves it, for Node 20 too: the client into the queue runs there. */
function deferred(): { promise: Promise<void>; resolve: () => void } {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

/** Hears what was written since the last time; undefined: there may be more than that, or nobody is to wait any more. */
export type Follower = (events: readonly StoredEvent[] | undefined) => void;

export type EventTail = ReturnType<typeof eventTail>;

/** Up to `count` events behind `after`, an id or `latest`; undefined where they are not kept any more. */
export type ReadEvents = (after: string, count: number) => Promise<EventPage | undefined>;

/** Of a gateway: by the script that knows what is kept no more. */
export function keptEvents(redis: RedisClient, keys: Pick<Keys, "events">): ReadEvents {
  return (after, count) => readKeptEvents(redis, keys, after, count);
}

export function eventTail(readEvents: ReadEvents) {
  /** In order, all that was written behind `from` and up to `last`. */
  let kept: StoredEvent[] = [];
  let from: string | undefined;
  let last: string | undefined;
  let waiting = 0;
  let isLooking = false;
  let isOver = false;
  let news = deferred();
  const followers = new Set<Follower>();

  const wake = (events?: readonly StoredEvent[]): void => {
    const { resolve } = news;
    news = deferred();
    resolve();
    for (const hear of followers) hear(events);
  };

  const forget = (): void => {
    kept = [];
    from = undefined;
    last = undefined;
  };

  const look = async (): Promise<void> => {
    const page = await readEvents(last ?? "latest", PAGE);
    if (last === undefined || page === undefined || isBefore(page.last, last)) {
      // Begun, or Redis has lost what was seen: whoever waits looks for itself.
      kept = [];
      from = page?.last;
      last = page?.last;
      wake();
      return;
    }
    if (page.last === last) return;
    last = page.last;
    kept.push(...page.events);
    if (kept.length > MOST_KEPT) {
      const gone = kept.splice(0, kept.length - MOST_KEPT);
      from = gone.at(-1)?.id;
    }
    wake(page.events);
  };

  const goOn = async (): Promise<void> => {
    if (isLooking) return;
    isLooking = true;
    while (waiting > 0 && !isOver) {
      // A look that fails is made up for by the next one; whoever waits in vain asks again, and is told why.
      await look().catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
    isLooking = false;
    forget();
  };

  return {
    /** Whether nobody is to wait any more. */
    get isOver() {
      return isOver;
    },

    /** Whether it looks, and Redis lets it. */
    get hears() {
      return last !== undefined;
    },

    /** Everything behind `after`, where memory reaches so far; else it is to be read from Redis. */
    read(after: string): EventPage | undefined {
      if (from === undefined || last === undefined || isBefore(after, from) || isBefore(last, after)) return undefined;
      const begin = kept.findLastIndex(({ id }) => !isBefore(after, id)) + 1;
      return { events: kept.slice(begin), last, isAll: true };
    },

    /** Resolves when there may be something behind `after`, when the time is over, and when nobody is to wait any more. */
    async wait(after: string, ms: number, signal: AbortSignal): Promise<void> {
      if (isOver || signal.aborted || ms <= 0) return;
      const end = deferred();
      let isEnded = false;
      const stop = (): void => {
        isEnded = true;
        end.resolve();
      };
      const timer = setTimeout(stop, ms);
      signal.addEventListener("abort", stop);
      waiting++;
      void goOn();
      try {
        while (!isOver && !isEnded && (last === undefined || !isBefore(after, last)))
          await Promise.race([news.promise, end.promise]);
      } finally {
        waiting--;
        clearTimeout(timer);
        signal.removeEventListener("abort", stop);
      }
    },

    /** As long as it is followed the tail looks. Answers how it is ended. */
    follow(hear: Follower): () => void {
      followers.add(hear);
      waiting++;
      void goOn();
      return () => {
        if (followers.delete(hear)) waiting--;
      };
    },

    /** Everybody who waits is answered at once, and nobody waits any more. */
    stop(): void {
      isOver = true;
      wake();
    },
  };
}
