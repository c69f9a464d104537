// Promises of the budget: so many requests a second to an account, whoever sends them.
import { expect, test } from "vitest";
import { openBudget } from "../../../../src/workers/enom/traffic/budget.ts";
import { absentRedis, roads } from "../hostile/traffic.ts";
import { failure } from "../support.ts";

const RAPID = { service: "Certificate-RapidSSL-RapidSSL", years: 1 };

test("Two processes with many questions at once stay within one account's budget together, and another account is not slowed.", async () => {
  const { sandbox, process } = await roads();
  const limited = { requestsPerSecond: 10 };
  const [one, two, other] = [await process("main", limited), await process("main", limited), await process("other")];

  const busy = [one, two].flatMap((enom) =>
    Array.from({ length: 20 }, (_, i) => (i % 3 === 0 ? enom.catalogue() : enom.balance())),
  );
  const first = await Promise.race([
    Promise.all(Array.from({ length: 15 }, () => other.listCertificates({ start: 1, size: 10 }))).then(() => "other"),
    Promise.all(busy).then(() => "busy"),
  ]);
  await Promise.all(busy);

  const times = [...sandbox.asked("GetBalance"), ...sandbox.asked("GetCerts")]
    .map(({ at }) => at.getTime())
    .sort((a, b) => a - b);
  expect(times).toHaveLength(40);
  // Four seconds' worth: the last ten go in the fourth second (alone each process would be done in the second one), and a second's
  // end and the next one's beginning have twenty at most.
  expect((times[39] ?? 0) - (times[0] ?? 0)).toBeGreaterThan(2_400);
  for (const [i, at] of times.slice(0, -20).entries()) expect((times[i + 20] ?? 0) - at).toBeGreaterThan(600);
  expect(first).toBe("other");
});

test("A purchase waits its turn before its gate is asked, and is written right behind it.", async () => {
  const { process } = await roads();
  const enom = await process("main", { requestsPerSecond: 1 });
  const start = performance.now();
  await enom.balance();

  let gateMs = 0;
  const outcome = await enom.buySlot(RAPID, async () => {
    gateMs = performance.now() - start;
  });

  expect(outcome).toMatchObject({ kind: "bought" });
  expect(gateMs).toBeGreaterThan(950);
});

test("Whoever would wait too long is told at once when to come again, and nothing is sent.", async () => {
  const { sandbox, process } = await roads();
  const enom = await process("main", { requestsPerSecond: 0.1 });
  await enom.balance();
  enom.balance().catch(() => undefined); // stands in line

  const [question, purchase] = [await failure(enom.balance()), await enom.buySlot(RAPID, async () => {})];

  const later = {
    name: "Unavailable",
    retryAfterSeconds: 10,
    message: expect.stringContaining("0.1 requests per second"),
  };
  expect(question).toMatchObject(later);
  expect(purchase).toMatchObject({ kind: "not-sent", error: later });
  expect(await enom.checkLogin()).toMatchObject({ cause: "budget-used-up" });
  expect(sandbox.asked()).toHaveLength(1);
});

test("While Redis is away a process goes on with its share, and not more.", async () => {
  const budget = openBudget(
    { account: "main", requestsPerSecond: 9 },
    { redis: absentRedis(), keys: { rate: "rate", line: "line", turns: "turns" } },
  );
  const turns: number[] = [];

  await Promise.all(Array.from({ length: 6 }, () => budget.turn().then(() => turns.push(performance.now()))));

  const [first = 0, , third = 0, fourth = 0] = turns;
  expect(third - first).toBeLessThan(500);
  expect(fourth - first).toBeGreaterThan(900);
});

test("Without a Redis a process keeps the whole budget alone.", async () => {
  const budget = openBudget({ account: "main", requestsPerSecond: 3 });
  const start = performance.now();

  for (let turn = 0; turn < 4; turn++) await budget.turn();

  expect(performance.now() - start).toBeGreaterThan(900);
});
