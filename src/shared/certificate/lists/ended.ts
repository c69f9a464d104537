// A certificate ends without anybody saving it: these leave the lists of the status that they had, a few with each list
// that is asked for, and all others in the background.

import { join } from "node:path";
import { defineScript, runScript } from "../../redis/script.ts";
import { type ListNeeds, listRoot } from "./listed.ts";

const END = defineScript(join(import.meta.dirname, "../lua/end-listed.lua"), {
  keys: ["ended", "updated", "stream"],
  args: ["index", "now", "prefix", "most", "at"],
});

/** As `statusOf` decides: of these two a certificate becomes expired when its time is over. */
export const endingStatuses = ["issued", "reissuing"] as const;

/** Moves up to `most` of each status. Answers how many stand where they no longer belong. */
export async function moveEnded(needs: ListNeeds, now: Date, most: number): Promise<number> {
  const left = await countEnded(needs, now);
  if (left === 0) return 0;
  const { redis, keys } = needs;
  const args = { index: listRoot(keys), now: now.getTime(), prefix: keys.certificate(""), most, at: now.toISOString() };
  const moved = await Promise.all(
    endingStatuses.map((status) =>
      runScript(redis, END, {
        keys: { ended: keys.list({ status, isByExpiry: true }), updated: keys.byUpdate, stream: keys.events },
        args,
      }),
    ),
  );
  return Math.max(0, left - moved.reduce((sum: number, each) => sum + Number(each), 0));
}

/** How many have ended and still stand in the lists of the status that they had. */
export async function countEnded(
  { redis, keys }: ListNeeds,
  now: Date,
  of: readonly string[] = endingStatuses,
): Promise<number> {
  const counts = await Promise.all(
    of.map((status) => redis.zcount(keys.list({ status, isByExpiry: true }), "-inf", `(${now.getTime()}`)),
  );
  return counts.reduce((sum, each) => sum + each, 0);
}
