// Whether work is done: for how long what is due has not been begun, in each queue, and what waits for a person.
import type { Clock } from "../../../../shared/base/clock.ts";
import type { Finding } from "../../../../shared/base/result.ts";
import { type JobName, queueNames } from "../../../../shared/queue/jobs.ts";
import { lasting } from "../../../../shared/standing/findings.ts";
import { findDueJobs } from "../../../waiting/due-jobs.ts";
import type { Connection } from "../../connection.ts";

type Place = Pick<Connection, "redis" | "keys">;

/** A queue that many fill may be behind for minutes. Behind that somebody should look, and later nothing goes on. */
const WARN_MS = 5 * 60_000;
const ILL_MS = 60 * 60_000;

export async function examineWork(place: Place, clock: Clock): Promise<Finding[]> {
  return Promise.all(queueNames.map((queue) => oldestDue(queue, place, clock.now().getTime())));
}

async function oldestDue(queue: JobName, place: Place, now: number): Promise<Finding> {
  const name = `Queue ${queue}`;
  const { oldestAt } = await findDueJobs(queue, { now, overdueAt: now }, place);
  const oldest = Math.min(oldestAt, await oldestOrder(queue, place));
  const waitedMs = now - oldest;
  if (waitedMs < 1_000) return { name, state: "ok", detail: "no due work waits" };
  const detail = `the oldest due work waits for ${lasting(Math.round(waitedMs / 1_000) * 1_000)}`;
  if (waitedMs < WARN_MS) return { name, state: "ok", detail };
  const remedy = `Look whether its workers have enough to do it with: certfleet queue list. More of them: certfleet worker ${queue}. See docs/runbook.md#an-order-is-stuck`;
  return { name, state: waitedMs < ILL_MS ? "warn" : "ill", detail, remedy };
}

/** An order that is due and has no job is owed as well. */
async function oldestOrder(queue: JobName, { redis, keys }: Place): Promise<number> {
  if (queue !== "open" && queue !== "reissue") return Number.POSITIVE_INFINITY;
  const [, score] = await redis.zrange(keys.unfinished(queue), "0", "0", "WITHSCORES");
  return score === undefined ? Number.POSITIVE_INFINITY : Number(score);
}

export async function examineAttention({ redis, keys }: Place): Promise<Finding[]> {
  const name = "Attention";
  const count = await redis.zcard(keys.withAttention);
  if (count === 0) return [{ name, state: "ok", detail: "no order waits for a person" }];
  const detail = `${count} ${count === 1 ? "order waits" : "orders wait"} for a person`;
  return [{ name, state: "warn", detail, remedy: "See which, and what to do: certfleet certificate list --attention" }];
}
