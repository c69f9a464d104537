// What becomes of an attempt when Redis or the journal is away just while the gate is opened.
import { expect, test } from "vitest";
import { Unavailable } from "../../../src/shared/base/errors.ts";
import type { Journal } from "../../../src/workers/journal/journal.ts";
import { advanceOrder } from "../../../src/workers/open/workflow.ts";
import { ledgerOf, orderNeeds } from "../../support/needs.ts";
import { isScriptName } from "../../support/redis-scripts.ts";
import { world } from "../../support/world.ts";

test("a gate that could not be kept leaves no doubt: that nothing was sent is recorded once Redis is back", async () => {
  const w = await world();
  const reference = await w.accept({});
  let isAway = false;
  let refused = 0;
  const append: Journal["append"] = async (line) => {
    if (line.step !== "gate" || isAway) return w.journal.append(line);
    isAway = true; // just when the gate is to be kept, and until the answer was refused twice
    throw new Unavailable("no replica of Redis confirmed the write in time");
  };
  const redis = new Proxy(w.redis, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (isAway && isScriptName(name) && refused++ < 2)
        return () => Promise.reject(new Error("Connection is closed."));
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
  const needs = orderNeeds(w, { ledger: ledgerOf(w, { redis, journal: { ...w.journal, append } }) });

  await advanceOrder(reference, needs);

  expect(refused).toBeGreaterThan(2);
  expect(w.enom.books.purchases()).toHaveLength(0);
  expect(await w.redis.hget(w.keys.ledger.attempt(reference, 1), "state")).toBe("REJECTED");
});
