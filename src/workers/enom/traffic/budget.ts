// The requests a second that an account may have, counted in Redis for all processes: who comes too early waits for a
// turn.

import { RateLimiterMemory, RateLimiterQueue, RateLimiterRedis } from "rate-limiter-flexible";
import { Unavailable } from "../../../shared/base/errors.ts";
import type { RedisClient } from "../../../shared/redis/client.ts";

/** A request waits its turn for so long; then its job does, without a worker. */
const LONGEST_WAIT_SECONDS = 10;

/** While Redis does not respond nobody knows of the others: three kinds of worker share what is allowed. */
const KINDS_OF_WORKER = 3;

export interface Budget {
  /** Resolves when a request may leave, first come, first served. @throws Unavailable when there is no turn in time */
  turn(): Promise<void>;
}

export interface BudgetOf {
  account: string;
  /** Below 1: one request in so many seconds. */
  requestsPerSecond: number;
}

/**
 * Windows of a second, so that a burst at a border is at most two seconds' worth. `store` is the fleet's Redis and the
 * account's key there; without it this process counts alone.
 */
export function openBudget(
  { account, requestsPerSecond }: BudgetOf,
  store?: { redis: RedisClient; key: string },
): Budget {
  const whole = windowOf(requestsPerSecond);
  const limiter = store
    ? new RateLimiterRedis({
        ...whole,
        storeClient: store.redis,
        keyPrefix: "",
        rejectIfRedisNotReady: true,
        insuranceLimiter: new RateLimiterMemory(windowOf(requestsPerSecond / KINDS_OF_WORKER)),
      })
    : new RateLimiterMemory(whole);
  const line = new RateLimiterQueue(limiter, { maxQueueSize: Math.ceil(requestsPerSecond * LONGEST_WAIT_SECONDS) });
  const key = store?.key ?? account;
  return {
    async turn() {
      try {
        await line.removeTokens(1, key, Math.floor(Date.now() / 1_000) + LONGEST_WAIT_SECONDS);
      } catch {
        throw new Unavailable(`account ${account} has used up its ${requestsPerSecond} requests per second`, {
          retryAfterSeconds: LONGEST_WAIT_SECONDS,
          code: "budget-used-up",
        });
      }
    },
  };
}

/** In whole seconds and requests, as Redis counts them: never more than was asked for. */
function windowOf(perSecond: number): { points: number; duration: number } {
  return perSecond >= 1
    ? { points: Math.floor(perSecond), duration: 1 }
    : { points: 1, duration: Math.ceil(1 / perSecond) };
}
