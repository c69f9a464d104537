// The requests a second that an account may have, counted in Redis for all processes: who comes too early waits for a
// turn.

import { RateLimiterMemory, RateLimiterQueue } from "rate-limiter-flexible";
import { FLEET, type Share } from "../../../shared/authority/share.ts";
import { Unavailable } from "../../../shared/base/errors.ts";
import type { RedisClient } from "../../../shared/redis/client.ts";
import { type LineKeys, waitForTurn } from "./line.ts";

/** A request waits its turn for so long; then its job does, without a worker. */
const LONGEST_WAIT_SECONDS = 10;

/** While Redis does not respond nobody knows of the others: three kinds of worker share what is allowed. */
const KINDS_OF_WORKER = 3;

export interface Budget {
  /** Resolves when a request may leave; nobody's stand before another's. @throws Unavailable when there is no turn in time */
  turn(): Promise<void>;
}

export interface BudgetOf {
  account: string;
  /** Below 1: one request in so many seconds. */
  requestsPerSecond: number;
}

export interface BudgetStore {
  /** The fleet's Redis, and the account's keys there. */
  redis: RedisClient;
  keys: LineKeys;
  /** Whose the request is that is asked for now. */
  whose?: () => Promise<Share>;
}

/**
 * Windows of a second, so that a burst at a border is at most two seconds' worth. Without a store this process counts
 * alone, first come, first served.
 */
export function openBudget({ account, requestsPerSecond }: BudgetOf, store?: BudgetStore): Budget {
  const most = Math.ceil(requestsPerSecond * LONGEST_WAIT_SECONDS);
  const alone = new RateLimiterQueue(
    new RateLimiterMemory(windowOf(store ? requestsPerSecond / KINDS_OF_WORKER : requestsPerSecond)),
    { maxQueueSize: most },
  );
  const { points, duration } = windowOf(requestsPerSecond);
  const pace = { points, windowMs: duration * 1_000, most, longestMs: LONGEST_WAIT_SECONDS * 1_000 };
  const late = (): Unavailable =>
    new Unavailable(`account ${account} has used up its ${requestsPerSecond} requests per second`, {
      retryAfterSeconds: LONGEST_WAIT_SECONDS,
      code: "budget-used-up",
    });
  const turnAlone = async (): Promise<void> => {
    try {
      await alone.removeTokens(1, account, Math.floor(Date.now() / 1_000) + LONGEST_WAIT_SECONDS);
    } catch {
      throw late();
    }
  };
  /** Undefined where Redis does not respond. */
  const inLine = async ({ redis, keys, whose }: BudgetStore): Promise<"go" | "late" | undefined> => {
    if (redis.status !== "ready") return undefined;
    try {
      const share = whose ? await whose() : FLEET;
      return await waitForTurn(redis, keys, { share, pace });
    } catch {
      return undefined;
    }
  };
  return {
    async turn() {
      const answer = store && (await inLine(store));
      if (answer === undefined) return turnAlone();
      if (answer === "late") throw late();
    },
  };
}

/** In whole seconds and requests, as Redis counts them: never more than was asked for. */
function windowOf(perSecond: number): { points: number; duration: number } {
  return perSecond >= 1
    ? { points: Math.floor(perSecond), duration: 1 }
    : { points: 1, duration: Math.ceil(1 / perSecond) };
}
