// Webhook endpoints that are switched off because nobody was there: told until a person switches them on or removes them.
import type { RedisClient } from "../redis/client.ts";
import type { Keys } from "../redis/keys.ts";
import { lasting, type StandingFinding } from "./findings.ts";

const REASONS: Readonly<Record<string, string>> = {
  gone: "it answered 410, which says that it is no more",
  failing: "for three days no delivery succeeded",
};

export async function findDeadWebhooks({
  redis,
  keys,
}: {
  redis: RedisClient;
  keys: Keys;
}): Promise<StandingFinding[]> {
  const ids = await redis.zrange(keys.hooks, "0", "-1");
  const found = await Promise.all(ids.map((id) => deadOne(id, { redis, keys })));
  return found.filter((each) => each !== undefined);
}

/** The host only: the rest of an address may hold what nobody else should read. */
async function deadOne(
  id: string,
  { redis, keys }: { redis: RedisClient; keys: Keys },
): Promise<StandingFinding | undefined> {
  const kept = await redis.hmget(keys.hook(id), "state", "disabledBecause", "disabledAt", "url", "lastDelivery");
  const [state, because, disabledAt, url, last] = kept;
  const why = REASONS[because ?? ""];
  if (state !== "off" || why === undefined) return undefined;
  const host = URL.canParse(url ?? "") ? new URL(url ?? "").host : "?";
  const since = new Date(Number(disabledAt ?? 0)).toISOString();
  const error = errorIn(last);
  return {
    ...{ code: "webhook-dead", about: id, since },
    message: `The webhook ${id} (${host}) is switched off: ${why}${error ? `. The last time: ${error}` : ""}. Its events wait for ${lasting(30 * 86_400_000)}.`,
    next: `Put the receiver right, then: certfleet webhook enable ${id}. If it is not needed any more: certfleet webhook remove ${id}`,
  };
}

function errorIn(last: string | null | undefined): string | undefined {
  try {
    const { error } = JSON.parse(last ?? "{}") as { error?: unknown };
    return typeof error === "string" ? error : undefined;
  } catch {
    return undefined;
  }
}
