// What happened while the years went by, told as it comes: each certificate with its reason, each mail with its kind.

import { daysBetween, utcDate } from "../../shared/base/dates.ts";
import type { RedisClient } from "../../shared/redis/client.ts";
import type { Keys } from "../../shared/redis/keys.ts";
import type { Books } from "../enom/books/books.ts";
import type { MailCatcher } from "../mail/catcher.ts";
import type { CaughtMail } from "../mail/caught-mail.ts";
import { certificatesIn, type Held } from "./coverage.ts";

export interface News {
  at: Date;
  kind: "certificate" | "mail";
  text: string;
}

export interface Chronicle {
  /** What is new since it was last asked, oldest first. */
  news(): Promise<News[]>;
  certificates(): readonly Held[];
  /** How many mails came, by template. */
  mails(): ReadonlyMap<string, number>;
}

interface Witnesses {
  books: Books;
  mail: Pick<MailCatcher, "mails">;
  redis: RedisClient;
  keys: Keys;
}

export function chronicleOf({ books, mail, redis, keys }: Witnesses): Chronicle {
  let held: Held[] = [];
  let lastMail = 0;
  const kinds = new Map<string, number>();

  /** The fleet keeps each mail under the first part of its Message-ID. */
  async function templateOf({ messageId = "" }: CaughtMail): Promise<string> {
    const digest = /^<?([^@>]+)@/.exec(messageId)?.[1] ?? "";
    return (await redis.hget(keys.mail(digest), "template")) ?? "unknown";
  }

  return {
    certificates: () => held,
    mails: () => kinds,
    async news() {
      const known = new Set(held.map(({ serialNumber }) => serialNumber));
      held = certificatesIn(books);
      const told = held.flatMap((each, i) => (known.has(each.serialNumber) ? [] : [aboutCertificate(each, i, held)]));
      for (const each of mail.mails().filter(({ id }) => id > lastMail)) {
        const template = await templateOf(each);
        lastMail = each.id;
        kinds.set(template, (kinds.get(template) ?? 0) + 1);
        const text = `mail to ${each.envelope.to.join(", ")}: ${each.subject ?? ""}`;
        told.push({ at: each.receivedAt, kind: "mail", text });
      }
      return told.sort((a, b) => a.at.getTime() - b.at.getTime());
    },
  };
}

function aboutCertificate(held: Held, index: number, all: readonly Held[]): News {
  const { certId, issuedAt, endsAt, isFirst, byOwner } = held;
  const last = all[index - 1];
  const left = last ? ` ${calendarDays(issuedAt, last.endsAt)} days before ${index} ends` : "";
  const why = isFirst ? `bought${left} (CertID ${certId})` : `reissued${left}`;
  const who = byOwner ? ", the owner approved" : "";
  const text = `certificate ${index + 1} until ${utcDate(endsAt)}: ${why}${who}`;
  return { at: issuedAt, kind: "certificate", text };
}

function calendarDays(from: Date, to: Date): number {
  return daysBetween(new Date(utcDate(from)), new Date(utcDate(to)));
}
