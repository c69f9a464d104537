// When a connection that fails is told to the department: at once what an operator must fix, later what mostly passes,
// one mail each time.

import type { ConnectionCheck } from "../../shared/account/connection-check.ts";
import { readNote } from "../../shared/account/trouble-notes.ts";
import type { Log } from "../../shared/base/log.ts";
import type { AccountEntry } from "../../shared/config/fleet-file.ts";
import type { Enqueue } from "../../shared/queue/queues.ts";
import type { RedisClient } from "../../shared/redis/client.ts";
import type { Keys } from "../../shared/redis/keys.ts";
import { tellDepartment } from "../order/department.ts";
import { passesByItself } from "./connection-check.ts";

/** What may pass by itself is told when no check has gone well for so long: nobody is woken by a lost packet. */
const PATIENCE_SECONDS = 900;
/** It is looked again each time after as long as it has lasted, within these limits, until it is well. */
const SOONEST_SECONDS = 10;
const LATEST_SECONDS = 300;

/** An account that was not looked at for so long begins anew. */
const KEPT_SECONDS = 7 * 86_400;

export interface ProblemNeeds {
  redis: RedisClient;
  keys: Pick<Keys, "problem" | "troubles">;
  enqueue: Enqueue;
  log: Log;
}

type Told = Pick<AccountEntry, "id" | "name" | "apiUrl" | "department">;

/**
 * Takes a check that failed into account. In one episode the department hears once of what may pass, and once of each
 * cause that a person must fix; the mail is asked for before it is noted, and its key makes a repeated one the same.
 * @returns the seconds after which to look again; undefined where that would change nothing before a person acts
 */
export async function tellOfProblem(
  entry: Told,
  found: ConnectionCheck,
  needs: ProblemNeeds,
): Promise<number | undefined> {
  const { redis, keys } = needs;
  const key = keys.problem(entry.id);
  await redis.hsetnx(key, "since", found.at); // of two at once the first
  await redis.expire(key, KEPT_SECONDS);
  const { since = found.at, told } = await redis.hgetall(key);
  const passes = passesByItself(found);
  const lastedSeconds = (Date.parse(found.at) - Date.parse(since)) / 1_000;
  const leftSeconds = passes ? PATIENCE_SECONDS - lastedSeconds : 0;
  const isDue = told === undefined ? leftSeconds <= 0 : !passes && told !== found.cause;
  // A breaker that opened was told at once by the watch: what may pass is not told a second time.
  const isKnown = passes && readNote(await redis.hget(keys.troubles(entry.id), "enom-unavailable"))?.told === true;
  if (isDue && isKnown) await redis.hset(key, "told", String(found.cause));
  else if (isDue) await tell(entry, found, since, needs);
  if (!passes) return undefined;
  const pause = Math.min(Math.max(lastedSeconds, SOONEST_SECONDS), LATEST_SECONDS);
  return leftSeconds > 0 ? Math.min(pause, Math.ceil(leftSeconds)) : pause;
}

/** eNom has answered well: the episode is over. */
export async function endProblem(
  account: string,
  { redis, keys }: { redis: RedisClient; keys: Pick<Keys, "problem"> },
): Promise<void> {
  await redis.del(keys.problem(account));
}

async function tell(
  entry: Told,
  { cause, message, advice }: ConnectionCheck,
  since: string,
  needs: ProblemNeeds,
): Promise<void> {
  const { id, name = id, apiUrl } = entry;
  const values = { account: id, name, apiHost: new URL(apiUrl).host, cause, message, advice, since };
  const mail = { key: `${id}:connection-problem:${cause}:${since}`, template: "connection-problem", values };
  await tellDepartment(entry, mail, needs);
  await needs.redis.hset(needs.keys.problem(id), "told", String(cause));
}
