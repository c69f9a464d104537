// Reads the events of the fleet in the order in which they were written. An event's id is its place: what comes after it is
// what a reader has not seen.
import { join } from "node:path";
import { z } from "zod";
import type { RedisClient } from "../redis/client.ts";
import type { Keys } from "../redis/keys.ts";
import { defineScript, runScript } from "../redis/script.ts";
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

export interface EventPage {
  events: StoredEvent[];
  /** Where the next page goes on; where nothing came, the place that was read from. */
  last: string;
  /** Nothing lies behind it for now. */
  isAll: boolean;
}

/** In front of the first event. */
export const BEFORE_ALL = "0-0";

const READ = defineScript(join(import.meta.dirname, "lua/read-events.lua"), {
  keys: ["stream"],
  args: ["after", "count"],
});

const TRIM = defineScript(join(import.meta.dirname, "lua/trim-events.lua"), { keys: ["stream"], args: ["days"] });

/** Longer than anybody should be away. The stream's length is bounded where it is written (`lua/tell.lua`). */
export const KEEP_DAYS = 30;

const stored = z.object({
  type: z.enum(eventTypeNames as [EventType, ...EventType[]]),
  at: z.string(),
  subject: z.string(),
  data: z.string(),
});
const entries = z.array(z.tuple([z.string(), z.array(z.string())]));
const reply = z.union([z.tuple([z.literal("gone")]), z.tuple([z.literal("ok"), z.string(), entries])]);

/** At most `count` events behind `after`, oldest first. Events of a later release whose type is not known here are left out. */
export async function readEvents(
  redis: RedisClient,
  keys: Pick<Keys, "events">,
  after: string,
  count: number,
): Promise<EventPage> {
  return pageOf(await redis.xrange(keys.events, `(${after}`, "+", "COUNT", count), after, count);
}

/** The same, where `after` may be `latest`: without a script, for whoever may only read. */
export async function readFrom(
  redis: RedisClient,
  keys: Pick<Keys, "events">,
  after: string,
  count: number,
): Promise<EventPage> {
  if (after !== "latest") return readEvents(redis, keys, after, count);
  const [newest] = await redis.xrevrange(keys.events, "+", "-", "COUNT", 1);
  return { events: [], last: newest?.[0] ?? BEFORE_ALL, isAll: true };
}

/**
 * The same for a reader who must hear what it has missed. `after`: an id, `oldest` or `latest`. Undefined where events
 * behind `after` are not kept any more.
 */
export async function readKeptEvents(
  redis: RedisClient,
  keys: Pick<Keys, "events">,
  after: string,
  count: number,
): Promise<EventPage | undefined> {
  const answer = reply.parse(await runScript(redis, READ, { keys: { stream: keys.events }, args: { after, count } }));
  if (answer[0] === "gone") return undefined;
  const [, from, found] = answer;
  return pageOf(found, from, count);
}

/** Takes away what is older than 30 days, by Redis' clock. Answers how many. */
export async function trimEvents(redis: RedisClient, keys: Pick<Keys, "events">): Promise<number> {
  return Number(await runScript(redis, TRIM, { keys: { stream: keys.events }, args: { days: KEEP_DAYS } }));
}

/** Whether `a` was written before `b`. */
export function isBefore(a: string, b: string): boolean {
  const [[aTime = 0, aNumber = 0], [bTime = 0, bNumber = 0]] = [a, b].map((id) => id.split("-").map(Number)) as [
    number[],
    number[],
  ];
  return aTime < bTime || (aTime === bTime && aNumber < bNumber);
}

function pageOf(found: [string, string[]][], from: string, count: number): EventPage {
  const events = found.flatMap(([id, fields]): StoredEvent[] => {
    const pairs = fields.flatMap((name, i) => (i % 2 === 0 ? [[name, fields[i + 1]] as const] : []));
    const read = stored.safeParse(Object.fromEntries(pairs));
    if (!read.success) return [];
    const { type, at, subject, data } = read.data;
    return [{ id, type, timestamp: at, subject, data: JSON.parse(data) as Record<string, unknown> }];
  });
  return { events, last: found.at(-1)?.[0] ?? from, isAll: found.length < count };
}
