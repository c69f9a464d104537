// Wakes requests that wait for their orders: one look at the events of the fleet for all of them, and none while nobody waits.
import { BEFORE_ALL, readEvents } from "../../../shared/events/read.ts";
import type { RedisClient } from "../../../shared/redis/client.ts";
import type { Keys } from "../../../shared/redis/keys.ts";

declare module "fastify" {
  interface FastifyInstance {
    /** Of the routes of the API. */
    orderWaiter: OrderWaiter;
  }
}

const LOOK_MS = 100;
const PAGE = 500;
/** Requests that wait at once in one gateway; the others are answered at once. */
const MOST_WAITING = 500;

export interface OrderListener {
  /** Resolves when something happened to the order since the last time, when the time is over, and when nobody is to wait any more. */
  next(ms: number, signal: AbortSignal): Promise<void>;
  end(): void;
}

export type OrderWaiter = ReturnType<typeof orderWaiter>;

export function orderWaiter({ redis, keys }: { redis: RedisClient; keys: Pick<Keys, "events"> }) {
  interface Listener {
    hasNews: boolean;
    wake: () => void;
  }
  const listeners = new Map<string, Set<Listener>>();
  let waiting = 0;
  let last: string | undefined;
  let isLooking = false;
  let isOver = false;

  const tell = (all: Iterable<Listener> = []): void => {
    for (const listener of all) {
      listener.hasNews = true;
      listener.wake();
    }
  };
  const tellAll = (): void => {
    for (const of of listeners.values()) tell(of);
  };

  const look = async (): Promise<void> => {
    if (last === undefined) {
      const [newest] = await redis.xrevrange(keys.events, "+", "-", "COUNT", 1);
      last = newest?.[0] ?? BEFORE_ALL;
      tellAll(); // of what came before this nothing is known
      return;
    }
    for (let isAll = false; !isAll; ) {
      const page = await readEvents(redis, keys, last, PAGE);
      for (const { subject } of page.events) tell(listeners.get(subject));
      last = page.last;
      isAll = page.isAll;
    }
  };

  const goOn = async (): Promise<void> => {
    if (isLooking) return;
    isLooking = true;
    while (listeners.size > 0 && !isOver) {
      await look().catch(() => undefined); // made up for by the next one
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
    isLooking = false;
    last = undefined;
  };

  return {
    /** Whether nobody is to wait any more. */
    get isOver() {
      return isOver;
    },

    /** Undefined where too many wait. To be called before the order is read, so that nothing is missed in between. */
    listen(reference: string): OrderListener | undefined {
      if (isOver || waiting >= MOST_WAITING) return undefined;
      waiting++;
      const subject = `certificate/${reference}`;
      const listener: Listener = { hasNews: false, wake: () => undefined };
      const others = listeners.get(subject) ?? new Set();
      listeners.set(subject, others.add(listener));
      void goOn();
      return {
        async next(ms, signal) {
          if (!listener.hasNews && !isOver && !signal.aborted) {
            const { promise, resolve } = Promise.withResolvers<void>();
            listener.wake = resolve;
            const timer = setTimeout(resolve, ms);
            signal.addEventListener("abort", () => resolve(), { once: true });
            await promise;
            clearTimeout(timer);
          }
          listener.hasNews = false;
        },
        end() {
          waiting--;
          others.delete(listener);
          if (others.size === 0) listeners.delete(subject);
        },
      };
    },

    /** Whoever waits is answered at once, and nobody waits any more. */
    stop(): void {
      isOver = true;
      tellAll();
    },
  };
}
