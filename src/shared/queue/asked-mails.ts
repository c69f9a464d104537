// The mails that were asked for and have not ended, each as it was asked for. Jobs are only a courtesy of the queue: a
// queue that was emptied loses none of these, for the `notify` worker asks for them again under the same key.

import { createHash } from "node:crypto";
import { readShare, type Share, shareText } from "../authority/share.ts";
import { type Clock, systemClock } from "../base/clock.ts";
import type { RedisClient } from "../redis/client.ts";
import type { Keys } from "../redis/keys.ts";
import { scrub } from "./secrets/scrub.ts";

/** A mail without a job for so long has lost it; its own job is put in within milliseconds. */
const LOOK_AFTER_MS = 30_000;
/** Nobody waits any more for a mail that was asked for so long ago and never went out. */
const KEPT_MS = 30 * 86_400_000;

export type AskedMails = ReturnType<typeof askedMails>;

/** What is kept of a mail: its job's data, the newest job that was made of it, and whose work it is where that was said. */
export interface AskedMail {
  data: object;
  job: string | null;
  share: Share | undefined;
}

type AskedKeys = Pick<Keys, "askedMail" | "askedMails">;

/** `clock`: the real one. */
export function askedMails(redis: RedisClient, keys: AskedKeys, clock: Clock = systemClock) {
  const keyOf = (mail: string): string => keys.askedMail(createHash("sha256").update(mail).digest("hex").slice(0, 32));
  const later = (): number => clock.now().getTime() + LOOK_AFTER_MS;

  return {
    /**
     * Before the job is made: a crash in between has the mail asked for again, and the mail book sends it once. Of two
     * with one key the first stays, as in the mail book.
     */
    async note(
      data: { key: string },
      { job, share }: { job?: string | undefined; share?: Share | undefined } = {},
    ): Promise<void> {
      const at = keyOf(data.key);
      const noting = redis
        .multi()
        .hsetnx(at, "data", JSON.stringify(scrub(data).value))
        .zadd(keys.askedMails, "NX", later(), data.key)
        .pexpire(at, KEPT_MS);
      if (share) noting.hsetnx(at, "share", shareText(share));
      if (job !== undefined) noting.hset(at, "job", job);
      await finished(noting.exec());
    },

    async hasJob(mail: string, job: string): Promise<void> {
      await redis.hset(keyOf(mail), "job", job);
    },

    /** It is sent, or refused for good. A crash before this has it asked for once more, which sends nothing. */
    async end(mail: string): Promise<void> {
      await finished(redis.multi().del(keyOf(mail)).zrem(keys.askedMails, mail).exec());
    },

    /** Those to be looked for now, the longest unseen first. */
    dueNow(most: number): Promise<string[]> {
      const now = clock.now().getTime();
      return redis.zrange(keys.askedMails, "-inf", `${now}`, "BYSCORE", "LIMIT", 0, most);
    },

    async find(mail: string): Promise<AskedMail | undefined> {
      const [data, job, share] = await redis.hmget(keyOf(mail), "data", "job", "share");
      return data ? { data: JSON.parse(data) as object, job: job ?? null, share: readShare(share) } : undefined;
    },

    /** Which mails of an order have not ended, by their templates. Their keys begin with its reference. */
    async templatesOf(reference: string): Promise<string[]> {
      const found = new Set<string>();
      const ours = `${reference.replace(/[\\*?[\]]/g, "\\$&")}:*`;
      let cursor = "0";
      do {
        const [next, entries] = await redis.zscan(keys.askedMails, cursor, "MATCH", ours, "COUNT", 1_000);
        for (let i = 0; i < entries.length; i += 2) found.add(entries[i] ?? "");
        cursor = next;
      } while (cursor !== "0");
      const mails = await Promise.all([...found].map((mail) => this.find(mail)));
      return mails.flatMap((mail) => (mail?.data as { template?: string } | undefined)?.template ?? []).sort();
    },

    async lookLater(mail: string): Promise<void> {
      await redis.zadd(keys.askedMails, "XX", later(), mail);
    },
  };
}

/** ioredis answers the faults of a transaction's commands instead of throwing them. */
async function finished(answers: Promise<[Error | null, unknown][] | null>): Promise<void> {
  for (const [error] of (await answers) ?? []) if (error) throw error;
}
