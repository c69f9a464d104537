// A primary that lost its replicas accepts nothing; the one that took its place does, and so does one that never had any.
import { expect, onTestFinished, test, vi } from "vitest";
import { findFleetTroubles } from "../../../src/shared/account/troubles.ts";
import { systemClock } from "../../../src/shared/base/clock.ts";
import { Unavailable } from "../../../src/shared/base/errors.ts";
import { certificateStore } from "../../../src/shared/certificate/store.ts";
import { acceptOrder } from "../../../src/shared/queue/accept-order.ts";
import type { RedisClient } from "../../../src/shared/redis/client.ts";
import { rememberReplicas, rememberToldReplicas } from "../../../src/shared/redis/connection/remembered.ts";
import { keysUnder } from "../../../src/shared/redis/keys.ts";
import { forgetReplicas, readReplicas } from "../../../src/shared/redis/replicas.ts";
import { orderBody, SHOP } from "../../support/order.ts";
import { defaultPolicy } from "../../support/policy.ts";
import { connected, startServer } from "./connection/server.ts";

const keys = keysUnder("{replicas}");
const SOON = { timeout: 15_000, interval: 50 };

function ordering(redis: RedisClient) {
  const certificates = certificateStore(redis, keys, defaultPolicy);
  return async (body: unknown): Promise<string> => {
    const accepted = await acceptOrder(body, { certificates, clock: systemClock }, SHOP);
    return "answer" in accepted ? accepted.answer : JSON.stringify(accepted.faults);
  };
}

async function waitsOn(redis: RedisClient): Promise<number> {
  return Number(/cmdstat_wait:calls=(\d+)/.exec(await redis.info("commandstats"))?.[1] ?? 0);
}

const codesOf = async (redis: RedisClient) => (await findFleetTroubles({ redis, keys })).map(({ code }) => code);

test("orders wait for a replica; a primary that lost its own accepts nothing, the promoted one does, and a person may say that there are none any more", async () => {
  const [primary, second] = await Promise.all([startServer(), startServer()]);
  const [before, onPrimary, onSecond] = await Promise.all([
    connected(primary.url, "fail-fast"),
    connected(primary.url, "fail-fast"),
    connected(second.url, "once"),
  ]);
  const [early, body, other, late] = await Promise.all([orderBody(), orderBody(), orderBody(), orderBody()]);
  const order = ordering(onPrimary);
  expect(await ordering(before)(early)).toBe("accepted"); // without any replica, ever

  await second.client.call("REPLICAOF", "127.0.0.1", primary.port);
  await vi.waitFor(async () => expect((await readReplicas({ redis: onPrimary, keys })).online).toBe(1), SOON);
  expect(await order(body)).toBe("accepted");
  expect(await onSecond.exists(keys.certificate(body.reference))).toBe(1);

  second.stop("SIGSTOP"); // it is still connected, and confirms nothing
  onTestFinished(() => second.stop("SIGCONT"));
  await expect(order(other)).rejects.toThrow(/No replica of Redis confirmed.*Nothing is known.*Send the same request/);
  await expect(order(body)).rejects.toThrow(/No replica/); // the same order: neither is it known to last
  const before10 = await waitsOn(primary.client);
  await Promise.allSettled(Array.from({ length: 10 }, () => order(body)));
  second.stop("SIGCONT");
  expect(await vi.waitFor(() => order(other), SOON)).toBe("same");
  expect((await waitsOn(primary.client)) - before10).toBeLessThan(8); // each holds up whoever comes after it

  await second.client.call("REPLICAOF", "NO", "ONE"); // the failover; the old primary does not know of it
  await vi.waitFor(() => expect(order(late)).rejects.toThrow(/has lost its replicas, so nothing is accepted/), SOON);
  await expect(order(late)).rejects.toThrow(Unavailable);
  expect(await onPrimary.exists(keys.certificate(late.reference))).toBe(0);
  expect(await codesOf(onPrimary)).toContain("redis-without-replica");
  expect(await codesOf(onSecond)).not.toContain("redis-without-replica");
  expect(await ordering(onSecond)(late)).toBe("accepted");

  await primary.client.call("FLUSHALL"); // what this process saw it remembers
  await expect(order(late)).rejects.toThrow(/has lost its replicas/);
  await forgetReplicas({ redis: onPrimary, keys });
  expect(await order(late)).toBe("accepted");
  expect(await codesOf(onPrimary)).toEqual([]);
}, 60_000);

test("a primary that was started anew is not taken for one that was promoted: it accepts nothing until a replica follows", async () => {
  const primary = await startServer();
  const redis = await connected(primary.url, "fail-fast");
  const order = ordering(redis);
  const body = await orderBody();
  await redis.hset(keys.replicas, { run: "of-the-process-before", seen: Date.now() - 60_000 });
  await expect(order(body)).rejects.toThrow(/has lost its replicas/);

  const replica = await startServer([`replicaof 127.0.0.1 ${primary.port}`]);
  expect(await vi.waitFor(() => order(body), SOON)).toBe("accepted");
  expect(await replica.client.exists(keys.certificate(body.reference))).toBe(1);
}, 60_000);

test("a primary that only Sentinels saw with replicas counts as one that lost them, also for a process that saw another's; until a person says that there are none", async () => {
  const primary = await startServer();
  const redis = await connected(primary.url, "once");
  const needs = { redis, keys };
  expect((await readReplicas(needs)).isAlone).toBe(false);

  rememberReplicas(1, "f".repeat(40), Date.now()); // the primary that was there before it
  expect((await readReplicas(needs)).isAlone).toBe(false);
  rememberToldReplicas(/run_id:(\w+)/.exec(await redis.info("server"))?.[1] ?? "");
  expect((await readReplicas(needs)).isAlone).toBe(true);

  await vi.waitFor(async () => {
    await forgetReplicas(needs);
    expect((await readReplicas(needs)).isAlone).toBe(false);
  }, SOON);
});
