// Mails that will not go out, on their way into the timelines of their orders: `notify` adds them here, since it may not
// read an order, and a worker of orders takes them over.
import { z } from "zod";
import type { RedisClient } from "../../redis/client.ts";
import type { Keys } from "../../redis/keys.ts";

const failedMail = z.object({
  reference: z.string(),
  event: z.enum(["mail.refused", "mail.uncertain"]),
  /** For the timeline: which mail, to whom, and why not. */
  detail: z.string(),
  /** ISO 8601. */
  at: z.string(),
});
export type FailedMail = z.infer<typeof failedMail>;

/** So many stay, should nobody take them over: the newest. */
const MOST = 100_000;

export interface FailedMails {
  add(mail: FailedMail): Promise<void>;
  /**
   * Takes the oldest over, one after the other. A crash in between takes one over again, so `tell` must be able to do
   * so twice. One that it cannot tell stays and keeps nobody behind it.
   * @throws what `tell` threw first, when all were tried
   */
  takeOver(most: number, tell: (mail: FailedMail) => Promise<void>): Promise<number>;
}

export function failedMails(redis: RedisClient, { failedMails: key }: Pick<Keys, "failedMails">): FailedMails {
  return {
    async add(mail) {
      await redis.rpush(key, JSON.stringify(mail));
      await redis.ltrim(key, -MOST, -1);
    },
    async takeOver(most, tell) {
      const waiting = await redis.lrange(key, 0, most - 1);
      const failures: unknown[] = [];
      for (const text of waiting) {
        const mail = failedMail.safeParse(parsed(text));
        try {
          if (mail.success) await tell(mail.data);
          await redis.lrem(key, 1, text);
        } catch (error) {
          failures.push(error);
        }
      }
      if (failures.length > 0) throw failures[0];
      return waiting.length;
    },
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // no other version of ours writes such
  }
}
