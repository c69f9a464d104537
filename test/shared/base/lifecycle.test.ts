// A stop: work first and all of it at once, then the parts, last started first, the whole within one time.
import { pino } from "pino";
import { expect, test } from "vitest";
import { lifecycle } from "../../../src/shared/base/lifecycle.ts";

test("All work is told to stop before any of it has ended, and what it needs is closed afterwards, the last first.", async () => {
  const { life, told } = aProcess();
  const slow = Promise.withResolvers<void>();
  life.add("redis", () => void told.push("redis"));
  life.add("journal", () => void told.push("journal"));
  life.addWork("open", () => {
    told.push("open told");
    return slow.promise.then(() => told.push("open ended"));
  });
  life.addWork("notify", () => void told.push("notify told"));

  const stopped = life.stop();
  await Promise.resolve();
  const first = [...told];
  slow.resolve();
  await Promise.all([stopped, life.stop()]);

  expect(first).toEqual(["open told", "notify told"]);
  expect(told).toEqual(["open told", "notify told", "open ended", "journal", "redis"]);
});

test("What hangs takes the time of the whole stop once, is named in the log, and keeps nothing else open.", async () => {
  const { life, told, warned } = aProcess(400);
  const hang = () => new Promise(() => undefined);
  life.add("redis", () => void told.push("redis"));
  for (const name of ["smtp", "enom"]) life.add(name, hang);
  for (const name of ["open", "reissue"]) life.addWork(name, hang);
  life.add("broken", () => Promise.reject(new Error("never heard")));

  const began = performance.now();
  await life.stop();

  expect(performance.now() - began).toBeLessThan(1_500); // one time, not four
  expect(warned()).toEqual(["open", "reissue"]);
  expect(told).toEqual(["redis"]);
});

test("What is started during a stop is stopped at once.", async () => {
  const { life, told } = aProcess();

  const stopped = life.stop();
  life.add("late", () => void told.push("late"));
  life.addWork("later", () => void told.push("later"));
  await stopped;

  expect(life.isStopping).toBe(true);
  expect(told).toEqual(["late", "later"]);
});

function aProcess(drainMs?: number) {
  const lines: { event: string; name: string }[] = [];
  const log = pino({}, { write: (line: string) => void lines.push(JSON.parse(line)) });
  const told: string[] = [];
  return {
    life: lifecycle(log, drainMs),
    told,
    warned: () => lines.filter(({ event }) => event === "stop.failed").map(({ name }) => name),
  };
}
