// Stories about the gateway that lists an older fleet's certificates beside its other work.
import { randomUUID } from "node:crypto";
import { Redis } from "ioredis";
import { expect, inject, onTestFinished, test } from "vitest";
import { keepLists } from "../../src/producers/lists.ts";
import { createLog } from "../../src/shared/base/log.ts";
import { areListsWhole } from "../../src/shared/certificate/lists/listed.ts";
import { certificateStore } from "../../src/shared/certificate/store.ts";
import { keysUnder } from "../../src/shared/redis/keys.ts";
import { fillAsBefore } from "../bench/listed-fleet.ts";
import { NOW } from "../bench/stored-fleet.ts";
import { defaultPolicy } from "../support/policy.ts";

test("a gateway that starts over an older fleet lists it by itself, two of them as well as one, and moves what has ended", async () => {
  const redis = new Redis(inject("redisUrl"));
  onTestFinished(() => redis.disconnect());
  const keys = keysUnder(`{test-${randomUUID()}}`);
  await fillAsBefore(redis, keys, 250);
  const needs = { redis, keys, clock: { now: () => NOW }, log: createLog("fatal", "test") };

  const gateways = [keepLists(needs), keepLists(needs)];
  await expect.poll(() => areListsWhole(needs), { timeout: 15_000 }).toBe(true);
  await expect.poll(() => redis.zcard(keys.byStatus("expired")), { timeout: 15_000 }).toBeGreaterThan(20);
  await Promise.all(gateways.map((each) => each.stop()));

  const store = certificateStore(redis, keys, defaultPolicy);
  const page = await store.list({ status: "expired" }, { limit: 200 }, NOW);
  expect(page).toMatchObject({ cursor: null });
  expect(page.certificates).toHaveLength(await redis.zcard(keys.byStatus("expired")));
});
