// Promises about how the age of a gate is measured.

import { expect, test, vi } from "vitest";
import { startStopwatch } from "../../../../src/workers/enom/wire/post-once.ts";

test("a wall clock that jumps ahead counts, as after a machine was suspended", () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  try {
    const elapsedMs = startStopwatch();
    vi.setSystemTime(Date.now() + 3_600_000);

    expect(elapsedMs()).toBeGreaterThanOrEqual(3_600_000);
  } finally {
    vi.useRealTimers();
  }
});

test("a wall clock that is set back makes nothing younger", () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  try {
    const elapsedMs = startStopwatch();
    vi.setSystemTime(Date.now() - 3_600_000);

    const first = elapsedMs();

    expect(first).toBeGreaterThanOrEqual(0);
    expect(elapsedMs()).toBeGreaterThanOrEqual(first);
  } finally {
    vi.useRealTimers();
  }
});
