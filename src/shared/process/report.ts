// The signs of life of this process, one every five seconds, and whether Redis takes what it writes.
import type { Log } from "../base/log.ts";
import type { RedisClient } from "../redis/client.ts";
import type { Keys } from "../redis/keys.ts";
import { whileReachable } from "../redis/reachable.ts";
import { tryWrite } from "../redis/try-write.ts";
import { type FormatNeeds, findNewer } from "./data-format.ts";
import type { OwnProcess } from "./own-process.ts";
import { type ProcessNeeds, removeProcess, reportProcess } from "./processes.ts";

const EVERY_MS = 5_000;

/**
 * Ends the process when a newer release has written what this one cannot read. `stop` takes it out of the fleet: it ended
 * in order. Without Redis it is silent, and dead a minute later.
 */
export function startReports(
  own: OwnProcess,
  needs: ProcessNeeds & FormatNeeds & { log: Log },
  everyMs = EVERY_MS,
): { stop: () => Promise<void> } {
  let running: Promise<void> | undefined;
  let isOutdated = false;
  const sign = async (): Promise<void> => {
    await reportProcess(own.id, own.about(), needs);
    const why = await findNewer(needs);
    if (why === null || isOutdated) return;
    isOutdated = true;
    needs.log.error({ event: "data.newer", why });
    own.end();
  };
  const report = (): void => {
    running ??= sign()
      .catch(() => undefined) // Redis is away, which others say
      .finally(() => {
        running = undefined;
      });
  };
  report();
  const timer = setInterval(report, everyMs);
  const leave = async (): Promise<void> => {
    await running;
    await removeProcess(own.id, needs).catch(() => undefined);
  };
  return {
    async stop() {
      clearInterval(timer);
      await whileReachable(needs.redis, leave());
    },
  };
}

/** Why Redis takes nothing from this process, in words; null: it does. */
export async function whyNoWrites({
  redis,
  keys,
}: {
  redis: RedisClient;
  keys: Pick<Keys, "tried">;
}): Promise<string | null> {
  if (redis.status !== "ready") return "Redis cannot be reached";
  const trouble = await tryWrite(redis, keys);
  return trouble ? `Redis cannot be used, ${trouble.words}` : null;
}
