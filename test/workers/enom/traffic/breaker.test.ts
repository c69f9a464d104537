// Promises of the breaker: an eNom that is away is left alone, one request finds out when it is back, and nobody loses an attempt.
import { setTimeout as pause } from "node:timers/promises";
import { pino } from "pino";
import { expect, test, vi } from "vitest";
import type { Fault } from "../../../../src/sandbox/enom/wire/faults.ts";
import { Unavailable } from "../../../../src/shared/base/errors.ts";
import { keysUnder } from "../../../../src/shared/redis/keys.ts";
import type { Enom } from "../../../../src/workers/enom/commands/commands.ts";
import { breakerPauses, openBreaker } from "../../../../src/workers/enom/traffic/breaker.ts";
import { issued, world } from "../../../support/world.ts";
import { absentRedis, PAUSES, roads } from "../hostile/traffic.ts";
import { failure } from "../support.ts";

const times = (count: number, fault: Fault): Fault[] => Array.from({ length: count }, () => fault);
const DOWN: Fault = { kind: "status", status: 503 };

/** As many questions as it takes, one after the other. */
async function failFive(enom: Enom): Promise<void> {
  for (let asked = 0; asked < 5; asked++) expect(await failure(enom.balance())).toBeInstanceOf(Unavailable);
}

/** As long as it was told. */
const waitOut = (seconds: unknown): Promise<void> => pause(Number(seconds) * 1_000 + 10);

test("After five failures in a row nothing is sent any more by any process, then one request tries, and then all go on.", async () => {
  const { sandbox, events, process } = await roads();
  const how = { pauses: { firstMs: 1_500, longestMs: 60_000 } };
  const [one, two, other] = [await process("main", how), await process("main", how), await process("other", how)];
  sandbox.fault("GetBalance", ...times(5, DOWN));
  await failFive(one);

  const told = (await failure(two.balance())) as Unavailable;
  expect(told).toMatchObject({ name: "Unavailable", retryAfterSeconds: expect.any(Number) });
  expect(await two.buySlot({ service: "x", years: 1 }, async () => {})).toMatchObject({ kind: "not-sent" });
  expect(sandbox.asked()).toHaveLength(5);
  expect(await other.balance()).toMatchObject({ available: "5000.00" });

  await waitOut(told.retryAfterSeconds);
  const othersTold = Promise.withResolvers<void>();
  sandbox.fault("GetBalance", { kind: "meanwhile", run: () => othersTold.promise }); // the one that tries
  let count = 0;
  const tries = [one, two, one, two].map((enom) => enom.balance().catch(() => ++count === 3 && othersTold.resolve()));
  await Promise.all(tries);
  expect(sandbox.asked()).toHaveLength(7);

  await Promise.all([one, two, one, two].map((enom) => enom.balance()));
  expect(events).toMatchObject([
    { event: "breaker.opened", account: "main", cause: "web-page", seconds: 1.5 },
    { event: "breaker.closed", account: "main" },
  ]);
});

test("Each try that fails doubles the pause, up to the longest.", async () => {
  const { sandbox, events, process } = await roads();
  const enom = await process("main");
  sandbox.fault("GetBalance", ...times(8, { kind: "lose-request" }));
  await failFive(enom);

  for (let tried = 0; tried < 3; tried++) {
    await waitOut(events.at(-1)?.seconds);
    await failure(enom.balance());
  }

  expect(events.map(({ seconds }) => seconds)).toEqual([0.3, 0.6, 1, 1]);
  expect(sandbox.asked()).toHaveLength(8);
});

test("Who stands in line when eNom goes away is told and not sent, and who was under way then does not prolong the pause.", async () => {
  const { sandbox, events, process } = await roads();
  const pauses = { firstMs: 60_000, longestMs: 600_000 };
  const enom = await process("main", { requestsPerSecond: 8, pauses });
  sandbox.fault("GetBalance", ...times(8, DOWN));

  const asked = await Promise.allSettled(Array.from({ length: 12 }, () => enom.balance()));

  expect(asked.map(({ status }) => status)).not.toContain("fulfilled");
  expect(sandbox.asked()).toHaveLength(8);
  expect(events).toMatchObject([{ event: "breaker.opened", seconds: 60 }]);
});

test("A check by a person goes past it, and opens the road when eNom is back.", async () => {
  const { sandbox, process } = await roads();
  const enom = await process("main", { pauses: { firstMs: 60_000, longestMs: 60_000 } });
  sandbox.fault("GetBalance", ...times(5, DOWN));
  await failFive(enom);

  sandbox.fault("CheckLogin", DOWN);
  expect(await enom.checkLogin()).toMatchObject({ cause: "web-page" });
  expect(await failure(enom.balance())).toMatchObject({ retryAfterSeconds: expect.closeTo(60, -1) });

  expect(await enom.checkLogin()).toBeUndefined();
  expect(await enom.balance()).toMatchObject({ available: "5000.00" });
});

