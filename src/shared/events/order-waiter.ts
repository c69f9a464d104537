// Wakes those who wait for their orders: it follows the events while anybody waits.
import type { EventTail } from "./tail.ts";

export interface OrderListener {
  /** Resolves when something happened to the order since the last time, when the time is over, and when nobody is to wait any more. */
  next(ms: number, signal: AbortSignal): Promise<void>;
  end(): void;
}

export type OrderWaiter = ReturnType<typeof orderWaiter>;

/** `most`: who may wait at once. */
export function orderWaiter(tail: Pick<EventTail, "follow" | "isOver">, { most }: { most: number }) {
  interface Listener {
    hasNews: boolean;
    wake: () => void;
  }
  const listeners = new Map<string, Set<Listener>>();
  let waiting = 0;
  let unfollow: (() => void) | undefined;

  const tell = (all: Iterable<Listener> = []): void => {
    for (const listener of all) {
      listener.hasNews = true;
      listener.wake();
    }
  };
  const hear: Parameters<EventTail["follow"]>[0] = (events) => {
    if (events) for (const { subject } of events) tell(listeners.get(subject));
    else for (const of of listeners.values()) tell(of);
  };

  return {
    /** Whether nobody is to wait any more. */
    get isOver() {
      return tail.isOver;
    },

    /** Undefined where too many wait. To be called before the order is read, so that nothing is missed in between. */
    listen(reference: string): OrderListener | undefined {
      if (tail.isOver || waiting >= most) return undefined;
      waiting++;
      const subject = `certificate/${reference}`;
      const listener: Listener = { hasNews: false, wake: () => undefined };
      const others = listeners.get(subject) ?? new Set();
      listeners.set(subject, others.add(listener));
      unfollow ??= tail.follow(hear);
      return {
        async next(ms, signal) {
          if (!listener.hasNews && !tail.isOver && !signal.aborted) {
            await new Promise<void>((resolve) => {
              const timer = setTimeout(resolve, ms);
              listener.wake = () => {
                clearTimeout(timer);
                resolve();
              };
              signal.addEventListener("abort", listener.wake, { once: true });
            });
            signal.removeEventListener("abort", listener.wake);
          }
          listener.hasNews = false;
        },
        end() {
          waiting--;
          others.delete(listener);
          if (others.size === 0) listeners.delete(subject);
          if (listeners.size > 0) return;
          unfollow?.();
          unfollow = undefined;
        },
      };
    },
  };
}
