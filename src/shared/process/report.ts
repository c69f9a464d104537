// The signs of life of this process: one every five seconds, and one whenever somebody asks whether Redis takes writes.
import type { Log } from "../base/log.ts";
import { whileReachable } from "../redis/reachable.ts";
import { type FormatNeeds, findNewer } from "./data-format.ts";
import type { OwnProcess } from "./own-process.ts";
import { type ProcessNeeds, removeProcess, reportProcess } from "./processes.ts";

const EVERY_MS = 5_000;
const REDIS_ANSWERS_MS = 1_000;

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

/** Why Redis takes nothing from this process, in words; null: it does. A sign of life is what is written. */
export async function whyNoWrites(own: OwnProcess, needs: ProcessNeeds): Promise<string | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve("Redis does not respond within a second"), REDIS_ANSWERS_MS);
  });
  if (needs.redis.status !== "ready") return "Redis cannot be reached";
  const written = reportProcess(own.id, own.about(), needs).then(() => null, refusal);
  return Promise.race([written, late]).finally(() => clearTimeout(timer));
}

/** The code alone: texts of Redis may name keys. */
function refusal(error: unknown): string {
  const text = error instanceof Error ? error.message : "";
  const code = /\b(OOM|MISCONF|READONLY|NOREPLICAS|NOPERM|NOAUTH|LOADING|MASTERDOWN|CLUSTERDOWN)\b/.exec(text)?.[1];
  return code ? `Redis refuses writes (${code})` : "Redis cannot be written to";
}
