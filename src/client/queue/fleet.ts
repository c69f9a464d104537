// Whether a fleet reads what is put under a prefix, and in which version: asked before anything is written there.
import { type FormatNeeds, readMark } from "../../shared/process/data-format.ts";
import { JOBS_TO } from "../../shared/process/job-versions.ts";
import { type ProcessNeeds, processesIn } from "../../shared/process/processes.ts";
import { isRedisTrouble } from "../../shared/redis/connection/trouble.ts";
import { RedisUnusable } from "../../shared/redis/connection/words.ts";
import { CertfleetQueueError } from "./queue-error.ts";

/** Where a fleet is looked for. */
export interface Place {
  prefix: string;
  /** The address of Redis, without a login. */
  where: string;
}

/** @throws CertfleetQueueError `no-fleet`, `version` or `redis` */
export async function checkFleet(needs: FormatNeeds, place: Place): Promise<void> {
  const { prefix, where } = place;
  const mark = await readMark(needs).catch((error: unknown) => {
    throw redisError(error, place);
  });
  if (!mark)
    throw new CertfleetQueueError(
      `No fleet lives under the prefix ${prefix} in Redis at ${where}: a job would wait there for ever. ` +
        "Use the fleet's own CERTFLEET_PREFIX and REDIS_URL; a new fleet must have started once.",
      { code: "no-fleet" },
    );
  if (mark.whyNot !== null) throw new CertfleetQueueError(mark.whyNot, { code: "version" });
  if (JOBS_TO < mark.jobsFrom || JOBS_TO > mark.jobsTo)
    throw new CertfleetQueueError(
      `The fleet under ${prefix} reads jobs of the versions ${mark.jobsFrom} to ${mark.jobsTo}, and this package writes ` +
        `version ${JOBS_TO}: use the package of the fleet's release.`,
      { code: "version" },
    );
}

/** What Redis or the connection to it said, with what to do. Anything else is thrown as it is. `unknown`: it may be done. */
export function redisError(error: unknown, { prefix, where }: Place, unknown = false): unknown {
  if (error instanceof RedisUnusable)
    return new CertfleetQueueError(error.message, { code: "redis", cause: error.cause });
  if (!isRedisTrouble(error)) return error;
  const { message } =
    error instanceof Error && /NOPERM/.test(error.message)
      ? {
          message:
            `The user of Redis at ${where} may not do what is needed: let it read and write ${prefix}:open:*, and ` +
            `read ${prefix}:format, ${prefix}:certificate:* and ${prefix}:events.`,
        }
      : new RedisUnusable(`Redis at ${where}`, error);
  const after = unknown ? " Whether the order is in the queue is unknown: put the same one in again." : "";
  return new CertfleetQueueError(`${message}${after}`, { code: "redis", cause: error });
}

/** Why nothing happens, as far as signs of life tell; empty: a worker is there, or this user of Redis may not look. */
export async function silence({ redis, keys }: ProcessNeeds): Promise<string> {
  try {
    const [[seconds], entries] = await Promise.all([redis.time(), redis.hgetall(keys.processes)]);
    const workers = processesIn(Object.entries(entries), Number(seconds) * 1_000).filter(({ parts }) =>
      parts.includes("open"),
    );
    const [last] = workers;
    if (last?.isAlive) return "";
    const since = last ? `has given a sign of life for ${Math.round(last.silentMs / 1_000)} s` : "runs in this fleet";
    return `: no worker of the queue open ${since}`;
  } catch {
    return "";
  }
}
