// The line in which requests to an account wait for their turn, one for all processes: no key's requests and no customer's
// stand before another's, whoever has more orders under way.

import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Share } from "../../../shared/authority/share.ts";
import { currentRun } from "../../../shared/base/current-order.ts";
import type { RedisClient } from "../../../shared/redis/client.ts";
import { defineScript, runScript } from "../../../shared/redis/script.ts";

const TURN = defineScript(join(import.meta.dirname, "lua/turn.lua"), {
  keys: ["rate", "line", "turns"],
  args: ["id", "by", "of", "run", "points", "windowMs", "most", "staleMs"],
});

/** Asked again at least so often: whoever does not is gone soon, and holds up nobody. */
const LONGEST_PAUSE_MS = 500;
const STALE_MS = 2_000;
/** A leaving process's own requests are done first, by nobody's leave: they belong to no run of a job. */
const NO_RUN = 0;

export interface LineKeys {
  rate: string;
  line: string;
  turns: string;
}

export interface Pace {
  /** Requests in a window. */
  points: number;
  windowMs: number;
  /** Of one key not more stand in line. */
  most: number;
  longestMs: number;
}

/**
 * Whether the request may go: `late` when its turn did not come in time, or will not. Whoever is let go has taken a place of
 * the window; a crash behind that leaves it unused.
 * @throws what Redis throws
 */
export async function waitForTurn(
  redis: RedisClient,
  keys: LineKeys,
  { share: { by, of }, pace }: { share: Share; pace: Pace },
): Promise<"go" | "late"> {
  const { points, windowMs, most, longestMs } = pace;
  const args = { by, of, points, windowMs, most, staleMs: STALE_MS, id: randomUUID(), run: currentRun() ?? NO_RUN };
  const until = performance.now() + longestMs;
  for (;;) {
    const [answer, ms = 0] = (await runScript(redis, TURN, { keys: { ...keys }, args })) as [string, number?];
    if (answer === "go") return "go";
    const left = until - performance.now();
    if (answer === "full" || left <= 0) return leave(redis, keys, args.id);
    await pause(Math.min(ms, left, LONGEST_PAUSE_MS));
  }
}

async function leave(redis: RedisClient, { line }: LineKeys, id: string): Promise<"late"> {
  await redis.hdel(line, id);
  return "late";
}
