// Reads the audit trail: a page of it, newest first, and the whole chain, to see whether anybody changed it.
import type { RedisClient } from "../../redis/client.ts";
import type { Keys } from "../../redis/keys.ts";
import { actorId } from "../actor.ts";
import { type AuditEntry, CHAIN_START, hashOf, type Line, line } from "./entry.ts";
import { openHide } from "./hide.ts";

export interface AuditQuery {
  /** `kind:id` of who did it, such as `key:shop`, or the id alone. */
  who?: string | undefined;
  /** `certificate.order`, or the noun alone. */
  action?: string | undefined;
  subject?: string | undefined;
  outcome?: AuditEntry["outcome"] | undefined;
  since?: Date | undefined;
  limit?: number | undefined;
  /** The `nextCursor` of the page before. */
  cursor?: string | undefined;
}

export interface AuditPage {
  items: AuditEntry[];
  nextCursor: string | null;
}

export interface Verification {
  /** Whether every line follows the one before it, and none is missing. */
  ok: boolean;
  lines: number;
  /** Place and hash of the last line; note them elsewhere, and a trail that was written anew is found. */
  head: { seq: number; hash: string };
  /** The first ten. */
  faults: { seq: number; message: string }[];
}

interface Place {
  redis: RedisClient;
  keys: Keys;
}

const PAGE = 200;
/** A page looks at so many lines at most; a filter that fits few gives a short page with a cursor. */
const MOST_LOOKED_AT = 5_000;
const DEFAULT_LIMIT = 50;
const MOST_FAULTS = 10;

/** A line that begins an action is shown only while nothing was written after it. */
export async function listAudit({ redis, keys }: Place, query: AuditQuery): Promise<AuditPage> {
  const { limit = DEFAULT_LIMIT, cursor, since } = query;
  const unended = new Set(await redis.smembers(keys.audit.begun));
  const wanted = {
    ...query,
    ...(query.subject?.includes("@") && { hidden: await hidden(query.subject, { redis, keys }) }),
  };
  const items: AuditEntry[] = [];
  let end = cursor === undefined ? "+" : `(${Number(cursor)}-0`;
  for (let looked = 0; looked < MOST_LOOKED_AT; looked += PAGE) {
    const page = await redis.xrevrange(keys.audit.trail, end, "-", "COUNT", PAGE);
    for (const [id, fields] of page) {
      const read = readLine(fields);
      if (since && read && read.at < since.toISOString()) return { items, nextCursor: null };
      if (read && isShown(read, unended) && fits(read, wanted)) items.push(entryOf(read));
      if (items.length === limit) return { items, nextCursor: placeOf(id) };
    }
    const last = page.at(-1);
    if (!last || page.length < PAGE) return { items, nextCursor: null };
    end = `(${last[0]}`;
  }
  return { items, nextCursor: end.slice(1).replace(/-0$/, "") };
}

/** Every line as it is kept, oldest first, a thousand at a time. */
export async function* readTrail({ redis, keys }: Place, behind = 0): AsyncGenerator<{ seq: number; text: string }[]> {
  for (let start = behind; ; ) {
    const page = await redis.xrange(keys.audit.trail, `(${start}-0`, "+", "COUNT", 1_000);
    if (page.length === 0) return;
    yield page.map(([id, fields]) => ({ seq: Number(placeOf(id)), text: textOf(fields) }));
    start = Number(placeOf(page.at(-1)?.[0] ?? "0"));
  }
}

export async function verifyAudit({ redis, keys }: Place): Promise<Verification> {
  const faults: Verification["faults"] = [];
  const fault = (seq: number, message: string): void =>
    void (faults.length < MOST_FAULTS && faults.push({ seq, message }));
  let head = { seq: 0, hash: CHAIN_START };
  // Read first: lines that come while the chain is read are behind it.
  const [seq, hash] = await redis.hmget(keys.audit.head, "seq", "hash");
  for await (const page of readTrail({ redis, keys })) {
    for (const { seq: place, text } of page) {
      const read = parseLine(text);
      if (place !== head.seq + 1) fault(place, `lines ${head.seq + 1} to ${place - 1} are missing`);
      else if (!read) fault(place, "is not a line of the audit trail");
      else if (read.prev !== head.hash) fault(place, `does not follow line ${head.seq}: one of them was changed later`);
      else if (read.seq !== place) fault(place, `says that it is line ${read.seq}`);
      head = { seq: place, hash: hashOf(text) };
      if (`${place}` === seq && head.hash !== hash) fault(place, "was changed after it was written");
    }
  }
  if (Number(seq ?? 0) > head.seq) fault(head.seq + 1, `the lines up to ${seq} are missing at the end`);
  return { ok: faults.length === 0, lines: head.seq, head, faults };
}

export function parseLine(text: string): Line | undefined {
  try {
    return line.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function readLine(fields: readonly string[]): Line | undefined {
  return parseLine(textOf(fields));
}

function textOf(fields: readonly string[]): string {
  return fields[fields.indexOf("line") + 1] ?? "";
}

function placeOf(id: string): string {
  return id.replace(/-\d+$/, "");
}

function isShown({ outcome, seq }: Line, unended: ReadonlySet<string>): boolean {
  return outcome !== "begun" || unended.has(`${seq}`);
}

/** As an address stands in the trail. */
async function hidden(address: string, { redis, keys }: Place): Promise<string> {
  return (await openHide({ redis, keys }))(address);
}

function fits(read: Line, { who, action, subject, hidden: mask, outcome }: AuditQuery & { hidden?: string }): boolean {
  if (who !== undefined && who !== read.who.id && who !== actorId(read.who)) return false;
  if (action !== undefined && action !== read.action && !read.action.startsWith(`${action}.`)) return false;
  if (subject !== undefined && subject !== read.subject && (mask === undefined || mask !== read.subject)) return false;
  return outcome === undefined || outcome === entryOf(read).outcome;
}

function entryOf({ outcome, seq, request, of: _of, prev: _prev, ...told }: Line): AuditEntry {
  return { ...told, outcome: outcome === "begun" ? "unknown" : outcome, seq, ...(request && { request }) };
}
