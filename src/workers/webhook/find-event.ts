// One event by its id, as it is delivered: of a later release's types, too, which this one does not know.
import { z } from "zod";
import type { RedisClient } from "../../shared/redis/client.ts";
import type { Keys } from "../../shared/redis/keys.ts";

const stored = z.object({ type: z.string(), at: z.string(), data: z.string(), trace: z.string().optional() });

export interface FoundEvent {
  id: string;
  type: string;
  timestamp: string;
  data: unknown;
  /** The trace in which it was written (W3C `traceparent`). */
  trace?: string | undefined;
}

/** Undefined where it is no longer kept, or cannot be read. */
export async function findEvent(
  redis: RedisClient,
  keys: Pick<Keys, "events">,
  id: string,
): Promise<FoundEvent | undefined> {
  const [entry] = await redis.xrange(keys.events, id, id);
  if (!entry) return undefined;
  const pairs = entry[1].flatMap((name, i) => (i % 2 === 0 ? [[name, entry[1][i + 1]] as const] : []));
  const read = stored.safeParse(Object.fromEntries(pairs));
  if (!read.success) return undefined;
  const { type, at, data, trace } = read.data;
  return { id, type, timestamp: at, data: JSON.parse(data) as unknown, trace };
}
