// Whether mails go out at all: what the mail server put off in a row, from the first one to the next that it took.

import { z } from "zod";
import type { RedisClient } from "../redis/client.ts";
import type { Keys } from "../redis/keys.ts";

/** One mail that is put off concerns its recipient (greylisting); so many in a row concern every mail. */
const IN_A_ROW = 3;
/** A fleet that writes no mail for so long knows nothing about its mail server. */
const KEPT_SECONDS = 7 * 86_400;

const kept = z.object({
  since: z.string(),
  answer: z.string(),
  count: z.coerce.number(),
  isWhole: z.string().optional(),
});

export interface WaitingMails {
  /** The first that was put off. */
  since: string;
  /** What the mail server said last, or why it cannot be reached. */
  answer: string;
  /** Tries in a row. */
  count: number;
}

/** What the `notify` worker notes. */
export interface MailTraffic {
  /** The mail server took a mail, or looked at its recipient and refused that one: it works. */
  gone(): Promise<void>;
  /** A mail was put off. `isWhole`: not for what is in it or for its recipient, but as the next one would be. */
  putOff(about: { answer: string; isWhole: boolean; at: Date }): Promise<void>;
}

export function mailTraffic(redis: RedisClient, { mailing: key }: Pick<Keys, "mailing">): MailTraffic {
  return {
    async gone() {
      await redis.del(key);
    },
    async putOff({ answer, isWhole, at }) {
      await redis.hsetnx(key, "since", at.toISOString());
      await redis.hset(key, { answer: answer.slice(0, 500), ...(isWhole && { isWhole: "1" }) });
      await redis.hincrby(key, "count", 1);
      await redis.expire(key, KEPT_SECONDS);
    },
  };
}

/** Undefined while mails go out, as far as anybody knows. */
export async function findWaitingMails({
  redis,
  keys,
}: {
  redis: RedisClient;
  keys: Pick<Keys, "mailing">;
}): Promise<WaitingMails | undefined> {
  const read = kept.safeParse(await redis.hgetall(keys.mailing));
  if (!read.success) return undefined; // nothing was put off, or the first note is being written just now
  const { since, answer, count, isWhole } = read.data;
  return isWhole || count >= IN_A_ROW ? { since, answer, count } : undefined;
}
