// `redis replicas`: whether Redis has those that it had, and a person's word that there are none any more.
import { failure, type Result } from "../../../shared/base/result.ts";
import { forgetReplicas, type Replicas, readReplicas } from "../../../shared/redis/replicas.ts";
import { withRedis } from "../connection.ts";
import { actorOf, type ProgramContext } from "../own-redis.ts";
import { audited } from "../port/audited.ts";
import { timeText } from "../table.ts";

/** Fails where Redis has lost them. */
export function showReplicas(context: ProgramContext): Promise<Result> {
  return withRedis(context, async (connection) => {
    const found = await readReplicas(connection);
    const { online, isAlone, lastSeen } = found;
    const json = { replicas: online, lost: isAlone, lastSeen: lastSeen?.toISOString() ?? null };
    const text = `${connection.address}: ${textOf(found)}`;
    return isAlone ? failure("failed", text, json) : { ending: "done", text, json };
  });
}

/** Nothing to forget is no mistake: the same words twice say the same. */
export function forget(context: ProgramContext): Promise<Result> {
  return withRedis(context, async (connection) => {
    const { redis, keys, address } = connection;
    const { online } = await readReplicas(connection);
    if (online > 0) {
      const text = `${address} has ${countText(online)}: stop following it first (REPLICAOF NO ONE at the replica).`;
      return failure("conflict", text, { replicas: online });
    }
    const actor = actorOf(context);
    return audited({ redis, keys, actor }, { action: "redis.replicas.forget", subject: null }, async () => {
      const seen = await forgetReplicas(connection);
      const before = seen ? ` Some were last seen at ${timeText(seen.toISOString())}.` : "";
      const text = `${address} needs no replicas from now on.${before} Orders are accepted and certificates bought without them.`;
      return { ending: "done", text, json: { lastSeen: seen?.toISOString() ?? null } };
    });
  });
}

function textOf({ online, isAlone, lastSeen }: Replicas): string {
  const seen = lastSeen ? ` Some were last seen at ${timeText(lastSeen.toISOString())}.` : "";
  if (online > 0) return `${countText(online)}. Every order and every purchase waits for one of them.`;
  if (!isAlone) return "no replicas, and none are expected.";
  return `it has lost its replicas.${seen} Nothing is accepted and nothing bought until one follows again. Where there are none any more: certfleet redis replicas forget`;
}

function countText(online: number): string {
  return online === 1 ? "1 replica" : `${online} replicas`;
}
