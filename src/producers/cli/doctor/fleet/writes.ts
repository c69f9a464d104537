// Whether Redis takes writes: reads go on where the memory is full, the disk is full, or this is a replica.
import type { Finding } from "../../../../shared/base/result.ts";
import { tryWrite } from "../../../../shared/redis/try-write.ts";
import type { Connection } from "../../connection.ts";

const NAME = "Redis writes";
/** A machine that is busy with the other looks may hear the answer late. */
const ANSWERS_MS = 5_000;

/** The same small write, words and remedies as at the gateway and the workers. */
export async function examineWrites({ redis, keys }: Pick<Connection, "redis" | "keys">): Promise<Finding[]> {
  const trouble = await tryWrite(redis, keys, ANSWERS_MS);
  if (!trouble) return [{ name: NAME, state: "ok", detail: "a write was kept" }];
  const { words, remedy } = trouble;
  return [{ name: NAME, state: "ill", detail: `Redis cannot be used: ${words}`, remedy }];
}
