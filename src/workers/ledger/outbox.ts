// Brings the ledger's steps into the journal (rule 2, I8): by the process that took them, or by the next one when that process died.
import { z } from "zod";
import type { JournalLine } from "../journal/journal.ts";
import type { Place } from "./place.ts";

const stored = z.object({
  epoch: z.number(),
  seq: z.number(),
  at: z.number(),
  step: z.string(),
  reference: z.string(),
  writes: z.array(z.array(z.string())),
});

/** Resolves when the journal has the line. @throws Unavailable: the step is in the ledger, and nothing may be done because of it */
export async function keepLine({ ledger }: Place, account: string, text: string): Promise<void> {
  const line: JournalLine = { account, ...stored.parse(JSON.parse(text)) };
  await ledger.journal.append(line);
  const field = `${line.epoch}/${line.seq} ${line.reference}`;
  void ledger.redis.hdel(ledger.keys.ledger.outbox(account), field).catch(() => undefined); // twice in the journal does no harm
}

/** Steps that no living process brings any more. Answers how many there were. */
export async function emptyOutbox(place: Place, account: string): Promise<number> {
  const { redis, keys } = place.ledger;
  const lines = await redis.hvals(keys.ledger.outbox(account));
  for (const line of lines) await keepLine(place, account, line);
  return lines.length;
}
