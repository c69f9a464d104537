// The webhook endpoints in Redis, as the API, the command line and the workers change them.
import { join } from "node:path";
import type { RedisClient } from "../redis/client.ts";
import type { Keys } from "../redis/keys.ts";
import { defineScript, runScript } from "../redis/script.ts";
import {
  type Delivery,
  delivery,
  type Endpoint,
  makeEndpointId,
  makeSecret,
  type OffReason,
  readEndpoint,
} from "./endpoint.ts";
import type { Sealer } from "./sealing.ts";

const ADD = defineScript(join(import.meta.dirname, "lua/add-endpoint.lua"), {
  keys: ["hook", "hooks", "events"],
  args: ["id", "now", "url", "wanted", "allowPrivate", "source"],
});
const REMOVE = defineScript(join(import.meta.dirname, "lua/remove-endpoint.lua"), {
  keys: ["hook", "hooks", "secret"],
  args: ["id"],
});
const SWITCH_ON = defineScript(join(import.meta.dirname, "lua/switch-on.lua"), {
  keys: ["events", "hook"],
  args: ["now", "keptMs", "fromNow"],
});
const REPLAY = defineScript(join(import.meta.dirname, "lua/replay.lua"), {
  keys: ["events", "hook"],
  args: ["event", "now"],
});

/** Events are kept so long (`shared/events`). */
const KEPT_MS = 30 * 86_400_000;
/** More endpoints than anybody needs: each is looked at twice a second. */
export const MOST_ENDPOINTS = 100;

export type About = Pick<Endpoint, "url" | "events" | "allowPrivate">;
export type WebhookStore = ReturnType<typeof webhookStore>;
type StoreKeys = Pick<Keys, "hook" | "hooks" | "hookSecret" | "events">;

/** Everything it does throws what Redis throws. `sealer`: of whoever makes secrets. */
export function webhookStore(redis: RedisClient, keys: StoreKeys, sealer?: Pick<Sealer, "seal">) {
  const kept = (id: string, secret: string): string => sealer?.seal(id, secret) ?? secret;

  const find = async (id: string): Promise<Endpoint | undefined> => {
    const fields = await redis.hgetall(keys.hook(id));
    return fields.url === undefined ? undefined : readEndpoint(id, fields);
  };

  const add = async (id: string, { url, events, allowPrivate }: About, source: Endpoint["source"], now: Date) => {
    const added = await runScript(redis, ADD, {
      keys: { hook: keys.hook(id), hooks: keys.hooks, events: keys.events },
      args: {
        ...{ id, now: now.getTime(), url, wanted: JSON.stringify(events) },
        ...{ allowPrivate: allowPrivate ? "1" : "0", source },
      },
    });
    return added === 1;
  };

  return {
    find,

    /** The oldest first. */
    async all(): Promise<Endpoint[]> {
      const ids = await redis.zrange(keys.hooks, "0", "-1");
      const found = await Promise.all(ids.map(find));
      return found.filter((each) => each !== undefined);
    },

    count: () => redis.zcard(keys.hooks),

    /** An endpoint and its secret, which nobody can show again. Its secret is there before anything is delivered. */
    async create(about: About, now: Date): Promise<{ id: string; secret: string }> {
      const id = makeEndpointId();
      const secret = makeSecret();
      await redis.lpush(keys.hookSecret(id), kept(id, secret));
      await add(id, about, "api", now);
      return { id, secret };
    },

    /** One of the configuration file; one that is there stays as it is, but for what the file says. */
    async put(id: string, about: About, now: Date): Promise<void> {
      if (await add(id, about, "file", now)) return;
      const { url, events, allowPrivate } = about;
      const fields = { url, events: JSON.stringify(events), allowPrivate: allowPrivate ? "1" : "0" };
      await redis.hset(keys.hook(id), { ...fields, source: "file" });
    },

    async change(
      id: string,
      { url, events, allowPrivate }: { [F in keyof About]?: About[F] | undefined },
    ): Promise<void> {
      const fields = {
        ...(url !== undefined && { url }),
        ...(events !== undefined && { events: JSON.stringify(events) }),
        ...(allowPrivate !== undefined && { allowPrivate: allowPrivate ? "1" : "0" }),
      };
      if (Object.keys(fields).length > 0) await redis.hset(keys.hook(id), fields);
    },

    async remove(id: string): Promise<boolean> {
      const removed = await runScript(redis, REMOVE, {
        keys: { hook: keys.hook(id), hooks: keys.hooks, secret: keys.hookSecret(id) },
        args: { id },
      });
      return removed === 1;
    },

    /** From where it stopped, or from now on where `fromNow` says so or that is longer ago than events are kept. */
    async switchOn(id: string, now: Date, { fromNow = false } = {}): Promise<void> {
      await runScript(redis, SWITCH_ON, {
        keys: { events: keys.events, hook: keys.hook(id) },
        args: { now: now.getTime(), keptMs: KEPT_MS, fromNow: fromNow ? "1" : "0" },
      });
    },

    async switchOff(id: string, because: OffReason, now: Date): Promise<void> {
      await redis.hset(keys.hook(id), { state: "off", disabledAt: now.getTime(), disabledBecause: because });
    },

    /** Another secret. The one so far signs beside it until then; a third is never kept. */
    async rotate(id: string, oldUntil: Date): Promise<string> {
      const secret = makeSecret();
      await redis
        .multi()
        .hset(keys.hook(id), "oldSecretUntil", oldUntil.getTime())
        .lpush(keys.hookSecret(id), kept(id, secret))
        .ltrim(keys.hookSecret(id), 0, 1)
        .exec();
      return secret;
    },

    /** The log, the newest try first. */
    async deliveries(id: string, { limit, state }: { limit: number; state?: string | undefined }): Promise<Delivery[]> {
      const ids = await redis.zrange(keys.hook(id, "logged"), "0", "-1", "REV");
      if (ids.length === 0) return [];
      const texts = await redis.hmget(keys.hook(id, "log"), ...ids);
      const all = texts.flatMap((text) => (text ? [delivery.parse(JSON.parse(text))] : []));
      return all.filter((each) => state === undefined || each.state === state).slice(0, limit);
    },

    async findDelivery(id: string, event: string): Promise<Delivery | undefined> {
      const text = await redis.hget(keys.hook(id, "log"), event);
      return text ? delivery.parse(JSON.parse(text)) : undefined;
    },

    /** Its subject; undefined where the event is no longer kept. */
    async replay(id: string, event: string, now: Date): Promise<string | undefined> {
      const subject = await runScript(redis, REPLAY, {
        keys: { events: keys.events, hook: keys.hook(id) },
        args: { event, now: now.getTime() },
      });
      return typeof subject === "string" ? subject : undefined;
    },

    /** How many orders or accounts have something that was not delivered, and since when the oldest is due (ms). */
    async waiting(id: string): Promise<{ lanes: number; dueSince: number | null }> {
      const due = keys.hook(id, "due");
      const [lanes, first] = await Promise.all([redis.zcard(due), redis.zrange(due, "0", "0", "WITHSCORES")]);
      return { lanes, dueSince: first[1] === undefined ? null : Number(first[1]) };
    },
  };
}
