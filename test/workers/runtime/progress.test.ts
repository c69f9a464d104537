// A worker that takes nothing although jobs wait is not alive, whatever BullMQ says of it.
import { pino } from "pino";
import { expect, onTestFinished, test, vi } from "vitest";
import { watchProgress } from "../../../src/workers/runtime/progress.ts";
import { world } from "../../support/world.ts";

test("Jobs that wait for a minute beside a free hand make a worker dead; not where the queue is paused or limited, a job was just taken, or nothing waits.", async () => {
  const w = await world();
  const lines: string[] = [];
  const log = pino({}, { write: (line: string) => void lines.push(line) });
  const hands = { held: 1, moved: performance.now(), count: () => hands.held, movedAt: () => hands.moved };
  const progress = watchProgress({ ...w, queue: "open", log, hands, concurrency: 2 }, 5);
  onTestFinished(progress.stop);
  const clock = vi.spyOn(performance, "now");
  onTestFinished(() => clock.mockRestore());
  let now = hands.moved;
  const pass = async (ms: number): Promise<string | null> => {
    clock.mockReturnValue(now);
    await looks();
    now += ms;
    clock.mockReturnValue(now);
    await looks();
    return progress.whyStuck();
  };
  /** Some looks began and ended. */
  const looks = async (): Promise<void> => {
    for (let i = 0; i < 3; i++) {
      await new Promise((resolve) => setTimeout(resolve, 10));
      await w.redis.ping();
    }
  };

  expect(await pass(90_000)).toBeNull();
  await w.queues.enqueue("open", { reference: "waits" });
  expect(await pass(50_000)).toBeNull();
  expect(await pass(20_000)).toMatch(/^jobs of open wait, and none was taken or ended for 70 s$/);
  expect(lines.filter((line) => line.includes("worker.stuck"))).toHaveLength(1);
  hands.moved = now;
  expect(await pass(30_000)).toBeNull();
  hands.held = 2;
  expect(await pass(90_000)).toBeNull();
  hands.held = 0;
  await w.queues.all.open.pause();
  expect(await pass(90_000)).toBeNull();
});
