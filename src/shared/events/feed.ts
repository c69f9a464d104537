// One page of the feed as a reader wants it: what it costs does not grow with what the reader leaves out.
import type { Scope } from "../authority/scopes.ts";
import type { RedisClient } from "../redis/client.ts";
import type { Keys } from "../redis/keys.ts";
import { isWanted, mayHear, type Wanted } from "./filter.ts";
import { readKeptEvents, type StoredEvent } from "./read.ts";
import type { EventTail } from "./tail.ts";

/** Events that one page looks at, most of them in vain where few are wanted. */
const MOST_READ = 5_000;
const AT_ONCE = 500;

export interface FeedNeeds {
  redis: RedisClient;
  keys: Pick<Keys, "events">;
  /**
   * Where given, its memory may answer, which is behind Redis by one look: for whoever goes on waiting. A first question is
   * answered by Redis, so that it shows what the caller has just done.
   */
  tail?: Pick<EventTail, "read">;
}

export interface FeedPage {
  events: StoredEvent[];
  /** Where the next page goes on, whatever came of this one. */
  cursor: string;
  /** Nothing lies behind the cursor for now. */
  isAll: boolean;
}

/**
 * Up to `limit` events behind `after` (an id, `oldest` or `latest`) that are wanted and that these scopes may hear.
 * Undefined where events behind `after` are not kept any more.
 */
export async function readFeed(
  after: string,
  { limit, scopes, ...wanted }: Wanted & { limit: number; scopes: readonly Scope[] },
  { redis, keys, tail }: FeedNeeds,
): Promise<FeedPage | undefined> {
  const events: StoredEvent[] = [];
  let cursor = after;
  for (let read = 0; read < MOST_READ; read += AT_ONCE) {
    const isNamed = cursor !== "oldest" && cursor !== "latest";
    const page = (isNamed ? tail?.read(cursor) : undefined) ?? (await readKeptEvents(redis, keys, cursor, AT_ONCE));
    if (!page) return undefined;
    for (const event of page.events) {
      if (!isWanted(event, wanted) || !mayHear(event, scopes)) continue;
      events.push(event);
      if (events.length === limit) return { events, cursor: event.id, isAll: false };
    }
    cursor = page.last;
    if (page.isAll) return { events, cursor, isAll: true };
  }
  return { events, cursor, isAll: false };
}
