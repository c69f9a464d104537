// Stories about what others hear of the work of all workers together.
import { expect, test, vi } from "vitest";
import { endStanding, noteStanding } from "../../src/shared/account/not-understood.ts";
import { accountRecords } from "../../src/shared/account/records.ts";
import { createLog } from "../../src/shared/base/log.ts";
import { accountEntry } from "../../src/shared/config/fleet-file.ts";
import { eventTypes } from "../../src/shared/events/event-types.ts";
import { BEFORE_ALL, readEvents, trimEvents } from "../../src/shared/events/read.ts";
import { judge } from "../../src/workers/balance/crossings.ts";
import { bind } from "../../src/workers/ledger/bind.ts";
import { freeze, switchPurchases, thaw } from "../../src/workers/ledger/maintenance.ts";
import { tellTroubles } from "../../src/workers/troubles/watch.ts";
import { issued, type World, world } from "../support/world.ts";
import { worker } from "./due/stories.ts";

async function told(w: World) {
  const { events } = await readEvents(w.redis, w.keys, BEFORE_ALL, 10_000);
  for (const { type, data } of events) expect(eventTypes[type].data.parse(data), type).toEqual(data);
  return events;
}

test("an order's way to its certificate is told step by step, each once, and nobody is named", async () => {
  const w = await world();
  await w.work(["open", "notify"]);
  const reference = await w.order({});
  const certificate = await w.until(reference, issued);
  const sent = await vi.waitFor(
    async () => {
      const all = (await told(w)).filter(({ type }) => type === "mail.sent");
      if (all.length < 3) throw new Error(`${all.length} mails`);
      return all;
    },
    { timeout: 10_000 },
  );

  const events = (await told(w)).filter(({ subject }) => subject === `certificate/${reference}`);
  const types = events.map(({ type }) => type).filter((type) => !/^mail|validation/.test(type));
  expect(types).toEqual([
    ...["certificate.ordered", "certificate.planned", "certificate.purchased", "certificate.configured"],
    ...["certificate.submitted", "certificate.issued"],
  ]);
  const { certId } = certificate;
  expect(events.find(({ type }) => type === "certificate.purchased")?.data).toMatchObject({ certId, account: "main" });
  expect(events.find(({ type }) => type === "certificate.issued")?.data).toMatchObject({
    ...{ status: "issued", certId, serialNumber: certificate.record.issue?.serialNumber },
  });
  expect(sent.map(({ data }) => data.template)).toContain("certificate-issued");
  expect(JSON.stringify(await told(w))).not.toMatch(/ada|client@|admin@/i);
});

test("balances, switches, frozen ledgers and stopped queues are told when they begin and when they are over", async () => {
  const w = await world();
  const { redis, keys, queues, time: clock } = w;
  await accountRecords(redis, keys).publish(accountEntry.parse({ id: "main", username: "u", password: "p" }));
  const look = () =>
    tellTroubles({ redis, keys, clock, log: createLog("silent" as never, "test"), enqueue: queues.enqueue });
  const reading = (available: string) => ({ available, minimum: "100.0000", at: clock.now().toISOString() });

  await judge({ redis, keys }, "main", reading("99.0000"), "20%");
  await judge({ redis, keys }, "main", reading("98.0000"), "20%");
  await judge({ redis, keys }, "main", reading("120.0000"), "20%");
  await redis.hset(keys.ledger.meta("main"), { stopped: "ada said so", frozen: "somebody bought" });
  await Promise.all([look(), look()]);
  await look();
  await redis.hdel(keys.ledger.meta("main"), "stopped", "frozen");
  await queues.all.notify.pause();
  await look();
  await queues.all.notify.resume();
  await look();

  const events = (await told(w)).filter(({ subject }) => !subject.startsWith("certificate/"));
  const lines = events.map(({ type, data }) => `${type} ${data.code ?? data.available} ${data.about ?? ""}`.trim());
  expect(lines.slice(0, 2)).toEqual(["account.low-balance 99.0000", "account.balance-restored 120.0000"]);
  const rest = lines.slice(2).filter((line) => !/schedule-missing|sweep-late/.test(line));
  expect(rest.slice(0, 2).sort()).toEqual(["account.frozen ledger-frozen", "account.purchases-off purchases-stopped"]);
  expect(rest.slice(2, 4).sort()).toEqual(["account.purchases-on purchases-stopped", "account.thawed ledger-frozen"]);
  expect(rest.slice(4)).toEqual(["fleet.trouble queue-paused notify", "fleet.trouble-cleared queue-paused notify"]);
  expect(JSON.stringify(events)).not.toContain("ada");
});

test("what an account was for a moment only is told with the change, once, and nobody hears twice that it is over", async () => {
  const w = await world();
  const { redis, keys, queues, time: clock } = w;
  const needs = worker(w);
  const look = () =>
    tellTroubles({ redis, keys, clock, log: createLog("silent" as never, "test"), enqueue: queues.enqueue });
  const entry = accountEntry.parse({ id: "main", username: "u", password: "p" });
  await accountRecords(redis, keys).publish(entry);
  await bind(needs, entry, { legacy: [], refunded: [] });
  const records = accountRecords(redis, keys);
  const check = (ok: boolean) => ({ ok, ...(!ok && { cause: "login-refused" as const }), message: "No.", at: NOW });
  const NOW = clock.now().toISOString();
  await look();
  const before = (await told(w)).length;

  await freeze(needs, "main", "ada bought one");
  await freeze(needs, "main", "again");
  await thaw(needs, "main", "found (ada)");
  await switchPurchases(needs, "main", "off", "ada moves");
  await switchPurchases(needs, "main", "on", "done");
  await records.keepCheck("main", check(false));
  await records.keepCheck("main", check(true));
  await noteStanding(w, "main", "row 7 cannot be read", clock.now());
  await endStanding(w, "main", clock.now());
  await look();
  await look();
  await freeze(needs, "main", "later");
  await Promise.all([look(), look()]);

  const events = (await told(w)).slice(before).filter(({ subject }) => subject === "account/main");
  expect(events.map(({ type, data }) => `${type} ${data.code}`)).toEqual([
    ...["account.frozen ledger-frozen", "account.thawed ledger-frozen"],
    ...["account.purchases-off purchases-stopped", "account.purchases-on purchases-stopped"],
    ...["account.trouble enom-login-refused", "account.trouble-cleared enom-login-refused"],
    ...["account.trouble enom-not-understood", "account.trouble-cleared enom-not-understood"],
    "account.frozen ledger-frozen",
  ]);
  expect(events[1]?.data.since).toBe(events[0]?.data.since);
  expect(JSON.stringify(events)).not.toContain("ada");
});

test("events that are older than 30 days go, but for the newest", async () => {
  const w = await world();
  const days = (count: number) => `${Date.now() - count * 86_400_000}-0`;
  for (const age of [40, 31, 29]) await w.redis.xadd(w.keys.events, days(age), "type", "fleet.trouble");
  expect(await trimEvents(w.redis, w.keys)).toBe(2);
  await w.redis.xtrim(w.keys.events, "MAXLEN", 0);
  expect(await trimEvents(w.redis, w.keys)).toBe(0);
  await w.redis.del(w.keys.events);
  await w.redis.xadd(w.keys.events, days(50), "type", "fleet.trouble");
  await w.redis.xadd(w.keys.events, days(45), "type", "fleet.trouble");
  expect(await trimEvents(w.redis, w.keys)).toBe(1);
});
