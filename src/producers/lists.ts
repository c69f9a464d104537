// Keeps the lists of certificates right in the background: what an earlier version saved is listed anew, and what has
// ended leaves the lists of the status that it had.

import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import type { Clock } from "../shared/base/clock.ts";
import type { Log } from "../shared/base/log.ts";
import { moveEnded } from "../shared/certificate/lists/ended.ts";
import { areListsWhole, isUpdateListWhole, type ListNeeds } from "../shared/certificate/lists/listed.ts";
import { listOlder } from "../shared/certificate/lists/older.ts";

const LOOK_MS = 60_000;
/** A worker of an earlier version may have been started, or stopped late: all are looked at again. */
const AGAIN_MS = 3_600_000;
const MOVED_AT_ONCE = 200;

export interface KeeperNeeds extends ListNeeds {
  clock: Clock;
  log: Log;
}

/** Looks at once, and then every minute; ends behind the page that is under way. A look that fails is made up for. */
export function keepLists(needs: KeeperNeeds): { stop: () => Promise<void> } {
  const closing = new AbortController();
  const { signal } = closing;
  const working = { ...needs, signal, owner: randomUUID() };
  let seenAt = -Infinity;
  let running: Promise<void> | undefined;

  const look = async (): Promise<void> => {
    try {
      const isToBeSeen =
        performance.now() - seenAt > AGAIN_MS || !((await areListsWhole(needs)) && (await isUpdateListWhole(needs)));
      if (isToBeSeen && (await listOlder(working)) !== undefined) seenAt = performance.now();
      while (!signal.aborted && (await moveEnded(needs, needs.clock.now(), MOVED_AT_ONCE)) > 0)
        await pause(50, undefined, { signal }).catch(() => undefined);
    } catch (err) {
      needs.log.warn({ event: "lists.failed", err });
    } finally {
      running = undefined;
    }
  };
  const start = (): void => {
    running ??= look();
  };
  start();
  const timer = setInterval(start, LOOK_MS);
  return {
    async stop() {
      clearInterval(timer);
      closing.abort();
      await running;
    },
  };
}
