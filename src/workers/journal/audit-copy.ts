// Copies the audit trail into the money journal, line by line, and compares the two: who writes to Redis cannot change both.
import type { Verification } from "../../shared/authority/audit/read.ts";
import { parseLine as parseAuditLine, readTrail } from "../../shared/authority/audit/read.ts";
import type { Log } from "../../shared/base/log.ts";
import { oneOfAll, type Repeated, repeat } from "../../shared/process/repeat.ts";
import type { RedisClient } from "../../shared/redis/client.ts";
import type { Keys } from "../../shared/redis/keys.ts";
import type { Journal } from "./journal.ts";

/** Stands where an account's id stands; no account has a tilde. */
const AUDIT = "~audit";
const EVERY_MS = 2_000;
const MOST_FAULTS = 10;

export interface AuditCopyNeeds {
  redis: RedisClient;
  keys: Keys;
  journal: Journal;
}

/**
 * Appends what the journal does not have yet, and says how many lines. A crash before the mark is set copies lines again;
 * the journal leaves exact duplicates out when it is read.
 */
export async function copyAudit({ redis, keys, journal }: AuditCopyNeeds): Promise<number> {
  let copied = 0;
  for await (const page of readTrail({ redis, keys }, Number((await redis.get(keys.audit.copied)) ?? 0))) {
    await Promise.all(page.map((line) => journal.append(journalLine(line, keys))));
    await redis.set(keys.audit.copied, page.at(-1)?.seq ?? 0);
    copied += page.length;
  }
  return copied;
}

/** Copies every two seconds, one process at a time. */
export function startAuditCopy(needs: AuditCopyNeeds & { log: Log }, everyMs = EVERY_MS): Repeated {
  const { redis, keys, log } = needs;
  const turn = oneOfAll(() => copyAudit(needs), { redis, key: keys.audit.copier, everyMs });
  return repeat(turn, everyMs, (err) => log.warn({ event: "audit.not-copied", err }));
}

/** What the journal has of the trail, and where the two differ; the first ten places. */
export async function compareAudit(
  { redis, keys, journal }: AuditCopyNeeds,
  { head }: Pick<Verification, "head">,
): Promise<{ lines: number; faults: string[] }> {
  const faults: string[] = [];
  const fault = (message: string): void => void (faults.length < MOST_FAULTS && faults.push(message));
  const kept = await journal.read(AUDIT);
  const texts = new Map(kept.map((line) => [line.seq, textOf(line)]));
  if (texts.size < kept.length)
    fault("the journal has two lines for one place: Redis lost part of the trail and went on from an older one");
  let last = 0;
  for await (const page of readTrail({ redis, keys })) {
    for (const { seq, text } of page) {
      last = seq;
      const copy = texts.get(seq);
      if (copy !== undefined && copy !== text) fault(`line ${seq} is another one in the journal`);
    }
  }
  const beyond = Math.max(0, ...texts.keys());
  if (beyond > Math.max(last, head.seq)) fault(`Redis lacks the lines ${last + 1} to ${beyond}, which the journal has`);
  return { lines: texts.size, faults };
}

function journalLine({ seq, text }: { seq: number; text: string }, keys: Keys) {
  const read = parseAuditLine(text);
  return {
    account: AUDIT,
    epoch: 0,
    seq,
    at: read ? new Date(read.at).getTime() : 0,
    step: "audit",
    reference: read?.subject ?? "",
    writes: [["XADD", keys.audit.trail, `${seq}-0`, "line", text]],
  };
}

function textOf({ writes }: { writes: readonly (readonly string[])[] }): string {
  return writes[0]?.at(-1) ?? "";
}
