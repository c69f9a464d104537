// A worker's wait for the next job ends, whatever became of its connection.
import type { BackendFactory, RedisQueueBackend } from "bullmq";
import { expect, test } from "vitest";
import { boundedWait } from "../../../src/workers/runtime/bounded-wait.ts";

const NEVER = new Promise<never>(() => undefined);

/** What a worker asks of its backend here, and a client whose status is given. */
function backendOf(wait: () => Promise<unknown>, status: string) {
  const opened: string[] = [];
  const blockingClient = Promise.resolve({ status, connect: async () => void opened.push("opened") });
  const made = { waitForJob: wait, blockingClient } as unknown as RedisQueueBackend;
  const factory = (() => made) as unknown as BackendFactory<RedisQueueBackend>;
  return { backend: boundedWait(factory, 20)("open", {} as never), opened };
}

test("a wait that never ends is left, and a connection that is not usable by then is opened once more", async () => {
  const stuck = backendOf(() => NEVER, "disconnecting");
  const usable = backendOf(() => NEVER, "ready");

  expect(await stuck.backend.waitForJob(0.01)).toBeNull();
  expect(await usable.backend.waitForJob(0.01)).toBeNull();

  expect([stuck.opened, usable.opened]).toEqual([["opened"], []]);
});

test("a wait that ends by itself is what it was: a job, nothing, or a failure", async () => {
  const marker = { member: "0", score: 0 };

  expect(await backendOf(async () => marker, "ready").backend.waitForJob(5)).toBe(marker);
  expect(await backendOf(async () => null, "ready").backend.waitForJob(5)).toBeNull();
  await expect(backendOf(() => Promise.reject(new Error("lost")), "ready").backend.waitForJob(5)).rejects.toThrow(
    "lost",
  );
});

test("a connection that cannot be opened costs the worker a moment, and no failure", async () => {
  const made = {
    waitForJob: () => NEVER,
    blockingClient: Promise.reject(new Error("gone")),
  } as unknown as RedisQueueBackend;
  made.blockingClient?.catch(() => undefined);

  expect(await boundedWait((() => made) as never, 10)("open", {} as never).waitForJob(0)).toBeNull();
});
