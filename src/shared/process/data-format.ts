// The format of everything that a fleet keeps in Redis and in the journal. Releases side by side read each other's data,
// unless a release says otherwise: then an older process refuses to touch what a newer one wrote.
import { join } from "node:path";
import { Refused } from "../base/errors.ts";
import type { RedisClient } from "../redis/client.ts";
import type { Keys } from "../redis/keys.ts";
import { defineScript, runScript } from "../redis/script.ts";
import { JOBS_FROM, JOBS_TO } from "./job-versions.ts";
import { version } from "./version.ts";

/** Raised by a release that writes what the release before it cannot read; CHANGELOG.md then says so. */
export const DATA_FORMAT = 1;
/** The oldest format whose releases can work with what this one writes. */
const READABLE_FROM = 1;

const NOTE = defineScript(join(import.meta.dirname, "lua/note-format.lua"), {
  keys: ["format"],
  args: ["mine", "readableFrom", "version", "jobsFrom", "jobsTo"],
});

export interface FormatNeeds {
  redis: RedisClient;
  keys: Pick<Keys, "format">;
}

/**
 * To be called before anything else is read or written: notes that this release writes here.
 * @throws Refused a release wrote here whose data this one cannot read, or this user of Redis has the rights of an earlier
 * release; nothing was changed
 */
export async function refuseNewer({ redis, keys }: FormatNeeds): Promise<void> {
  const asked = {
    keys: { format: keys.format },
    args: { mine: DATA_FORMAT, readableFrom: READABLE_FROM, version, jobsFrom: JOBS_FROM, jobsTo: JOBS_TO },
  };
  const [code, needed, by] = (await runScript(redis, NOTE, asked).catch(explainRights)) as string[];
  if (code === "newer") throw new Refused(words(needed ?? "", by ?? ""));
}

/** The users of an earlier release do not know the key. */
function explainRights(error: unknown): never {
  if (!(error instanceof Error && /NOPERM/.test(error.message))) throw error;
  throw new Refused(
    "The user of this process in Redis lacks rights that this version needs: make users.acl anew with certfleet redis acl, and load it.",
  );
}

/** For a process that runs: why it must end, in words; null: it may go on. Writes nothing. */
export async function findNewer({ redis, keys }: FormatNeeds): Promise<string | null> {
  const [needed, by] = await redis.hmget(keys.format, "readableFrom", "by");
  return Number(needed ?? 0) > DATA_FORMAT ? words(needed ?? "", by ?? "") : null;
}

/** What every fleet leaves under its prefix: without it, nobody reads what is put into the queues there. */
export interface FleetMark {
  /** Versions of jobs that the fleet's workers read. */
  jobsFrom: number;
  jobsTo: number;
  /** Why this release must not touch the fleet's data, in words; null: it may. */
  whyNot: string | null;
}

/** Undefined: no fleet has ever run under this prefix. Writes nothing. */
export async function readMark({ redis, keys }: FormatNeeds): Promise<FleetMark | undefined> {
  const { written, readableFrom = "0", by = "", jobsFrom = "1", jobsTo = "1" } = await redis.hgetall(keys.format);
  if (written === undefined) return undefined;
  const whyNot = Number(readableFrom) > DATA_FORMAT ? words(readableFrom, by) : null;
  return { jobsFrom: Number(jobsFrom), jobsTo: Number(jobsTo), whyNot };
}

function words(needed: string, by: string): string {
  return (
    `Certfleet ${by} has written data here that this version (${version}) cannot read: it needs format ${needed}, this one ` +
    `knows ${DATA_FORMAT}. Nothing was changed. Run version ${by} or newer; to go back, restore a backup from before it ` +
    "(docs/howto/upgrade.md)."
  );
}
