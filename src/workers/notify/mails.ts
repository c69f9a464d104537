// Which mails have gone out, and the bytes of those that have not: one HASH a key, changed by compare-and-set only.
import { randomUUID } from "node:crypto";
import type { Cluster, Redis } from "ioredis";
import { z } from "zod";
import type { Keys } from "../../shared/redis/keys.ts";
import { digestOf } from "./compose.ts";

/** A mail as it is first written down. What is repeated later is this, byte for byte. */
export interface Draft {
  template: string;
  /** The one recipient of the envelope. */
  to: string;
  messageId: string;
  /** First attempt, RFC 3339 UTC; also the Date header. */
  date: string;
  raw: string;
}

const mail = z.object({
  /** UNKNOWN: it left us and no answer came. DEFERRED: the relay said later, or could not be reached. */
  state: z.enum(["SENDING", "DEFERRED", "UNKNOWN", "ACCEPTED", "REJECTED"]),
  key: z.string(),
  template: z.string(),
  to: z.string(),
  messageId: z.string(),
  date: z.iso.datetime(),
  /** Empty once the mail is ACCEPTED or REJECTED: nothing is repeated then, and letters are personal. */
  raw: z.string().default(""),
  attempts: z.coerce.number().int(),
  /** Attempts of which nobody knows how they ended. */
  lost: z.coerce.number().int(),
  /** What the relay said last, or why there was no answer. */
  lastAnswer: z.string().default(""),
  /** When the state was written, RFC 3339 UTC. */
  at: z.iso.datetime(),
});
export type Mail = z.infer<typeof mail>;

/** `mine`: send it now, `token` proves the right to say how it ended. `busy`: somebody is at it. `over`: nothing left to send. */
export type Claim =
  | { kind: "mine"; mail: Mail; token: string }
  | { kind: "busy"; waitSeconds: number }
  | { kind: "over"; mail: Mail };

export type Verdict = "DEFERRED" | "UNKNOWN" | "ACCEPTED" | "REJECTED";

/** A mail whose answer was lost is sent again this often, with the same bytes; then a person looks. */
export const MOST_REPEATS = 2;

/** `redis` may be a single server or a Cluster: each script touches one key. */
export interface MailBookOptions {
  redis: Redis | Cluster;
  keys: Pick<Keys, "mail">;
  /** How long a sender that gives no sign of life keeps a mail to itself. A crash delays a mail by this at most. */
  leaseMs?: number;
}

export type MailBook = ReturnType<typeof mailBook>;

const KEEP_SECONDS = 90 * 86_400;

// Time is Redis' own (TIME): the leases of two machines with different clocks still agree.
const NOW = "local t = redis.call('TIME'); local now = t[1] * 1000 + math.floor(t[2] / 1000)";

/**
 * KEYS mail. ARGV token, lease ms, keep seconds, most repeats, at, then the draft as field, value … or nothing.
 * Answers {absent}, {busy, ms left}, {over, fields} or {mine, fields}. A lease that ran out is an answer that was lost.
 */
const CLAIM = `${NOW}
local state = redis.call('HGET', KEYS[1], 'state')
if not state then
  if #ARGV == 5 then return {'absent'} end
  redis.call('HSET', KEYS[1], 'lost', 0, unpack(ARGV, 6))
elseif state == 'ACCEPTED' or state == 'REJECTED' then
  return {'over', redis.call('HGETALL', KEYS[1])}
elseif state == 'SENDING' then
  local left = tonumber(redis.call('HGET', KEYS[1], 'leaseUntil')) - now
  if left > 0 then return {'busy', left} end
  redis.call('HINCRBY', KEYS[1], 'lost', 1)
  redis.call('HSET', KEYS[1], 'state', 'UNKNOWN', 'lastAnswer', 'the sender died')
end
if tonumber(redis.call('HGET', KEYS[1], 'lost')) > tonumber(ARGV[4]) then
  return {'over', redis.call('HGETALL', KEYS[1])}
end
redis.call('HINCRBY', KEYS[1], 'attempts', 1)
redis.call('HSET', KEYS[1], 'state', 'SENDING', 'token', ARGV[1], 'leaseUntil', now + ARGV[2], 'at', ARGV[5])
redis.call('EXPIRE', KEYS[1], ARGV[3])
return {'mine', redis.call('HGETALL', KEYS[1])}`;

