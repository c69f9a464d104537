// Which mails have gone out, and the bytes of those that have not: one HASH a key, changed by compare-and-set only.
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import type { Cluster, Redis } from "ioredis";
import { z } from "zod";
import type { EventData } from "../../shared/events/event-types.ts";
import { eventsText } from "../../shared/events/write.ts";
import type { Keys } from "../../shared/redis/keys.ts";
import { defineScript, runScript } from "../../shared/redis/script.ts";
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

/**
 * `mine`: send it now, `token` proves the right to say how it ended. `busy`: somebody is at it. `over`: nothing left to
 * send.
 */
export type MailClaim =
  | { kind: "mine"; mail: Mail; token: string }
  | { kind: "busy"; waitSeconds: number }
  | { kind: "over"; mail: Mail };

export type Verdict = "DEFERRED" | "UNKNOWN" | "ACCEPTED" | "REJECTED";

/** A mail whose answer was lost is sent again this often, with the same bytes; then a person looks. */
export const MOST_REPEATS = 2;

/** `redis` may be a single server or a Cluster: all keys lie under one hash tag. */
export interface MailBookOptions {
  redis: Redis | Cluster;
  keys: Pick<Keys, "mail" | "events">;
  /** How long a sender that gives no sign of life keeps a mail to itself. A crash delays a mail by this at most. */
  leaseMs?: number;
  /** After the last attempt (`CERTFLEET_KEEP_MAILS_DAYS`). */
  keepDays?: number;
}

export type MailBook = ReturnType<typeof mailBook>;

const DEFAULT_KEEP_DAYS = 90;

const CLAIM = defineScript(join(import.meta.dirname, "lua/claim-mail.lua"), {
  keys: ["mail"],
  args: ["token", "leaseMs", "keepSeconds", "mostRepeats", "at"],
});

const RENEW = defineScript(join(import.meta.dirname, "lua/renew-mail.lua"), {
  keys: ["mail"],
  args: ["token", "leaseMs"],
});

const SETTLE = defineScript(join(import.meta.dirname, "lua/settle-mail.lua"), {
  keys: ["mail", "stream"],
  args: ["token", "verdict", "lastAnswer", "at", "sent"],
});

export function mailBook({ redis, keys, leaseMs = 60_000, keepDays = DEFAULT_KEEP_DAYS }: MailBookOptions) {
  const keyOf = (key: string) => keys.mail(digestOf(key));

  return {
    leaseMs,

    /** What is known of a mail, for whoever asks later; kept `keepDays` after the last attempt. */
    async find(key: string): Promise<Mail | undefined> {
      const fields = await redis.hgetall(keyOf(key));
      return fields.state === undefined ? undefined : mail.parse(fields);
    },

    /**
     * Takes the right to send. Two workers that ask at once get one `mine`; a mail that is not written down yet needs
     * its draft, without one the answer is undefined. Of two drafts for a key the first stays.
     */
    async claim(key: string, now: Date, draft?: Draft): Promise<MailClaim | undefined> {
      const token = randomUUID();
      const reply = await runScript(redis, CLAIM, {
        keys: { mail: keyOf(key) },
        args: { token, leaseMs, keepSeconds: keepDays * 86_400, mostRepeats: MOST_REPEATS, at: now.toISOString() },
        moreArgs: draft ? Object.entries({ key, ...draft }).flat() : [],
      });
      const answer = claimed.parse(reply);
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
      await runScript(redis, RENEW, { keys: { mail: keyOf(key) }, args: { token, leaseMs } });
    },

    /**
     * Writes down how an attempt ended. A verdict of somebody who lost the mail meanwhile is dropped, unless it is
     * ACCEPTED. `about`: what others hear of a mail that has gone.
     */
    async settle(
      key: string,
      token: string,
      { verdict, answer, about }: { verdict: Verdict; answer: string; about: AboutMail },
      now: Date,
    ): Promise<void> {
      const at = now.toISOString();
      await runScript(redis, SETTLE, {
        keys: { mail: keyOf(key), stream: keys.events },
        args: { token, verdict, lastAnswer: answer, at, sent: sentText(about, at) },
      });
    },
  };
}

/** What a mail is about; never to whom it is. */
export type AboutMail = EventData<"mail.sent">;

function sentText(data: AboutMail, at: string): string {
  const { reference, account } = data;
  const subject = reference ? `certificate/${reference}` : account ? `account/${account}` : "fleet";
  return eventsText([{ type: "mail.sent", at, subject, data }]);
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
