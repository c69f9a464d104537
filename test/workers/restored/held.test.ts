// What waits until a restored fleet was compared with eNom: whatever changes something there, the policies, the mails to customers.
// And an account that the backup has and the configuration has no more holds up all the others.
import { expect, test } from "vitest";
import { findAllTroubles } from "../../../src/shared/account/troubles.ts";
import { findWaived } from "../../../src/shared/backup/restored-fleet.ts";
import type { Notification } from "../../../src/shared/mail/notification.ts";
import { templates } from "../../../src/shared/mail/templates.ts";
import { thaw } from "../../../src/workers/commands/ledger.ts";
import { sweepDue } from "../../../src/workers/due/sweep.ts";
import { bind } from "../../../src/workers/ledger/bind.ts";
import { notify } from "../../../src/workers/notify/notify.ts";
import { orderNeeds } from "../../support/needs.ts";
import { world } from "../../support/world.ts";
import { asked } from "../commands/said.ts";
import { aNotification, world as mailWorld } from "../notify/world.ts";
import { drive, get, withCode } from "../open/runs.ts";
import { backUp, compare, configured, soldBy, wishToCancel } from "./support.ts";

test("an account that was taken out of the configuration since holds up all, until it is compared or a person says why not", async () => {
  const w = await world({ owner: "silent" });
  const pending = await w.accept({});
  await drive(w, pending, configured);
  await bind(orderNeeds(w), { id: "old", apiUrl: w.enom.url, username: "closed" }, { legacy: [], refunded: [] });
  const waiting = await w.accept({ cn: "waiting.example.com" });
  const restore = await backUp(w);
  const count = soldBy(w);
  const needs = await restore();
  const say = (account: string, withoutComparing = false) =>
    thaw(asked(w), { account, reason: "closed in March", foreign: [], withoutComparing });

  // Its slot may be another order's by now: nothing is called back before that is known.
  await wishToCancel(w, pending);
  await drive(w, pending, withCode("ledger-frozen"), needs);
  expect((await get(w, pending)).state).toBe("CONFIGURED");
  expect(w.enom.asked("CertModifyOrder")).toHaveLength(0);
  await sweepDue(needs); // calculates anew when each is due
  await w.redis.zadd(w.keys.due, 0, pending);
  await sweepDue(needs);
  expect(await w.redis.zscore(w.keys.due, pending)).not.toBeNull();

  expect(await compare(w, needs)).toMatchObject({ left: ["old"] });
  await drive(w, waiting, withCode("ledger-frozen"), needs);
  expect(await findAllTroubles([], w)).toMatchObject([
    { code: "ledger-frozen", account: null, message: expect.stringMatching(/compared with eNom: old\.$/) },
  ]);
  expect(await say("old")).toMatchObject({ state: "not-configured" });
  expect(await say("main", true)).toEqual({ state: "must-be-compared" });
  expect(soldBy(w)).toBe(count);
  expect(await say("old", true)).toEqual({ state: "waived", left: [] });

  await drive(w, waiting, configured, needs);
  await drive(w, pending, ({ state }) => state === "CANCELLED", needs);
  expect(soldBy(w)).toBe(count + 1);
  expect(await findAllTroubles([], w)).toEqual([]);
  expect(await findWaived(w)).toMatchObject([{ account: "old", reason: "closed in March (ada)" }]);
  expect(await w.redis.hget(w.keys.ledger.meta("old"), "frozen")).toMatch(/^restored from/);
  expect(await say("old", true)).toEqual({ state: "no-account" });
});

test("a customer's mail waits for the comparison, and the operator's does not", async () => {
  const w = await mailWorld();
  let isRestored = true;
  const values = templates["operation-failed"].example as Notification["values"];
  const forOperators = aNotification({ key: "bill-1001:failed:1", template: "operation-failed", values });
  const needs = { ...w.needs, isRestored: async () => isRestored };

  expect(await notify(aNotification(), needs)).toMatchObject({
    because: expect.stringMatching(/restored from a backup/),
  });
  expect(await notify(forOperators, needs)).toBe("done");
  expect(w.catcher.mails()).toHaveLength(1);
  isRestored = false;
  expect(await notify(aNotification(), needs)).toBe("done");
  expect(w.catcher.mails()).toHaveLength(2);
});