test("A login that goes well does not open the road for questions that eNom does not answer: the next one tries, and the pauses grow on.", async () => {
  const { sandbox, events, process } = await roads();
  const enom = await process("main", { pauses: { firstMs: 60_000, longestMs: 600_000 } });
  sandbox.fault("GetBalance", ...times(7, DOWN));
  await failFive(enom);

  expect(await enom.checkLogin()).toBeUndefined();
  await failure(enom.balance());
  const told = await failure(enom.balance());

  expect(told).toMatchObject({ retryAfterSeconds: expect.closeTo(120, -1) });
  expect(events).toMatchObject([{ seconds: 60 }, { seconds: 120 }]);
});

test("Work reports each pause that begins and each time that eNom lets it in no more; other trouble is its own, and a check reports nothing.", async () => {
  const { sandbox, troubles, process } = await roads();
  const enom = await process("main");

  sandbox.fault("GetBalance", ...times(4, DOWN));
  for (let asked = 0; asked < 4; asked++) await failure(enom.balance());
  sandbox.fault("CheckLogin", DOWN);
  await enom.checkLogin();
  sandbox.settings.loginWorks = false;
  await enom.checkLogin();
  expect(troubles).toEqual([]);
  await failure(enom.balance());
  Object.assign(sandbox.settings, { loginWorks: true, allowedAddress: false });
  await failure(enom.catalogue());
  sandbox.settings.allowedAddress = true;
  sandbox.fault("GetBalance", { kind: "error", texts: ["No"], codes: [{ number: "304150", string: "no" }] });
  await failure(enom.balance());
  expect(troubles.splice(0)).toEqual(["login-refused", "address-not-permitted"]);

  sandbox.fault("GetBalance", ...times(6, DOWN));
  await failFive(enom);
  const told = (await failure(enom.balance())) as Unavailable;
  expect(troubles).toEqual(["web-page"]);
  await waitOut(told.retryAfterSeconds);
  await failure(enom.balance());

  expect(troubles).toEqual(["web-page", "web-page"]);
});

test("Refusals, documents that cannot be read and lost purchases are no sign that eNom is away.", async () => {
  const { sandbox, events, process } = await roads();
  const enom = await process("main");
  sandbox.fault(
    "GetBalance",
    ...times(6, { kind: "error", texts: ["No"], codes: [{ number: "304150", string: "no" }] }),
  );
  sandbox.fault("GetCerts", ...times(6, { kind: "cut", bytes: 40 }));
  sandbox.fault("PurchaseServices", ...times(6, { kind: "lose-answer" }));

  const slot = { service: "Certificate-RapidSSL-RapidSSL", years: 1 };
  for (let turn = 0; turn < 6; turn++) await failure(enom.balance());
  for (let turn = 0; turn < 6; turn++) await failure(enom.catalogue());
  for (let turn = 0; turn < 6; turn++) await enom.buySlot(slot, async () => {});

  expect(await enom.balance()).toMatchObject({ balance: expect.any(String) });
  expect(events).toEqual([]);
});

test("Failures with an answer between them are not in a row.", async () => {
  const { sandbox, events, process } = await roads();
  const enom = await process("main");

  for (let round = 0; round < 3; round++) {
    sandbox.fault("GetBalance", ...times(4, DOWN));
    for (let asked = 0; asked < 4; asked++) await failure(enom.balance());
    await enom.balance();
  }

  expect(events).toEqual([]);
});

test("While eNom is away an order waits without losing its attempt, and is issued when eNom is back.", async () => {
  const w = await world();
  const away = new Set(["getbalance", "getcerts", "certgetcerts", "getorderlist", "gettranshistory", "checklogin"]);
  w.enom.settings.losses = { rate: 1, commands: away };
  const reference = await w.order({});
  await w.work(["open", "notify"]);

  await vi.waitFor(async () => expect(await w.redis.hget(w.keys.breaker("main"), "times")).not.toBeNull(), 10_000);
  w.enom.settings.losses = null;

  expect((await w.until(reference, issued)).record.attention).toBeNull();
  expect(await w.queues.all.open.getFailedCount()).toBe(0);
});

test("The pauses go from 15 seconds to five minutes, and shrink with the pause between two looks at an order.", () => {
  expect(breakerPauses(300)).toEqual({ firstMs: 15_000, longestMs: 300_000 });
  expect(breakerPauses(3_600)).toEqual({ firstMs: 15_000, longestMs: 300_000 });
  expect(breakerPauses(0.3)).toEqual({ firstMs: 15, longestMs: 300 });
});

test("A breaker whose Redis is away keeps nobody back.", async () => {
  const needs = { redis: absentRedis(), keys: keysUnder("absent"), account: "main", pauses: PAUSES };
  const breaker = openBreaker({ ...needs, log: pino({ level: "silent" }) });

  for (let failed = 0; failed < 6; failed++) await breaker.failed("connection-refused", { isTrial: false });

  expect(await breaker.enter()).toEqual({ state: "closed", failures: 0 });
});
