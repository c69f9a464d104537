// What every process that stays up has: its stop, its health port, and what it tells of itself.
import { type Lifecycle, lifecycle } from "../base/lifecycle.ts";
import type { Log } from "../base/log.ts";
import { settingsAsGiven } from "../base/read-settings.ts";
import { processMetrics } from "../metrics/registry.ts";
import { startHealthServer } from "./health-server.ts";
import { type OwnProcess, ownProcess } from "./own-process.ts";
import { processSettings } from "./settings.ts";
import { stopOnSignal, stopWithParent } from "./signals.ts";

export interface OpenProcess {
  life: Lifecycle;
  own: OwnProcess;
  /** Before anything is waited for, and to the end. @throws Error of settings when it cannot listen there */
  answerHealth: () => Promise<void>;
}

/** Listens to signals from now on. A setting that is wrong counts as not set: the part that starts complains of it. */
export function openProcess(parts: readonly string[], { env, log }: { env: NodeJS.ProcessEnv; log: Log }): OpenProcess {
  const given = settingsAsGiven(processSettings, env);
  const { CERTFLEET_DRAIN_SECONDS: seconds, CERTFLEET_HEALTH_PORT: port, CERTFLEET_HEALTH_HOST: host } = given;
  const life = lifecycle(log, typeof seconds === "number" ? seconds * 1_000 : undefined);
  stopOnSignal(life, log);
  if (env.CERTFLEET_SUPERVISED) stopWithParent(life);
  const own = ownProcess(parts, life, () => void life.stop().then(() => process.exit(1)));
  return {
    ...{ life, own },
    async answerHealth() {
      if (typeof port !== "number" || host === undefined) return;
      const answers = { isReady: own.whyNotReady, isAlive: own.whyDead, metrics: processMetrics };
      const server = await startHealthServer({ port, host, log }, answers);
      life.add("health", server.stop);
    },
  };
}
