// Twice a second, in one process of all: puts new events into the lanes of every endpoint, and enqueues the endpoints at
// which something is due. A job that was lost is made again so.
import { type Clock, canBeTurned } from "../../shared/base/clock.ts";
import type { Log } from "../../shared/base/log.ts";
import { oneOfAll, type Repeated, repeat } from "../../shared/process/repeat.ts";
import type { Enqueue } from "../../shared/queue/queues.ts";
import type { RedisClient } from "../../shared/redis/client.ts";
import type { Keys } from "../../shared/redis/keys.ts";
import { callMisdatedLanes, collect } from "./lanes.ts";

const EVERY_MS = 500;
/** Every so many turns it looks for what a clock that was ahead has planned. */
const MISDATED_EVERY = 10;

export interface KeeperNeeds {
  redis: RedisClient;
  keys: Keys;
  enqueue: Enqueue;
  clock: Clock;
  log: Log;
}

export function startWebhookKeeper(needs: KeeperNeeds, everyMs = EVERY_MS): Repeated {
  const { redis, keys, log } = needs;
  let turns = 0;
  const look = async (): Promise<void> => {
    if (turns++ % MISDATED_EVERY === 0 && !canBeTurned(needs.clock)) await callMisdated(needs);
    await lookAfter(needs);
  };
  const turn = oneOfAll(look, { redis, key: keys.sweeper("webhook"), everyMs });
  return repeat(turn, everyMs, (err) => log.warn({ event: "sweep.failed", queue: "webhook", err }));
}

async function callMisdated({ redis, keys, clock }: KeeperNeeds): Promise<void> {
  for (const id of await redis.zrange(keys.hooks, "0", "-1")) await callMisdatedLanes(id, clock.now(), { redis, keys });
}

/** One look at all endpoints. May run in several processes at once: each step is one script. */
export async function lookAfter({ redis, keys, enqueue, clock }: KeeperNeeds): Promise<void> {
  const [newest, ids] = await Promise.all([
    redis.xrevrange(keys.events, "+", "-", "COUNT", 1),
    redis.zrange(keys.hooks, "0", "-1"),
  ]);
  const last = newest[0]?.[0];
  for (const id of ids) {
    const [state, cursor] = await redis.hmget(keys.hook(id), "state", "cursor");
    if (state !== "on") continue;
    if (last !== undefined && cursor !== last) await collect(id, clock.now(), { redis, keys });
    if (await isDue(id, { redis, keys, clock })) await enqueue("webhook", { endpoint: id });
  }
}

/** Of an endpoint that fails nothing is due before its pause is over, and then whatever waits. */
async function isDue(id: string, { redis, keys, clock }: Pick<KeeperNeeds, "redis" | "keys" | "clock">) {
  const now = clock.now().getTime();
  const [[sick, notBefore, hold], first] = await Promise.all([
    redis.hmget(keys.hook(id), "sick", "notBefore", "hold"),
    redis.zrange(keys.hook(id, "due"), "0", "0", "WITHSCORES"),
  ]);
  if (first[1] === undefined || Math.max(Number(notBefore ?? 0), Number(hold ?? 0)) > now) return false;
  return Boolean(sick) || Number(first[1]) <= now;
}
