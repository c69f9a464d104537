// One page of a list in Redis, from a place that stays a place whatever enters or leaves the list meanwhile.

import { join } from "node:path";
import { z } from "zod";
import type { RedisClient } from "../../redis/client.ts";
import { defineScript, runScript } from "../../redis/script.ts";

const PAGE = defineScript(join(import.meta.dirname, "../lua/page.lua"), {
  keys: ["list"],
  args: ["from", "below", "afterScore", "afterReference", "count"],
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

/** Up to `count` entries behind `after`; fewer where the list ends. */
export async function entriesAfter(
  redis: RedisClient,
  { key, from, below }: Span,
  { after, count }: { after: Entry | undefined; count: number },
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
      },
    }),
  );
  const entries: Entry[] = [];
  for (let i = 0; i < flat.length; i += 2) entries.push({ reference: flat[i] ?? "", score: Number(flat[i + 1]) });
  return entries;
}

/** Undefined where the text is no cursor. */
export function readCursor(cursor: string | undefined): Entry | undefined {
  const [score, reference] = cursor ? Buffer.from(cursor, "base64url").toString().split("\n") : [];
  if (!reference || !score || !Number.isFinite(Number(score))) return undefined;
  return { score: Number(score), reference };
}

export function writeCursor(entry: Entry | undefined): string | null {
  return entry ? Buffer.from(`${entry.score}\n${entry.reference}`).toString("base64url") : null;
}
