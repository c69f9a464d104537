// The verbs about webhook endpoints, as over HTTP.
import { randomBytes } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import type { Clock } from "../../../shared/base/clock.ts";
import { plusSeconds } from "../../../shared/base/dates.ts";
import { failure, type Result } from "../../../shared/base/result.ts";
import { openQueues, type Queues } from "../../../shared/queue/queues.ts";
import { wantedEvents } from "../../../shared/webhooks/endpoint.ts";
import { openSealer } from "../../../shared/webhooks/sealing.ts";
import { type About, type WebhookStore, webhookStore } from "../../../shared/webhooks/store.ts";
import { targetFault } from "../../../shared/webhooks/target.ts";
import { type Connection, withRedis } from "../connection.ts";
import type { ProgramContext } from "../own-redis.ts";
import {
  addedResult,
  deliveriesResult,
  disabledResult,
  enabledResult,
  endpointsResult,
  isState,
  removedResult,
  replayedResult,
  rotatedResult,
  TEST_MS,
  triedResult,
  type Wanted,
  wrongState,
} from "./said.ts";

export interface Room extends Connection {
  store: WebhookStore;
  queues: Queues;
  clock: Clock;
}

/** @throws Unavailable when Redis does not respond */
export function withWebhooks(context: ProgramContext, work: (room: Room) => Promise<Result>): Promise<Result> {
  return withRedis(context, async (connection) => {
    const { redis, keys, clock } = connection;
    const queues = openQueues(redis, keys.prefix, () => undefined, clock);
    try {
      return await work({ ...connection, store: webhookStore(redis, keys, openSealer(context.env)), queues });
    } finally {
      await queues.close();
    }
  });
}

export async function list({ store }: Room): Promise<Result> {
  const all = await store.all();
  const items = await Promise.all(
    all.map(async (each) => {
      const { lanes, dueSince } = await store.waiting(each.id);
      return { ...each, waiting: { lanes, dueSince: dueSince === null ? null : new Date(dueSince).toISOString() } };
    }),
  );
  return endpointsResult(items);
}

export async function add(about: About, { store, clock }: Room): Promise<Result> {
  const types = wantedEvents.safeParse(about.events);
  if (!types.success) return failure("usage", `--events ${types.error.issues[0]?.message}`);
  const fault = await targetFault(about);
  if (fault !== undefined) return failure("usage", `The address ${fault}.`);
  return addedResult({ ...about, ...(await store.create(about, clock.now())) });
}

export async function remove(id: string, room: Room): Promise<Result> {
  const found = await room.store.find(id);
  if (!found) return unknown(id);
  if (found.source === "file" && found.disabledBecause !== "removed") return ofFile(id);
  await room.store.remove(id);
  return removedResult(id);
}

export async function enable(id: string, fromNow: boolean, { store, clock }: Room): Promise<Result> {
  if (!(await store.find(id))) return unknown(id);
  await store.switchOn(id, clock.now(), { fromNow });
  return enabledResult(id, fromNow);
}

export async function disable(id: string, { store, clock }: Room): Promise<Result> {
  if (!(await store.find(id))) return unknown(id);
  await store.switchOff(id, "by-hand", clock.now());
  return disabledResult(id);
}

export async function rotate(id: string, keepOldHours: number, { store, clock }: Room): Promise<Result> {
  const found = await store.find(id);
  if (!found) return unknown(id);
  if (found.source === "file") return ofFile(id);
  const until = plusSeconds(clock.now(), keepOldHours * 3_600);
  const secret = await store.rotate(id, until);
  return rotatedResult({ id, secret, oldSecretUntil: until.toISOString() }, keepOldHours);
}

export async function deliveries(id: string, { state, limit }: Wanted, { store }: Room): Promise<Result> {
  if (!isState(state)) return wrongState();
  if (!(await store.find(id))) return unknown(id);
  return deliveriesResult(await store.deliveries(id, { limit, state }));
}

export async function replay(id: string, event: string, { store, clock, queues }: Room): Promise<Result> {
  if (!(await store.find(id))) return unknown(id);
  const subject = /^\d+-\d+$/.test(event) ? await store.replay(id, event, clock.now()) : undefined;
  if (subject === undefined) return failure("not-found", `There is no event ${event}, or it is no longer kept.`);
  await queues.enqueue("webhook", { endpoint: id });
  return replayedResult(id, event, subject);
}

/** Waits for the answer of the receiver. */
export async function tryOut(id: string, { store, queues }: Room, waitMs = TEST_MS): Promise<Result> {
  if (!(await store.find(id))) return unknown(id);
  const test = `test_${randomBytes(12).toString("hex")}`;
  await queues.enqueue("webhook", { endpoint: id, test });
  for (const end = performance.now() + waitMs; performance.now() < end; ) {
    const found = await store.findDelivery(id, test);
    if (found) return triedResult(test, found);
    await pause(100);
  }
  return triedResult(test, undefined);
}

function unknown(id: string): Result {
  return failure("not-found", `There is no webhook ${id}. Those that there are: certfleet webhook list`);
}

function ofFile(id: string): Result {
  return failure(
    "conflict",
    `The webhook ${id} stands in certfleet.yaml: change it there. Workers read the file anew by themselves.`,
  );
}
