// Real processes that are stopped: the step in hand is finished, nothing more is taken, and the end comes in time, with
// Redis or without it.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { startRedis } from "../src/sandbox/redis/redis.ts";
import { readProcesses } from "../src/shared/process/processes.ts";
import { oldNode } from "./support/old-node.ts";
import { bareEnv, runProgram } from "./support/process.ts";
import { type World, world } from "./support/world.ts";

const soon = { timeout: 15_000, interval: 10 };
/** How long eNom takes for the purchase: longer than everything else that a stop does. */
const ANSWER_MS = Number(process.env.TEST_PURCHASE_MS ?? 1_500);

test("A group of processes that is told to stop during a purchase keeps its answer, takes no other order, leaves the fleet and ends well; a signal that comes twice counts once.", async () => {
  const w = await world();
  w.enom.fault("PurchaseServices", { kind: "delay", ms: ANSWER_MS });
  const reference = await w.order({});
  // eNom is waited for a tenth of it.
  const worker = commandOf(["worker", "open"], { env: { ...w.env, CERTFLEET_SETTLE_SECONDS: "200" } });
  await vi.waitFor(() => expect(w.enom.books.purchases()).toHaveLength(1), soon);
  const before = await Promise.all(["/livez", "/readyz", "/metrics"].map((path) => worker.ask(path)));
  const alive = await readProcesses(w);

  process.kill(-Number(worker.child.pid), "SIGTERM");
  const during = await vi.waitFor(async () => {
    const answers = await Promise.all(["/livez", "/readyz"].map((path) => worker.ask(path)));
    expect(answers[1]?.status).toBe(503);
    return answers;
  }, soon);
  const next = await w.order({});

  expect(await worker.ending).toEqual([0, null]);
  const order = await w.certificates.find(reference);
  expect(order?.certId).toBe(w.enom.books.purchases()[0]?.certId);
  expect((await w.certificates.find(next))?.state).toBe("APPROVED");
  expect(w.enom.books.purchases()).toHaveLength(1);
  expect(before.map(({ status }) => status)).toEqual([200, 200, 200]);
  expect(before[2]?.text).toContain("process_cpu_seconds_total");
  expect(during).toEqual([
    { status: 200, text: "alive\n" },
    { status: 503, text: "not ready: it is stopping and takes no more work\n" },
  ]);
  expect(alive).toMatchObject([{ parts: ["open"], isAlive: true, version: expect.stringMatching(/^\d/) }]);
  expect(await readProcesses(w)).toEqual([]);
});

test("A process whose purchase takes longer than it may drain ends in time and well; the purchase is found afterwards, and is the only one.", async () => {
  const w = await world();
  w.enom.fault("PurchaseServices", { kind: "delay", ms: 4_000 });
  const reference = await w.order({});
  const worker = runProgram(["worker", "open"], { ...w.env, LOG_LEVEL: "info", CERTFLEET_DRAIN_SECONDS: "1" });
  await vi.waitFor(() => expect(w.enom.books.purchases()).toHaveLength(1), soon);
  const ending = once(worker.child, "exit");

  worker.child.kill("SIGTERM");

  expect(await ending).toEqual([0, null]);
  expect(worker.output()).not.toContain("purchase.answered");
  expect(worker.output()).toContain('"event":"stop.failed","name":"worker open"');
  await w.work(["open"], { ...w.env, CERTFLEET_LOCK_SECONDS: "1" });
  await w.until(reference, ({ certId }) => certId === w.enom.books.purchases()[0]?.certId);
  expect(w.enom.books.purchases()).toHaveLength(1);
});

test("Without Redis the processes of a fleet are alive and not ready, and end at once and well when they are told to; so does one that never reached it.", async () => {
  const w = await world();
  const redis = await startRedis({ ephemeral: true, binaryDir: resolve(".data/redis-server") });
  onTestFinished(redis.stop);
  const fleet = { ...w, env: { ...w.env, REDIS_URL: redis.url, HOST: "127.0.0.1", PORT: "0" } };
  const all = commandOf(["up"], fleet);
  await vi.waitFor(async () => expect(await all.ask("/readyz")).toEqual({ status: 200, text: "ready\n" }), soon);

  await redis.stop();
  const late = commandOf(["worker", "notify"], fleet);
  await vi.waitFor(async () => expect((await all.ask("/readyz")).status).toBe(503), soon);
  const told = [await all.ask("/livez"), await all.ask("/readyz"), await late.ask("/livez"), await late.ask("/readyz")];
  for (const { child } of [all, late]) child.kill("SIGTERM");

  expect(await Promise.all([all.ending, late.ending])).toEqual([
    [0, null],
    [0, null],
  ]);
  expect(all.output() + late.output()).not.toContain("stop.failed"); // nothing was waited for to the end
  expect(told.map(({ status }) => status)).toEqual([200, 503, 200, 503]);
  expect(told[1]?.text).toMatch(/^not ready: gateway: Redis cannot be (reached|used, .+)\n$/);
  expect(told[3]?.text).toBe("not ready: it is starting: notify not yet; mostly Redis is waited for\n");
});

/** The command as a person starts it, in a group of its own, under a Node that is too old where there is one. */
function commandOf(words: readonly string[], { env }: Pick<World, "env">) {
  const child: ChildProcess = spawn(oldNode ?? process.execPath, ["bin/certfleet", ...words], {
    env: { ...bareEnv(), ...env, CERTFLEET_HEALTH_PORT: "0" },
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ending = once(child, "exit");
  onTestFinished(() => {
    try {
      process.kill(-Number(child.pid), "SIGKILL");
    } catch {} // all gone, as it should be
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream?.on("data", (bytes: Buffer) => (output += bytes.toString()));
  const url = (): Promise<string> =>
    vi.waitFor(() => {
      const told = /"event":"health.started","url":"([^"]+)"/.exec(output)?.[1];
      if (!told) throw new Error(`no health port: ${output}`);
      return told;
    }, soon);
  const ask = async (path: string): Promise<{ status: number; text: string }> => {
    const response = await fetch(`${await url()}${path}`, { headers: { connection: "close" } });
    return { status: response.status, text: await response.text() };
  };
  return { child, ending, ask, output: () => output };
}
