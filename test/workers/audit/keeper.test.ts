// What the keeper of a ledger says in the log: a fact once, and that it is over once, however often it looks.
import { pino } from "pino";
import { expect, onTestFinished, test, vi } from "vitest";
import { startKeeper } from "../../../src/workers/audit/keeper.ts";
import { freeze } from "../../../src/workers/ledger/maintenance.ts";
import { ledgerOf, orderNeeds } from "../../support/needs.ts";
import { world } from "../../support/world.ts";

const SOON = { timeout: 10_000, interval: 20 };

test("A ledger that is frozen is said once, however often it is looked at, once more when it may be used again, and so the next time.", async () => {
  const w = await world();
  const said: string[] = [];
  const write = (line: string): void => {
    const { event, account, reason = "" } = JSON.parse(line);
    if (event.startsWith("ledger.")) said.push(`${event} ${account} ${reason}`.trim());
  };
  const needs = orderNeeds(w, { ledger: ledgerOf(w, { settleMs: 6_000 }), log: pino({ level: "trace" }, { write }) });
  const looks = vi.spyOn(w.redis, "hmget");
  const lookedTwice = async (): Promise<void> => {
    looks.mockClear();
    await vi.waitFor(() => expect(looks.mock.calls.length).toBeGreaterThan(2), SOON);
  };
  const keeper = startKeeper(needs);
  onTestFinished(() => keeper.stop());

  for (const reason of ["I1: a slot has two owners.", "again"]) {
    await freeze(needs, "main", reason);
    await vi.waitFor(() => expect(said.at(-1)).toBe(`ledger.frozen main ${reason}`), SOON);
    await lookedTwice();
    await w.redis.hdel(w.keys.ledger.meta("main"), "frozen");
    await vi.waitFor(() => expect(said.at(-1)).toBe("ledger.thawed main"), SOON);
    await lookedTwice();
  }

  expect(said).toEqual([
    ...["ledger.frozen main I1: a slot has two owners.", "ledger.thawed main"],
    ...["ledger.frozen main again", "ledger.thawed main"],
  ]);
});
