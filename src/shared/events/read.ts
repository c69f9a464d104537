// Reads the events of the fleet in the order in which they were written. An event's id is its place: what comes after it is
// what a reader has not seen.
import { z } from "zod";
import type { RedisClient } from "../redis/client.ts";
import type { Keys } from "../redis/keys.ts";
import { type EventType, eventTypeNames } from "./event-types.ts";

/** An event as others get it. `data` is as its type says (`event-types.ts`). */
export interface FleetEvent {
  id: string;
  type: EventType;
  /** RFC 3339 UTC. */
  timestamp: string;
  data: Record<string, unknown>;
}

export interface StoredEvent extends FleetEvent {
  subject: string;
}

/** In front of the first event. */
export const BEFORE_ALL = "0-0";

const stored = z.object({
  type: z.enum(eventTypeNames as [EventType, ...EventType[]]),
  at: z.string(),
  subject: z.string(),
  data: z.string(),
});

/** At most `count` events behind `after`, oldest first. Events of a later release whose type is not known here are left out. */
export async function readEvents(redis: RedisClient, keys: Pick<Keys, "events">, after: string, count: number) {
  const entries = await redis.xrange(keys.events, `(${after}`, "+", "COUNT", count);
  const last = entries.at(-1)?.[0] ?? after;
  const events = entries.flatMap(([id, fields]): StoredEvent[] => {
    const pairs = fields.flatMap((name, i) => (i % 2 === 0 ? [[name, fields[i + 1]] as const] : []));
    const read = stored.safeParse(Object.fromEntries(pairs));
    if (!read.success) return [];
    const { type, at, subject, data } = read.data;
    return [{ id, type, timestamp: at, subject, data: JSON.parse(data) as Record<string, unknown> }];
  });
  return { events, last, isAll: entries.length < count };
}
