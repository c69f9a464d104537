// Promises of the line before eNom: within what an account may have, no key's requests stand before another's, and no customer's.

import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { expect, inject, onTestFinished, test as story } from "vitest";
import type { Share } from "../../../../src/shared/authority/share.ts";
import { forRun } from "../../../../src/shared/base/current-order.ts";
import { connectRedis, untilReady } from "../../../../src/shared/redis/client.ts";
import { keysUnder } from "../../../../src/shared/redis/keys.ts";
import { waitForTurn } from "../../../../src/workers/enom/traffic/line.ts";

const PACE = { points: 4, windowMs: 200, most: 1_000, longestMs: 20_000 };

async function line() {
  const keys = keysUnder(`{t-${randomUUID().slice(0, 13)}}`);
  const redis = connectRedis(inject("redisUrl"), "never-give-up", () => undefined);
  await untilReady(redis, 5_000);
  onTestFinished(() => redis.disconnect());
  const places = { rate: keys.rate("main"), line: keys.line("main"), turns: keys.lineTurns("main") };
  const gone: string[] = [];
  const ask = async (name: string, share: Share, pace = PACE): Promise<string> => {
    const answer = await waitForTurn(redis, places, { share, pace });
    if (answer === "go") gone.push(name);
    return answer;
  };
  return { redis, keys: places, gone, ask };
}
const bulk: Share = { by: "key:shop", of: "bulk" };
const many = (count: number) => Array.from({ length: count }, (_, i) => i);

story.for([
  ["of another customer of the same key", { by: "key:shop", of: "other" }],
  ["of another key for the same customer", { by: "key:reseller", of: "bulk" }],
  ["of the fleet itself", { by: "fleet", of: "" }],
] as const)("behind forty requests of one customer, one %s goes with the next window", async ([, share]) => {
  const { ask, gone } = await line();
  const all = many(40).map((i) => ask(`bulk-${i}`, bulk));
  await Promise.race(all); // the window is open, and full

  await ask("one", share);

  expect(gone.indexOf("one")).toBeLessThanOrEqual(2 * PACE.points);
  await Promise.all(all);
});

story("a key with many customers has no more turns than a key with one", async () => {
  const { ask, gone } = await line();
  const shop = many(24).map((i) => ask("shop", { by: "key:shop", of: `customer-${i}` }));
  const reseller = many(24).map(() => ask("reseller", { by: "key:reseller", of: "one" }));
  await Promise.all([...shop, ...reseller]);

  const first = gone.slice(4, 28).filter((name) => name === "reseller").length; // the first window was open to all
  expect(first).toBeGreaterThanOrEqual(9);
  expect(first).toBeLessThanOrEqual(15);
});

story(
  "of one customer the run that began first goes first, so that orders are finished one after the other",
  async () => {
    const { ask, gone } = await line();
    const pace = { ...PACE, points: 1, windowMs: 300 };
    await ask("before", bulk, pace); // the window is open, and full
    const runs: { name: string; begin: () => Promise<string> }[] = [];
    for (const i of many(5)) {
      const began = Date.now();
      while (Date.now() === began) await pause(1);
      const { promise, resolve } = Promise.withResolvers<void>();
      const run = forRun(Date.now(), () => promise.then(() => ask(`run-${i}`, bulk, pace)));
      const begin = (): Promise<string> => {
        resolve();
        return run;
      };
      runs.push({ name: `run-${i}`, begin });
    }

    await Promise.all(runs.toReversed().map(({ begin }) => begin()));

    expect(gone.slice(1)).toEqual(runs.map(({ name }) => name));
  },
);

story("whoever left the line, or whose process died in it, holds up nobody", async () => {
  const { redis, keys, ask, gone } = await line();
  const ghost = { by: "", of: "", run: 0, seen: 1 };
  await redis.hset(keys.line, Object.fromEntries(many(50).map((i) => [`ghost-${i}`, JSON.stringify(ghost)])));

  await Promise.all(many(8).map((i) => ask(`${i}`, bulk)));

  expect(gone).toHaveLength(8);
  expect(await redis.hlen(keys.line)).toBe(0);
});

story("where a key's own line is too long it is told at once, and nobody else is", async () => {
  const { ask } = await line();
  const pace = { points: 1, windowMs: 10_000, most: 2, longestMs: 300 };
  await ask("first", bulk, pace);
  const began = performance.now();
  const waiting = [ask("second", bulk, pace), ask("third", bulk, pace)];
  await pause(50);

  const late = ask("fourth", bulk, pace).then((answer) => ({ answer, ms: performance.now() - began }));
  const other = ask("other", { by: "key:reseller", of: "one" }, pace).then((answer) => ({
    answer,
    ms: performance.now() - began,
  }));

  expect((await late).ms).toBeLessThan(250);
  expect((await other).ms).toBeGreaterThan(300);
  expect(await Promise.all(waiting)).toEqual(["late", "late"]);
});
