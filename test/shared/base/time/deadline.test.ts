// A promise against a timer: whichever comes first, and nothing is left behind.
import { setTimeout as pause } from "node:timers/promises";
import { expect, test } from "vitest";
import { withDeadline } from "../../../../src/shared/base/time/deadline.ts";

const never = new Promise<string>(() => undefined);
const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;

test("Work that ends in time answers for itself, with its value or its error, and the timer goes with it.", async () => {
  const before = timers();
  const well = await withDeadline(Promise.resolve("done"), 60_000, () => "late");
  const ill = withDeadline(Promise.reject(new Error("broken")), 60_000, () => "late");

  await expect(ill).rejects.toThrow("broken");
  expect(well).toBe("done");
  expect(timers()).toBe(before);
});

test("Work that is late is answered for by a value or an error; its own error afterwards hurts nobody.", async () => {
  const { promise, reject } = Promise.withResolvers<string>();
  const instead = await withDeadline(promise, 1, () => "late");
  const refused = withDeadline(never, 1, () => {
    throw new Error("too late");
  });

  await expect(refused).rejects.toThrow("too late");
  expect(instead).toBe("late");
  reject(new Error("after the end"));
  await pause(1); // an error that nobody hears would end the test run here
});
