// Gives what waits in a queue its place, a few times a second, one process of the queue's at a time: whoever has many jobs
// waiting does not stand before others. A courtesy: whatever becomes of it, every job is still in the queue.

import { randomUUID } from "node:crypto";
import { z } from "zod";
import type { Clock } from "../../shared/base/clock.ts";
import type { Log } from "../../shared/base/log.ts";
import { type Repeated, repeat, takeTurn } from "../../shared/process/repeat.ts";
import type { Queues } from "../../shared/queue/queues.ts";
import { isFromOutside, type KnownJobs, NO_PLACE, readWaiting, type SharedQueue } from "../../shared/queue/waiting.ts";
import type { RedisClient } from "../../shared/redis/client.ts";
import type { Keys } from "../../shared/redis/keys.ts";
import { type Chosen, inFairOrder, NO_TURNS, type Turns, type Waiting, withTurn } from "./order.ts";
import { numbered } from "./places.ts";

export interface ArrangerNeeds {
  redis: RedisClient;
  keys: Keys;
  queues: Pick<Queues, "all" | "place">;
  clock: Clock;
  log: Log;
}

const EVERY_MS = 300;
/** More than workers begin until the next time. */
const PLACES = 32;
/** A line takes a while to read (20,000 jobs about 100 ms): the process has other work, too. */
const REST = 3;
/** Of a long one, whose places are of little use to each of them, nine tenths of the time are for other work. */
const LONG = 5_000;
const LONG_REST = 9;
const LONGEST_REST_MS = 1_000;
/** A process that arranges no more is followed by another one after so long. */
const MINE_MS = 3_000;
/** Nobody remembers for longer whose turn it was. */
const KEPT_SECONDS = 3_600;
/** Places are given to so many at once. */
const AT_ONCE = 500;

const level = z.object({ round: z.number(), next: z.record(z.string(), z.number()) });
const kept = z.object({
  turns: z.object({ count: z.number(), keys: level, customers: z.record(z.string(), level) }),
  /** Who was given a place the last time: whoever has left it since was begun. */
  placed: z.array(z.object({ id: z.string(), by: z.string(), of: z.string(), byAge: z.boolean(), place: z.number() })),
});
type Kept = z.infer<typeof kept>;

/** Answers how many were given another place than they had. */
export async function arrange(name: SharedQueue, needs: ArrangerNeeds, known: KnownJobs = new Map()): Promise<number> {
  const { redis, keys, queues, clock } = needs;
  const waiting = await readWaiting(name, { redis, keys, queue: queues.all[name], now: clock.now(), known });
  const before = await readKept(redis, keys.fair(name));
  // One alone needs no place: a worker takes it at once.
  if (waiting.length < 2 && before.placed.length === 0) return 0;
  const now = new Map(waiting.map((each) => [each.id, each.priority]));
  const begun = before.placed.filter(({ id, place }) => now.get(id) !== place);
  const turns = begun.reduce((at, { by, of, byAge }) => withTurn(at, { share: { by, of }, byAge }), before.turns);
  const next = nextOf(waiting, turns);
  const places = numbered(next.map(({ priority }) => priority));
  const wanted = new Map(next.map(({ id }, i) => [id, places[i] ?? NO_PLACE]));
  const moved = waiting.flatMap(({ id, priority }) => {
    const place = wanted.get(id) ?? NO_PLACE;
    return place === priority ? [] : [{ id, place }];
  });
  for (let from = 0; from < moved.length; from += AT_ONCE)
    await Promise.all(moved.slice(from, from + AT_ONCE).map(({ id, place }) => queues.place(name, id, place)));
  const placed = next.map(({ id, share, byAge }) => ({ id, ...share, byAge, place: wanted.get(id) ?? NO_PLACE }));
  if (begun.length > 0 || moved.length > 0)
    await redis.set(keys.fair(name), JSON.stringify({ turns, placed } satisfies Kept), "EX", KEPT_SECONDS);
  return moved.length;
}

/** Our own mails first; of those that others ask for, whoever has room behind them. */
function nextOf<W extends Waiting>(waiting: readonly W[], turns: Turns): Chosen<W>[] {
  const own = inFairOrder(
    waiting.filter(({ share }) => !isFromOutside(share)),
    turns,
    PLACES,
  );
  const others = waiting.filter(({ share }) => isFromOutside(share));
  return [...own, ...inFairOrder(others, turns, PLACES - own.length)];
}

async function readKept(redis: RedisClient, key: string): Promise<Kept> {
  const text = await redis.get(key);
  const nothing = { turns: NO_TURNS, placed: [] };
  if (text === null) return nothing;
  try {
    return kept.parse(JSON.parse(text));
  } catch {
    return nothing; // what another version wrote is forgotten: turns begin anew
  }
}

/** Arranges as long as there is a worker of the queue here. */
export function startArranger(name: SharedQueue, needs: ArrangerNeeds, everyMs = EVERY_MS): Repeated {
  const { redis, keys, log } = needs;
  const me = randomUUID();
  const known: KnownJobs = new Map();
  let restsUntil = 0;
  const isMine = async (): Promise<boolean> => {
    if (await takeTurn(redis, { key: keys.arranger(name), who: me, ms: MINE_MS })) return true;
    return (await redis.get(keys.arranger(name))) === me && (await redis.pexpire(keys.arranger(name), MINE_MS)) === 1;
  };
  const tick = async (): Promise<void> => {
    const began = performance.now();
    if (began < restsUntil || redis.status !== "ready" || !(await isMine())) return;
    await arrange(name, needs, known);
    const now = performance.now();
    const rest = known.size < LONG ? REST : LONG_REST;
    restsUntil = now + Math.min((now - began) * rest, LONGEST_REST_MS);
  };
  return repeat(tick, everyMs, (err) => log.warn({ event: "arranger.failed", queue: name, err }));
}
