// The API keys that `certfleet key` makes, in Redis: of each secret only its hash. Every request asks here, so that a
// key is known, rotated and revoked at once at every gateway.
import { join } from "node:path";
import { z } from "zod";
import { Unavailable } from "../../base/errors.ts";
import type { RedisClient } from "../../redis/client.ts";
import type { Keys } from "../../redis/keys.ts";
import { defineScript, runScript } from "../../redis/script.ts";
import { type Actor, actorText } from "../actor.ts";
import { type KeptKey, type KeyTerms, keptKey } from "./key.ts";
import { hashOf, makeSecret } from "./secret.ts";

const ADD = defineScript(join(import.meta.dirname, "lua/add-key.lua"), {
  keys: ["ids", "secret"],
  args: ["id", "sha256", "key"],
});

const ROTATE = defineScript(join(import.meta.dirname, "lua/rotate-key.lua"), {
  keys: ["ids", "current", "fresh", "older"],
  args: ["id", "currentHash", "freshHash", "key", "overlapMs"],
});

const REVOKE = defineScript(join(import.meta.dirname, "lua/revoke-key.lua"), {
  keys: ["ids", "revoked", "current", "older"],
  args: ["id", "currentHash", "key"],
});

/** A last use is written down at most so often. */
const USE_MS = 60_000;

const use = z.object({ at: z.string(), from: z.string().nullable() });
export type KeyUse = z.infer<typeof use>;
export type ListedKey = KeptKey & { lastUse: KeyUse | null };

export type KeyStore = ReturnType<typeof keyStore>;

/** Everything it does throws what Redis throws. */
export function keyStore(redis: RedisClient, keys: Keys) {
  const names = keys.apiKey;
  const noted = new Map<string, number>();

  /** The live one with this name. */
  const get = async (id: string): Promise<KeptKey | undefined> => {
    const sha256 = await redis.hget(names.ids, id);
    return sha256 === null ? undefined : find(sha256);
  };

  /** By the hash of a secret in force; of one that was rotated as long as it still opens. */
  const find = async (sha256: string): Promise<KeptKey | undefined> => {
    const text = await redis.get(names.secret(sha256));
    return text === null ? undefined : keptKey.parse(JSON.parse(text));
  };

  /** By name: a key may be called `constructor`, which every object has a value for. */
  const readUses = async (): Promise<ReadonlyMap<string, KeyUse>> => {
    const uses = Object.entries(await redis.hgetall(names.used));
    return new Map(uses.map(([id, text]) => [id, use.parse(JSON.parse(text))]));
  };

  return {
    get,
    find,

    /** The key and its secret, which nobody can show again; undefined where a live key has this name. */
    async create(
      id: string,
      terms: KeyTerms,
      { by, now }: { by: Actor; now: Date },
    ): Promise<{ key: KeptKey; secret: string } | undefined> {
      const secret = makeSecret();
      const sha256 = hashOf(secret);
      const key: KeptKey = { ...terms, id, sha256, createdAt: now.toISOString(), createdBy: actorText(by) };
      const added = await runScript(redis, ADD, {
        keys: { ids: names.ids, secret: names.secret(sha256) },
        args: { id, sha256, key: JSON.stringify(key) },
      });
      return added === 1 ? { key, secret } : undefined;
    },

    /**
     * A new secret; the one so far opens for `overlapMs` more. Undefined where there is no live key of this name.
     * @throws Unavailable when somebody else changed it meanwhile
     */
    async rotate(
      id: string,
      { overlapMs, now }: { overlapMs: number; now: Date },
    ): Promise<{ key: KeptKey; secret: string } | undefined> {
      const before = await get(id);
      if (!before) return undefined;
      const secret = makeSecret();
      const sha256 = hashOf(secret);
      const until = new Date(now.getTime() + overlapMs).toISOString();
      const key: KeptKey = {
        ...{ ...before, sha256, rotatedAt: now.toISOString() },
        before: overlapMs > 0 ? { sha256: before.sha256, until } : null,
      };
      const done = await runScript(redis, ROTATE, {
        keys: {
          ids: names.ids,
          current: names.secret(before.sha256),
          fresh: names.secret(sha256),
          older: names.secret(before.before?.sha256 ?? "none"),
        },
        args: { id, currentHash: before.sha256, freshHash: sha256, key: JSON.stringify(key), overlapMs },
      });
      if (done !== 1) throw changedMeanwhile(id);
      return { key, secret };
    },

    /** Nothing opens with it from now on. Undefined where there is no live key of this name. @throws Unavailable as `rotate` */
    async revoke(id: string, { by, now }: { by: Actor; now: Date }): Promise<KeptKey | undefined> {
      const before = await get(id);
      if (!before) return undefined;
      const key: KeptKey = { ...before, before: null, revokedAt: now.toISOString(), revokedBy: actorText(by) };
      const done = await runScript(redis, REVOKE, {
        keys: {
          ids: names.ids,
          revoked: names.revoked,
          current: names.secret(before.sha256),
          older: names.secret(before.before?.sha256 ?? "none"),
        },
        args: { id, currentHash: before.sha256, key: JSON.stringify(key) },
      });
      if (done !== 1) throw changedMeanwhile(id);
      return key;
    },

    /** By their names; with `all` also those that were revoked. Of a name that was used twice the live one is shown. */
    async list({ all = false } = {}): Promise<ListedKey[]> {
      const [live, revoked, uses] = await Promise.all([
        redis.hvals(names.ids),
        all ? redis.hvals(names.revoked) : [],
        readUses(),
      ]);
      const found = (await Promise.all(live.map(find))).flatMap((key) => key ?? []);
      const isLive = new Set(found.map(({ id }) => id));
      const over = revoked.map((text) => keptKey.parse(JSON.parse(text))).filter(({ id }) => !isLive.has(id));
      return [...found, ...over]
        .map((key) => ({ ...key, lastUse: uses.get(key.id) ?? null }))
        .sort((a, b) => (a.id < b.id ? -1 : 1));
    },

    /** Notes that a key was used, at most once a minute. Also of keys that do not stand in Redis. */
    async note(id: string, seen: { now: Date; from: string | null }): Promise<void> {
      const at = seen.now.getTime();
      if (Math.abs(at - (noted.get(id) ?? Number.NEGATIVE_INFINITY)) < USE_MS) return;
      noted.set(id, at);
      await redis.hset(
        names.used,
        id,
        JSON.stringify({ at: seen.now.toISOString(), from: seen.from } satisfies KeyUse),
      );
    },

    /** When and from where keys were used last, by their names. */
    uses: readUses,
  };
}

/** Whether `certfleet key create` made any that is not revoked. @throws what Redis throws */
export async function anyKeys(redis: RedisClient, keys: Keys): Promise<boolean> {
  return (await redis.hlen(keys.apiKey.ids)) > 0;
}

function changedMeanwhile(id: string): Unavailable {
  return new Unavailable(`Somebody else changed the API key ${id} at the same time. Look at key list, and try again.`);
}
