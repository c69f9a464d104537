// Whether the money journal can be written, as each process that needs it last found: told by all, read by all.
import type { RedisClient } from "../redis/client.ts";
import type { Keys } from "../redis/keys.ts";
import type { StandingFinding } from "./findings.ts";

/** Processes look every ten seconds: who said nothing for so long has ended, and its failure with it. */
const SILENT_MS = 60_000;
/** Nothing is left of a fleet that went away while it failed. */
const KEPT_MS = 3_600_000;

export interface JournalNeeds {
  redis: RedisClient;
  keys: Pick<Keys, "journalFailures">;
}

/** A process on a host, such as `web1 4711`. */
export interface JournalUser {
  host: string;
  pid: number;
}

interface Failure {
  since: string;
  message: string;
}

/** `message`: what failed and what to do, as the journal says it. Nothing is lost by a crash: the next look notes it again. */
export async function noteJournalFailure(user: JournalUser, failure: Failure, needs: JournalNeeds): Promise<void> {
  const { redis, keys } = needs;
  await redis.hset(keys.journalFailures, fieldOf(user), `${await timeOf(redis)} ${JSON.stringify(failure)}`);
  await redis.pexpire(keys.journalFailures, KEPT_MS);
}

export async function forgetJournalFailure(user: JournalUser, { redis, keys }: JournalNeeds): Promise<void> {
  await redis.hdel(keys.journalFailures, fieldOf(user));
}

/** One for each host on which a living process cannot write. */
export async function findJournalFailures({ redis, keys }: JournalNeeds): Promise<StandingFinding[]> {
  const noted = Object.entries(await redis.hgetall(keys.journalFailures));
  if (noted.length === 0) return [];
  const now = await timeOf(redis);
  const byHost = new Map<string, StandingFinding>();
  for (const [field, text] of noted) {
    const [at, json = "{}"] = text.split(/ (.*)/s);
    if (now - Number(at) > SILENT_MS) continue;
    const [host = ""] = field.split(" ");
    const { since, message } = JSON.parse(json) as Failure;
    const before = byHost.get(host)?.since;
    if (before === undefined || since < before) byHost.set(host, finding(host, { since, message }));
  }
  return [...byHost.values()];
}

function finding(host: string, { since, message }: Failure): StandingFinding {
  return {
    ...{ code: "journal-not-writable", about: host, since },
    message: `On ${host}: ${message}`,
    next: "Make the journal writable: docs/runbook.md#journal-not-writable. Orders go on by themselves then, and certfleet doctor tries a write.",
  };
}

function fieldOf({ host, pid }: JournalUser): string {
  return `${host} ${pid}`;
}

/** Milliseconds of Redis' clock: hosts may differ. */
async function timeOf(redis: RedisClient): Promise<number> {
  const [seconds, micros] = await redis.time();
  return Number(seconds) * 1_000 + Math.floor(Number(micros) / 1_000);
}
