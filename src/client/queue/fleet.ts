// Whether a fleet reads what is put under a prefix, and in which version: asked before anything is written there.
import { type FormatNeeds, readMark } from "../../shared/process/data-format.ts";
import { JOBS_TO } from "../../shared/process/job-versions.ts";
import { isRedisTrouble } from "../../shared/redis/connection/trouble.ts";
import { RedisUnusable } from "../../shared/redis/connection/words.ts";
import { CertfleetQueueError } from "./queue-error.ts";

/** `where`: the address of Redis, without a login. @throws CertfleetQueueError `no-fleet`, `version` or `redis` */
export async function checkFleet(
  needs: FormatNeeds,
  { prefix, where }: { prefix: string; where: string },
): Promise<void> {
  const mark = await readMark(needs).catch((error: unknown) => {
    throw redisError(error, where);
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

/** What Redis or the connection to it said, with what to do. Anything else is thrown as it is. */
export function redisError(error: unknown, where: string): unknown {
  if (error instanceof RedisUnusable)
    return new CertfleetQueueError(error.message, { code: "redis", cause: error.cause });
  if (!isRedisTrouble(error)) return error;
  const { message } = new RedisUnusable(`Redis at ${where}`, error);
  return new CertfleetQueueError(
    `${message} Whether the order is in the queue is unknown: put the same one in again.`,
    {
      code: "redis",
      cause: error,
    },
  );
}
