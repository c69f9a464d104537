// Whose work is being done now: the share of the current order, read once and remembered for a while.

import { FLEET, type Share, UNKNOWN } from "../../shared/authority/share.ts";
import { currentOrder } from "../../shared/base/current-order.ts";
import { readShares } from "../../shared/queue/waiting.ts";
import type { RedisClient } from "../../shared/redis/client.ts";
import type { Keys } from "../../shared/redis/keys.ts";

/** An order's share never changes; so many are remembered. */
const MOST = 5_000;

/** Work that is done for no single order is the fleet's own. @throws what Redis throws */
export function openWhose({ redis, keys }: { redis: RedisClient; keys: Keys }): () => Promise<Share> {
  const known = new Map<string, Share>();
  return async () => {
    const reference = currentOrder();
    if (reference === null) return FLEET;
    const remembered = known.get(reference);
    if (remembered) return remembered;
    const share = (await readShares([reference], { redis, keys })).get(reference) ?? UNKNOWN;
    if (known.size >= MOST) known.clear();
    known.set(reference, share);
    return share;
  };
}
