// Spares an eNom that is away: after some failures in a row nothing is sent to the account for a while, then one request tries.
// It is kept in Redis, so that all processes stop together and only one of them tries.

import type { Cause } from "../../../shared/account/connection-check.ts";
import type { Log } from "../../../shared/base/log.ts";
import type { RedisClient } from "../../../shared/redis/client.ts";

/** No request lasts longer (connect and write). A process that died while it tried is followed by the next one. */
const PROBE_MS = 150_000;
const IN_A_ROW = 5;
/** Failures so far apart are not in a row. */
const FORGET_MS = 3_600_000;

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
  look(): Promise<Standing>;
  /** Looks, and takes the trial where one is due. */
  enter(): Promise<Standing>;
  /** eNom was away. A request that left before it opened says nothing new. Answers whether a pause begins with it. */
  failed(cause: Cause, was: { isTrial: boolean }): Promise<boolean>;
  answered(): Promise<void>;
  /** eNom answers other questions: the next request may try now. It decides, and how often it failed before still counts. */
  retry(): Promise<void>;
}

export interface BreakerNeeds {
  redis: RedisClient;
  key: string;
  account: string;
  pauses: { firstMs: number; longestMs: number };
  log: Log;
}

/** 15 s, doubled each time, 5 min at most; where orders are looked at more often (the sandbox), shorter with that pause. */
export function breakerPauses(pollSeconds: number): BreakerNeeds["pauses"] {
  return { firstMs: Math.min(15_000, pollSeconds * 50), longestMs: Math.min(300_000, pollSeconds * 1_000) };
}

/** A Redis that is away or fails opens nothing: the budget alone paces then. Never throws. */
export function openBreaker({ redis, key, account, pauses, log }: BreakerNeeds): Breaker {
  const run = async (script: string, ...args: (string | number)[]): Promise<unknown> => {
    if (redis.status !== "ready") return undefined;
    return redis.eval(script, 1, key, ...args).catch(() => undefined);
  };
  const stand = async (probeMs: number): Promise<Standing> => {
    const [state, number = 0] = ((await run(ENTER, probeMs)) ?? ["closed"]) as [Standing["state"], number?];
    if (state === "closed") return { state, failures: number };
    return state === "open" ? { state, waitMs: number } : { state };
  };
  return {
    look: () => stand(0),
    enter: () => stand(PROBE_MS),
    async failed(cause, { isTrial }) {
      const { firstMs, longestMs } = pauses;
      const openMs = await run(FAILED, IN_A_ROW, firstMs, longestMs, FORGET_MS, isTrial ? 1 : 0);
      if (!openMs) return false;
      log.warn({ event: "breaker.opened", account, cause, seconds: Number(openMs) / 1_000 });
      return true;
    },
    async answered() {
      if (await run(ANSWERED)) log.info({ event: "breaker.closed", account });
    },
    async retry() {
      await run(RETRY);
    },
  };
}

const NOW = `
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
local function put(field, ms) redis.call('HSET', KEYS[1], field, string.format('%.0f', ms)) end
`;

/** KEYS breaker. ARGV how long a trial may take (ms), 0 to look only. `until` is there while it is open, `trial` while somebody tries. */
const ENTER = `${NOW}
local open, trial, failures = unpack(redis.call('HMGET', KEYS[1], 'until', 'trial', 'failures'))
if not open then return { 'closed', tonumber(failures or 0) } end
if now < tonumber(open) then
  if trial then return { 'tried' } end
  return { 'open', tonumber(open) - now }
end
if ARGV[1] == '0' then return { 'due' } end
put('until', now + ARGV[1])
put('trial', now)
return { 'trial' }`;

/** KEYS breaker. ARGV failures in a row, first and longest pause, when to forget (ms each), 1 for the trial. Answers the pause (ms), 0 for none. */
const FAILED = `${NOW}
local failures = redis.call('HINCRBY', KEYS[1], 'failures', 1)
redis.call('PEXPIRE', KEYS[1], ARGV[4])
local open = redis.call('HEXISTS', KEYS[1], 'until') == 1
if ARGV[5] == '0' and (open or failures < tonumber(ARGV[1])) then return 0 end
local times = redis.call('HINCRBY', KEYS[1], 'times', 1)
local pause = math.min(ARGV[2] * 2 ^ (times - 1), tonumber(ARGV[3]))
put('until', now + pause)
redis.call('HDEL', KEYS[1], 'trial')
return math.floor(pause)`;

/** KEYS breaker. A trial under way is left to decide. */
const RETRY = `${NOW}
local open, trial = unpack(redis.call('HMGET', KEYS[1], 'until', 'trial'))
if open and not trial and now < tonumber(open) then put('until', now) end`;

/** KEYS breaker. Answers 1 when it was open. */
const ANSWERED = `
local open = redis.call('HEXISTS', KEYS[1], 'until')
redis.call('DEL', KEYS[1])
return open`;
