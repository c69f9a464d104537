// Sessions of console users: a random id that only the browser has, and in Redis its hash with who it is and since when.
import { createHash, randomBytes } from "node:crypto";
import { z } from "zod";
import type { RedisClient } from "../../redis/client.ts";
import type { Keys } from "../../redis/keys.ts";

const ID_BYTES = 32;
/** A browser that somebody signed in with is known so long. */
const DEVICE_SECONDS = 90 * 86_400;

/** How long a session lasts without anybody at it, and at most. */
export interface SessionLimits {
  idleSeconds: number;
  longestSeconds: number;
}

const kept = z.object({
  user: z.string(),
  /** Of the user when it began: another one by now means that the session has ended. */
  stamp: z.string(),
  startedAt: z.coerce.number(),
  seenAt: z.coerce.number(),
});
export type Session = z.infer<typeof kept>;

export type Sessions = ReturnType<typeof sessionStore>;

/** `now` in milliseconds since 1970. */
export function sessionStore(redis: RedisClient, keys: Pick<Keys, "session" | "device">, limits: SessionLimits) {
  const endOf = ({ startedAt, seenAt }: Pick<Session, "startedAt" | "seenAt">): number =>
    Math.min(startedAt + limits.longestSeconds * 1_000, seenAt + limits.idleSeconds * 1_000);

  return {
    /** A new one with an id that nobody had before; the id is known to the answer alone. */
    async begin({ user, stamp }: Pick<Session, "user" | "stamp">, now: number): Promise<string> {
      const id = randomBytes(ID_BYTES).toString("base64url");
      const key = keys.session(hashOf(id));
      const session = { user, stamp, startedAt: now, seenAt: now };
      await redis
        .multi()
        .hset(key, session)
        .pexpire(key, endOf(session) - now)
        .exec();
      return id;
    },

    /** Undefined where it has ended, or never was. */
    async find(id: string, now: number): Promise<Session | undefined> {
      const read = kept.safeParse(await redis.hgetall(keys.session(hashOf(id))));
      return read.success && now < endOf(read.data) ? read.data : undefined;
    },

    /** Somebody is there: the idle time begins anew, the longest does not. */
    async touch(id: string, session: Session, now: number): Promise<void> {
      const key = keys.session(hashOf(id));
      if ((await redis.exists(key)) === 0) return; // ended meanwhile: it must not come back
      await redis
        .multi()
        .hset(key, "seenAt", now)
        .pexpire(key, endOf({ ...session, seenAt: now }) - now)
        .exec();
    },

    async end(id: string): Promise<void> {
      await redis.del(keys.session(hashOf(id)));
    },

    /** Remembers a browser that somebody signed in with, under a random id of its own. */
    async rememberDevice(user: string): Promise<{ id: string; seconds: number }> {
      const id = randomBytes(ID_BYTES).toString("base64url");
      await redis.set(keys.device(hashOf(id)), user, "EX", DEVICE_SECONDS);
      return { id, seconds: DEVICE_SECONDS };
    },

    /** Whether this person has signed in with this browser before. */
    async knowsDevice(id: string, user: string): Promise<boolean> {
      return (await redis.get(keys.device(hashOf(id)))) === user;
    },
  };
}

/**
 * The token that forms and scripts of our pages send back with a change (against requests that other sites forge). It
 * is of no use without the session, and tells nothing of its id.
 */
export function changeToken(sessionId: string): string {
  return createHash("sha256").update(`change token of ${sessionId}`).digest("base64url");
}

/** The ids are random, so a quick hash is enough: whoever reads Redis cannot take a session over. */
function hashOf(id: string): string {
  return createHash("sha256").update(id).digest("base64url");
}
