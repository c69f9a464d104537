// How far an import of an account has come, in Redis: a run that was killed goes on where it was, and a later one does not
// read again what cannot have changed.
import { createHash } from "node:crypto";
import { z } from "zod";
import type { RedisClient } from "../../shared/redis/client.ts";
import type { Keys } from "../../shared/redis/keys.ts";

const run = z.object({
  /** Names the run. */
  id: z.string(),
  startedAt: z.string(),
  endedAt: z.string().optional(),
  who: z.string(),
});
export type Run = z.infer<typeof run>;

const note = z.object({
  /** The run that read it last. */
  run: z.string(),
  /** Digest of its row in eNom's list. */
  row: z.string(),
  /** What it became; null: nothing. */
  reference: z.string().nullable(),
  odd: z.array(z.string()),
  /** Nothing of it can change any more while its row stays as it is: it has ended, or was refunded. */
  isOver: z.boolean(),
  /** What that run did with it; null: nothing could be done. */
  change: z.enum(["imported", "updated", "unchanged", "own"]).nullable(),
});
export type Note = z.infer<typeof note>;

/** No CertID: the run itself. */
const RUN = "run";

export interface NotesNeeds {
  redis: RedisClient;
  keys: Keys;
}

/** The last run; undefined where the account was never read. */
export async function findRun({ redis, keys }: NotesNeeds, account: string): Promise<Run | undefined> {
  const text = await redis.hget(keys.imported(account), RUN);
  return text === null ? undefined : run.parse(JSON.parse(text));
}

export async function keepRun({ redis, keys }: NotesNeeds, account: string, kept: Run): Promise<void> {
  await redis.hset(keys.imported(account), RUN, JSON.stringify(kept));
}

/** Of every certificate that was read. One that cannot be understood counts as not read. */
export async function readNotes({ redis, keys }: NotesNeeds, account: string): Promise<Map<number, Note>> {
  const notes = new Map<number, Note>();
  for (const [field, text] of Object.entries(await redis.hgetall(keys.imported(account)))) {
    const read = field === RUN ? undefined : note.safeParse(JSON.parse(text)).data;
    if (read) notes.set(Number(field), read);
  }
  return notes;
}

/** Noted behind what was done for it: a crash in between reads it once more, and finds it there. */
export async function keepNote(
  { redis, keys }: NotesNeeds,
  account: string,
  certId: number,
  kept: Note,
): Promise<void> {
  await redis.hset(keys.imported(account), `${certId}`, JSON.stringify(kept));
}

export function rowDigest(row: object): string {
  return createHash("sha256").update(JSON.stringify(row)).digest("hex").slice(0, 16);
}
