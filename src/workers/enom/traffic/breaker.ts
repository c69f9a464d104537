// The circuit breaker of an account, for when eNom does not respond: after some failures in a row nothing is sent to
// the account for a while, then one request tries. It is kept in Redis, so that all processes stop together and only
// one of them tries.

import { join } from "node:path";
import type { Cause } from "../../../shared/account/connection-check.ts";
import { beginsText } from "../../../shared/account/told-states.ts";
import { pausedText } from "../../../shared/account/trouble-notes.ts";
import { HOUR_MS } from "../../../shared/base/dates.ts";
import type { Log } from "../../../shared/base/log.ts";
import type { RedisClient } from "../../../shared/redis/client.ts";
import type { Keys } from "../../../shared/redis/keys.ts";
import { defineScript, runScript, type Script } from "../../../shared/redis/script.ts";

/** No request lasts longer (connect and write). A process that died while it tried is followed by the next one. */
const PROBE_MS = 150_000;
const IN_A_ROW = 5;
/** Failures so far apart are not in a row. */
const FORGET_MS = HOUR_MS;

const ENTER = defineScript(join(import.meta.dirname, "lua/breaker-enter.lua"), {
  keys: ["breaker"],
  args: ["trialMs"],
});
const FAILED = defineScript(join(import.meta.dirname, "lua/breaker-failed.lua"), {
  keys: ["breaker", "troubles", "stream"],
  args: ["inARow", "firstMs", "longestMs", "forgetMs", "isTrial", "begins"],
});
const RETRY = defineScript(join(import.meta.dirname, "lua/breaker-retry.lua"), { keys: ["breaker"], args: [] });
const ANSWERED = defineScript(join(import.meta.dirname, "lua/breaker-answered.lua"), { keys: ["breaker"], args: [] });

export type Standing =
  /** `failures`: those in a row so far. */
  | { state: "closed"; failures: number }
  | { state: "open"; waitMs: number }
  /** The time is over: the next request decides. */
  | { state: "due" }
  /** Somebody else's request is on its way to decide. */
  | { state: "tried" }
  /** This request decides. */
  | { state: "trial" };

export interface Breaker {
  /** Only looks. */
  readStanding(): Promise<Standing>;
  /** Looks, and takes the trial where one is due. */
  enter(): Promise<Standing>;
  /**
   * eNom did not respond. A request that left before it opened says nothing new. Answers whether a pause begins with
   * it.
   */
  failed(cause: Cause, was: { isTrial: boolean }): Promise<boolean>;
  answered(): Promise<void>;
  /**
   * eNom answers other questions: the next request may try now. It decides, and how often it failed before still
   * counts.
   */
  retry(): Promise<void>;
}

export interface BreakerNeeds {
  redis: RedisClient;
  keys: Pick<Keys, "breaker" | "troubles" | "events">;
  account: string;
  pauses: { firstMs: number; longestMs: number };
  log: Log;
  now?: () => Date;
}

/**
 * 15 s, doubled each time, 5 min at most; where orders are looked at more often (the sandbox), shorter with that pause.
 */
export function breakerPauses(pollSeconds: number): BreakerNeeds["pauses"] {
  return { firstMs: Math.min(15_000, pollSeconds * 50), longestMs: Math.min(300_000, pollSeconds * 1_000) };
}

/** A Redis that does not respond opens nothing: the budget alone paces then. Never throws. */
export function openBreaker({ redis, keys, account, pauses, log, now = () => new Date() }: BreakerNeeds): Breaker {
  const places = { breaker: keys.breaker(account), troubles: keys.troubles(account), stream: keys.events };
  const run = async <K extends keyof typeof places, A extends string>(
    script: Script<K, A>,
    args: Record<A, number | string>,
  ): Promise<unknown> => {
    if (redis.status !== "ready") return undefined;
    return runScript(redis, script, { keys: places, args }).catch(() => undefined);
  };
  const stand = async (probeMs: number): Promise<Standing> => {
    const [state, number = 0] = ((await run(ENTER, { trialMs: probeMs })) ?? ["closed"]) as [
      Standing["state"],
      number?,
    ];
    if (state === "closed") return { state, failures: number };
    return state === "open" ? { state, waitMs: number } : { state };
  };
  return {
    readStanding: () => stand(0),
    enter: () => stand(PROBE_MS),
    async failed(cause, { isTrial }) {
      const begins = beginsText(account, "enom-unavailable", { at: now().toISOString(), message: pausedText() });
      const args = { inARow: IN_A_ROW, ...pauses, forgetMs: FORGET_MS, isTrial: isTrial ? 1 : 0, begins };
      const openMs = await run(FAILED, args);
      if (!openMs) return false;
      log.warn({ event: "breaker.opened", account, cause, seconds: Number(openMs) / 1_000 });
      return true;
    },
    async answered() {
      if (await run(ANSWERED, {})) log.info({ event: "breaker.closed", account });
    },
    async retry() {
      await run(RETRY, {});
    },
  };
}
