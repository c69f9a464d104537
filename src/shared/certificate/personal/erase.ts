// Takes a person out of the orders that name it, as far as nothing is owed, and says what stays and why.
import { join } from "node:path";
import { shareOf, shareText } from "../../authority/share.ts";
import { eventsText } from "../../events/write.ts";
import { forgetAnswersOf } from "../../gateway/kept-answers.ts";
import type { RedisClient } from "../../redis/client.ts";
import type { Keys } from "../../redis/keys.ts";
import { defineScript, runScript } from "../../redis/script.ts";
import type { Certificate } from "../certificate.ts";
import type { CertificateStore } from "../store.ts";
import { certificateData } from "../told-events.ts";
import { withoutPerson } from "./erased.ts";
import { type Part, partsOf, whyKept } from "./named.ts";

const ERASE = defineScript(join(import.meta.dirname, "lua/erase.lua"), {
  keys: ["certificate", "erased", "updated", "stream"],
  args: ["reference", "version", "order", "record", "correction", "share", "at", "events"],
});

const BATCH = 200;

export interface PersonalNeeds {
  redis: RedisClient;
  keys: Keys;
  certificates: Pick<CertificateStore, "find">;
}

export interface Named {
  certificate: Certificate;
  parts: Part[];
}

/** Every order that names the address. Reads all orders, a batch at a time: some seconds for 100,000. */
export async function* findNamed(email: string, { redis, keys, certificates }: PersonalNeeds): AsyncGenerator<Named> {
  for (let from = 0; ; from += BATCH) {
    const references = await redis.zrange(keys.byAcceptance, `${from}`, `${from + BATCH - 1}`);
    if (references.length === 0) return;
    const read = await Promise.all(references.map((reference) => certificates.find(reference)));
    for (const certificate of read) {
      const parts = certificate ? partsOf(email, certificate) : [];
      if (certificate && parts.length > 0) yield { certificate, parts };
    }
  }
}

/**
 * Erases the person from one order. `waits`: whether a job or a mail of it waits.
 * @returns why it stays, or undefined when it is erased. Saved over the version that was read: who was slower is told to
 * try again. A crash leaves the order whole or erased.
 */
export async function eraseFrom(
  { certificate, parts }: Named,
  email: string,
  { redis, keys, now, waits }: Pick<PersonalNeeds, "redis" | "keys"> & { now: Date; waits: boolean },
): Promise<string | undefined> {
  const why = whyKept(certificate, now) ?? (waits ? "a job or a mail of it waits" : undefined);
  if (why) return why;
  const { reference } = certificate.order;
  // First: a crash in between leaves an order that can be erased again, and no answer that names anybody.
  await forgetAnswersOf(reference, { redis, keys });
  const { order, record } = withoutPerson(certificate, { email, parts, at: now });
  const done = await runScript(redis, ERASE, {
    keys: {
      ...{ certificate: keys.certificate(reference), erased: keys.erased },
      ...{ updated: keys.byUpdate, stream: keys.events },
    },
    args: {
      ...{ reference, version: certificate.version, at: now.getTime() },
      ...{ order: JSON.stringify(order), record: JSON.stringify(record) },
      share: shareText(shareOf(order, record.orderedBy)),
      correction: record.correction ? JSON.stringify(record.correction) : "",
      events: eventsText([
        {
          ...{ type: "certificate.erased", at: now.toISOString(), subject: `certificate/${reference}` },
          data: certificateData(certificate, now),
        },
      ]),
    },
  });
  return done === 1 ? undefined : "it was changed meanwhile: run the same again";
}
