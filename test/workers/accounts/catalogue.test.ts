// Promises of the catalogue that an account keeps: eNom is asked once for many orders, and what was read serves while eNom is away.
import { expect, test } from "vitest";
import { Refused, Unavailable } from "../../../src/shared/base/errors.ts";
import { account } from "../../../src/workers/accounts/accounts.ts";
import { orderNeeds } from "../../support/needs.ts";
import { world } from "../../support/world.ts";

const MINUTE_MS = 60_000;

/** An account whose clock and eNom's answers are in hand. */
async function shop() {
  const w = await world();
  const [known] = orderNeeds(w).accounts.all;
  if (!known) throw new Error("the world has an account");
  const time = { ms: 0 };
  let fault: Error | undefined;
  const { entry, enom } = known;
  const catalogue = () => (fault ? Promise.reject(fault) : enom.catalogue());
  const shown = account(entry, { ...enom, catalogue }, () => time.ms);
  return {
    read: shown.catalogue,
    asked: () => w.enom.asked("PE_GetProductPrice").length + w.enom.asked("GetCerts").length,
    pass: (minutes: number) => {
      time.ms += minutes * MINUTE_MS;
    },
    fails: (error: Error | undefined) => {
      fault = error;
    },
  };
}

test("Many orders at once ask eNom for its catalogue once, and again after ten minutes.", async () => {
  const { read, asked, pass } = await shop();

  await read();
  const once = asked();
  pass(11);
  const all = await Promise.all(Array.from({ length: 24 }, () => read()));

  expect(once).toBeGreaterThan(0);
  expect(asked()).toBe(2 * once);
  expect(new Set(all).size).toBe(1);
});

test("While eNom is away a catalogue of today serves on; a refusal, and one that is older, do not go unheard.", async () => {
  const { read, pass, fails } = await shop();
  const before = await read();
  pass(60);

  fails(new Unavailable("eNom is away"));
  expect(await read()).toEqual(before);
  fails(new Refused("bad login"));
  await expect(read()).rejects.toThrow("bad login");
  fails(new Unavailable("eNom is away"));
  pass(24 * 60);
  await expect(read()).rejects.toThrow("eNom is away");
  fails(undefined);
  expect(await read()).toEqual(before);
});
