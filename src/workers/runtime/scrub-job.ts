// Takes secrets out of a job that is refused, wherever BullMQ keeps them: data, name, options, reasons, log. It cannot
// reach what Redis wrote to its append-only file before.

import { join } from "node:path";
import { isNotJson } from "../../shared/queue/readable-job.ts";
import { withoutKeys } from "../../shared/queue/secrets/find.ts";
import { scrub, scrubText } from "../../shared/queue/secrets/scrub.ts";
import type { RedisClient } from "../../shared/redis/client.ts";
import { defineScript, runScript } from "../../shared/redis/script.ts";

const REPLACE = defineScript(join(import.meta.dirname, "lua/replace-fields.lua"), {
  keys: ["job", "logs"],
  args: ["fields"],
});

/** Text that others wrote, beside `data`. The other fields are numbers and BullMQ's own ids. */
const TEXTS = ["name", "opts", "progress", "failedReason", "stacktrace", "returnvalue"] as const;

export interface JobKeys {
  redis: RedisClient;
  /** The hash of the job. */
  key: string;
}

/** Where a private key is in a job's data or name, as paths; empty where there is none. */
export function findKeys({ name, data }: { name: string; data: unknown }): string[] {
  const places = isNotJson(data) ? [] : scrub(data).places;
  return withoutKeys(name) === name ? places : [...places, "name"];
}

/**
 * Removes private keys and, where `byName`, fields that are called passwords, tokens or secrets. Answers where something
 * was. A crash before it leaves the job as it was: it is delivered again and scrubbed then.
 */
export async function scrubJob({ redis, key }: JobKeys, { byName }: { byName: boolean }): Promise<string[]> {
  const [{ data, ...fields }, lines] = await Promise.all([redis.hgetall(key), redis.lrange(`${key}:logs`, 0, -1)]);
  const places: string[] = [];
  const changed: string[] = [];
  const clean = data === undefined ? undefined : cleanData(data, byName);
  if (clean) {
    places.push(...clean.places);
    changed.push("data", clean.text);
  }
  for (const name of TEXTS) {
    const text = fields[name];
    if (text === undefined || withoutKeys(text) === text) continue;
    places.push(name);
    changed.push(name, withoutKeys(text));
  }
  const cleanLines = lines.map(withoutKeys);
  const isLogClean = cleanLines.every((line, i) => line === lines[i]);
  if (changed.length === 0 && isLogClean) return [];
  await runScript(redis, REPLACE, {
    keys: { job: key, logs: `${key}:logs` },
    args: { fields: changed.length / 2 },
    moreArgs: [...changed, ...(isLogClean ? [] : cleanLines)],
  });
  return places;
}

/** Undefined where nothing is to be removed. */
function cleanData(text: string, byName: boolean): { text: string; places: string[] } | undefined {
  try {
    const { value, places } = scrub(JSON.parse(text), { byName });
    return places.length > 0 ? { text: JSON.stringify(value), places } : undefined;
  } catch {
    const clean = byName ? scrubText(text) : withoutKeys(text);
    return clean === text ? undefined : { text: clean, places: ["data"] };
  }
}

/** An error whose words hold no private key: BullMQ keeps them at the job, and the log prints them. */
export function withoutSecrets(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  error.message = withoutKeys(error.message);
  if (error.stack !== undefined) error.stack = withoutKeys(error.stack);
  return error;
}
