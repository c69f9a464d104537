// Whether Redis takes writes: reads go on where the memory is full, the disk is full, or this is a replica.
import { randomUUID } from "node:crypto";
import type { Finding } from "../../../../shared/base/result.ts";
import type { Connection } from "../../connection.ts";

const NAME = "Redis writes";
/** Of a doctor that was killed nothing stays. */
const KEPT_MS = 60_000;

/** Writes a key of its own and takes it away. What Redis refuses is told in Redis' words. */
export async function examineWrites({ redis, keys }: Pick<Connection, "redis" | "keys">): Promise<Finding[]> {
  const key = keys.probe(randomUUID());
  try {
    await redis.set(key, "1", "PX", KEPT_MS);
    await redis.del(key);
    return [{ name: NAME, state: "ok", detail: "a write was kept and removed" }];
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const kind = /^[A-Z]+/.exec(error.message)?.[0] ?? "";
    const remedy =
      REMEDIES[kind] ?? "Read the log of Redis. Until it takes writes nothing is accepted and nothing goes on.";
    return [{ name: NAME, state: "ill", detail: `Redis refuses them: ${error.message}`, remedy }];
  }
}

/** By the first word of Redis' answer. */
const REMEDIES: Readonly<Record<string, string>> = {
  OOM: "Redis has no memory left: raise maxmemory, or give its machine more. Nothing is lost, work goes on by itself.",
  READONLY: "This is a replica: let REDIS_URL lead to the primary (Sentinel or Cluster addresses find it).",
  MISCONF: "Redis cannot save to its disk: make room there, and look at its log.",
  NOREPLICAS: "Too few replicas are connected (min-replicas-to-write): start them, or fix the network between them.",
  NOPERM: "This user may not write: use one that may (certfleet redis acl).",
};
