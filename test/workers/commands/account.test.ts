// Promises of `account check` beside a running fleet: what a person was just told is soon what the fleet shows.
import { expect, test, vi } from "vitest";
import { accountRecords } from "../../../src/shared/account/records.ts";
import { askFleetToCheck } from "../../../src/workers/commands/account.ts";
import { certfleet } from "../../producers/cli/support.ts";
import { orderNeeds } from "../../support/needs.ts";
import { world } from "../../support/world.ts";

const SOON = { timeout: 10_000, interval: 20 };

test("Who has mended something at eNom and checks the account sees the fleet's pages follow, with the balance.", async () => {
  const w = await world({ balance: "120.00" });
  const records = accountRecords(w.redis, w.keys);
  w.enom.settings.allowedAddress = false;
  await w.work(["balance-poll"]);
  await vi.waitFor(async () => {
    expect((await records.find("main"))?.lastCheck?.cause).toBe("address-not-permitted");
    expect(await w.queues.all["balance-poll"].getActiveCount()).toBe(0);
  }, SOON);

  w.enom.settings.allowedAddress = true;
  const told = await certfleet(["account", "check"], { env: w.env });

  expect(told).toMatchObject({ code: 0, stdout: expect.stringMatching(/^✓ main .*accepts the login and the address/) });
  expect(told.stderr).toBe("The workers check, too. Dashboard and API show their result a moment later.\n");
  await vi.waitFor(
    async () =>
      expect(await records.find("main")).toMatchObject({ lastCheck: { ok: true }, balance: { available: "120.00" } }),
    SOON,
  );
}, 30_000);

test("The fleet is asked about accounts that it has and uses, and about no other.", async () => {
  const w = await world();
  const records = accountRecords(w.redis, w.keys);
  const { accounts } = orderNeeds(w);
  const [main] = accounts.all.map(({ entry }) => entry);
  if (!main) throw new Error("the world has an account");
  await records.publishAll([main, { ...main, id: "off", enabled: false }]);

  expect(await askFleetToCheck(w.env, ["main", "off", "new"])).toEqual(["main"]);

  const jobs = await w.queues.all["balance-poll"].getJobs();
  expect(jobs.map(({ data }) => data)).toEqual([{ v: 1, account: "main", check: true }]);
});

test("Without a fleet, or while its Redis is away, nobody is asked, and nobody is told so.", async () => {
  const w = await world();
  const { REDIS_URL: _none, ...alone } = w.env;

  expect(await askFleetToCheck(alone, ["main"])).toEqual([]);
  expect(await askFleetToCheck({ ...w.env, REDIS_URL: "redis://127.0.0.1:1" }, ["main"])).toEqual([]);
  expect(await certfleet(["account", "check"], { env: alone })).toMatchObject({ code: 0, stderr: "" });
}, 20_000);