/** KEYS mail. ARGV token, lease ms. Answers 1, or 0 when the mail is no longer ours. */
const RENEW = `${NOW}
if redis.call('HGET', KEYS[1], 'token') ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[1], 'leaseUntil', now + ARGV[2])
return 1`;

/**
 * KEYS mail. ARGV token, verdict, answer, at. Answers 1, or 0 when the mail is no longer ours to judge.
 * ACCEPTED is a fact whoever saw it, so it is written without the token and never overwritten.
 */
const SETTLE = `
local state = redis.call('HGET', KEYS[1], 'state')
if not state or state == 'ACCEPTED' then return 0 end
if redis.call('HGET', KEYS[1], 'token') ~= ARGV[1] and ARGV[2] ~= 'ACCEPTED' then return 0 end
redis.call('HSET', KEYS[1], 'state', ARGV[2], 'lastAnswer', ARGV[3], 'at', ARGV[4])
redis.call('HDEL', KEYS[1], 'token', 'leaseUntil')
if ARGV[2] == 'UNKNOWN' then redis.call('HINCRBY', KEYS[1], 'lost', 1) end
if ARGV[2] == 'ACCEPTED' or ARGV[2] == 'REJECTED' then redis.call('HDEL', KEYS[1], 'raw') end
return 1`;

export function mailBook({ redis, keys, leaseMs = 60_000 }: MailBookOptions) {
  const keyOf = (key: string) => keys.mail(digestOf(key));

  return {
    leaseMs,

    /** What is known of a mail, for whoever asks later; kept 90 days after the last attempt. */
    async find(key: string): Promise<Mail | undefined> {
      const fields = await redis.hgetall(keyOf(key));
      return fields.state === undefined ? undefined : mail.parse(fields);
    },

    /**
     * Takes the right to send. Two workers that ask at once get one `mine`; a mail that is not written down yet needs
     * its draft, without one the answer is undefined. Of two drafts for a key the first stays.
     */
    async claim(key: string, now: Date, draft?: Draft): Promise<Claim | undefined> {
      const token = randomUUID();
      const written = draft ? Object.entries({ key, ...draft }).flat() : [];
      const args = [token, leaseMs, KEEP_SECONDS, MOST_REPEATS, now.toISOString(), ...written];
      const answer = claimed.parse(await redis.eval(CLAIM, 1, keyOf(key), ...args));
      switch (answer[0]) {
        case "absent":
          return undefined;
        case "busy":
          return { kind: "busy", waitSeconds: Math.ceil(answer[1] / 1000) };
        case "over":
          return { kind: "over", mail: answer[1] };
        case "mine":
          return { kind: "mine", mail: answer[1], token };
      }
    },

    /** Says that the sender still lives; to be called well within `leaseMs`. */
    async renew(key: string, token: string): Promise<void> {
      await redis.eval(RENEW, 1, keyOf(key), token, leaseMs);
    },

    /** Writes down how an attempt ended. A verdict of somebody who lost the mail meanwhile is dropped, unless it is ACCEPTED. */
    async settle(key: string, token: string, verdict: Verdict, answer: string, now: Date): Promise<void> {
      await redis.eval(SETTLE, 1, keyOf(key), token, verdict, answer, now.toISOString());
    },
  };
}

/** Lua has no maps: HGETALL inside a script answers field, value, field, value … */
const fields = z
  .array(z.string())
  .transform((flat) => mail.parse(Object.fromEntries(flat.flatMap((it, i) => (i % 2 ? [] : [[it, flat[i + 1]]])))));

const claimed = z.union([
  z.tuple([z.literal("absent")]),
  z.tuple([z.literal("busy"), z.number()]),
  z.tuple([z.enum(["over", "mine"]), fields]),
]);
