// One page of a list in Redis, from a place that stays a place whatever enters or leaves the list meanwhile.

import { join } from "node:path";
import { z } from "zod";
import type { RedisClient } from "../../redis/client.ts";
import { defineScript, runScript } from "../../redis/script.ts";

const PAGE = defineScript(join(import.meta.dirname, "../lua/page.lua"), {
  keys: ["list"],
  args: ["from", "below", "afterScore", "afterReference", "count", "isDescending"],
});

/** A place in a list: equal scores lie in the order of their references. */
export interface Entry {
  score: number;
  reference: string;
}

export interface Span {
  /** The list. */
  key: string;
  /** The lowest score; absent: all. */
  from?: number | undefined;
  /** All scores are below this one; absent: all. */
  below?: number | undefined;
}

export interface Place {
  after: Entry | undefined;
  count: number;
  /** The highest score first; equal ones in the order of their references, backwards. */
  isDescending?: boolean | undefined;
}

/** Up to `count` entries behind `after`; fewer where the list ends. */
export async function entriesAfter(
  redis: RedisClient,
  { key, from, below }: Span,
  { after, count, isDescending = false }: Place,
): Promise<Entry[]> {
  const flat = z.array(z.string()).parse(
    await runScript(redis, PAGE, {
      keys: { list: key },
      args: {
        from: from ?? "-inf",
        below: below ?? "+inf",
        afterScore: after?.score ?? "",
        afterReference: after?.reference ?? "",
        count,
        isDescending: isDescending ? 1 : "",
      },
    }),
  );
  const entries: Entry[] = [];
  for (let i = 0; i < flat.length; i += 2) entries.push({ reference: flat[i] ?? "", score: Number(flat[i + 1]) });
  return entries;
}

/** The same of several lists in one order; what stands in two of them comes once. */
export async function mergedAfter(redis: RedisClient, spans: readonly Span[], place: Place): Promise<Entry[]> {
  const lists = await Promise.all(spans.map((span) => entriesAfter(redis, span, place)));
  const [only, ...others] = lists;
  if (only && others.length === 0) return only;
  const sign = place.isDescending ? -1 : 1;
  const all = lists.flat().sort((a, b) => sign * (a.score - b.score || (a.reference < b.reference ? -1 : 1)));
  const once = all.filter(({ reference }, i) => reference !== all[i - 1]?.reference);
  return once.slice(0, place.count);
}

/** Undefined where the text is no cursor. `sort`: the order of the list that it is of; absent in those of earlier versions. */
export function readCursor(cursor: string | undefined): (Entry & { sort?: string }) | undefined {
  const [score, reference, sort] = cursor ? Buffer.from(cursor, "base64url").toString().split("\n") : [];
  if (!reference || !score || !Number.isFinite(Number(score))) return undefined;
  return { score: Number(score), reference, ...(sort !== undefined && { sort }) };
}

export function writeCursor(entry: Entry | undefined, sort?: string): string | null {
  if (!entry) return null;
  const parts = [entry.score, entry.reference, ...(sort === undefined ? [] : [sort])];
  return Buffer.from(parts.join("\n")).toString("base64url");
}
