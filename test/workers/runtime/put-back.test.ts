// Redis' clock was 15 minutes ahead and is right again: what was to last for a moment lasts no quarter of an hour.
import { expect, test } from "vitest";
import { createLog } from "../../../src/shared/base/log.ts";
import { readProcesses, reportProcess } from "../../../src/shared/process/processes.ts";
import { takeTurn } from "../../../src/shared/process/repeat.ts";
import { breakerPauses, openBreaker } from "../../../src/workers/enom/traffic/breaker.ts";
import { waitForTurn } from "../../../src/workers/enom/traffic/line.ts";
import { world } from "../../support/world.ts";

const QUARTER_MS = 900_000;

test("a turn that somebody took then is free again after its own time", async () => {
  const { redis, keys } = await world();
  const turn = { key: keys.sweeper("open"), who: "me", ms: 4_500 };
  await redis.set(turn.key, "somebody", "PX", QUARTER_MS);

  expect(await takeTurn(redis, turn)).toBe(false);
  expect(await redis.pttl(turn.key)).toBeLessThanOrEqual(4_500);
});

test("requests to eNom go on: a window of a second is one, and who waited then waits no more", async () => {
  const { redis, keys } = await world();
  const line = { rate: keys.rate("main"), line: keys.line("main"), turns: keys.lineTurns("main") };
  const gone = { by: "shop", of: "a", run: 1, seen: Date.now() + QUARTER_MS };
  await redis.set(line.rate, "1", "PX", QUARTER_MS);
  await redis.hset(line.line, "gone", JSON.stringify(gone));
  const pace = { points: 1, windowMs: 1_000, most: 10, longestMs: 20_000 };

  expect(await waitForTurn(redis, line, { share: { by: "shop", of: "b" }, pace })).toBe("go");
});

test("a connection that was paused then is tried now, and one that is paused now is not", async () => {
  const { redis, keys } = await world();
  await redis.ping(); // a breaker does nothing until there is a connection
  const needs = { redis, keys, account: "main", pauses: breakerPauses(60) };
  const breaker = openBreaker({ ...needs, log: createLog("silent", "test") });
  for (let i = 0; i < 5; i++) await breaker.failed("unreachable", { isTrial: false });
  expect(await breaker.readStanding()).toMatchObject({ state: "open" });

  await redis.hincrby(keys.breaker("main"), "until", QUARTER_MS);
  await redis.hincrby(keys.breaker("main"), "since", QUARTER_MS);

  expect(await breaker.readStanding()).toEqual({ state: "due" });
});

test("a process that died then is not alive for another quarter of an hour", async () => {
  const { redis, keys } = await world();
  const about = { parts: ["open"], host: "web1", pid: 1, version: "1", ownTime: 0, startedAt: "" };
  await redis.hset(keys.processes, "dead", `${Date.now() + QUARTER_MS} ${JSON.stringify(about)}`);

  await reportProcess("alive", about, { redis, keys });

  const dead = (await readProcesses({ redis, keys })).find(({ id }) => id === "dead");
  expect(dead?.silentMs).toBeGreaterThanOrEqual(0);
});
