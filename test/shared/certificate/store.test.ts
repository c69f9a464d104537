// Stories about an order that is saved while the ledger changes under it.
import { expect, test } from "vitest";
import { world } from "../../support/world.ts";

test("an order does not end on a ledger state that a Redis lost again: it stays with those that are looked at", async () => {
  const w = await world();
  const reference = await w.accept({});
  const key = w.keys.certificate(reference);
  await w.redis.hset(key, "state", "CANCELLED");
  const cancelled = await w.certificates.find(reference);
  await w.redis.hset(key, "state", "APPROVED"); // Redis is again what it was a moment ago
  if (!cancelled) throw new Error("no order");

  await expect(w.certificates.save(cancelled, w.time.now())).rejects.toThrow("was changed by another process");

  expect(await w.redis.zscore(w.keys.unfinished("open"), reference)).not.toBeNull();
});
