// What is known of the replicas of the Redis that takes writes. One that had some and has none now may have been replaced
// meanwhile: what it acknowledges would be lost, so nothing is accepted on it and nothing bought.
import { join } from "node:path";
import { Unavailable } from "../base/errors.ts";
import type { RedisClient } from "./client.ts";
import { rememberedReplicas, rememberReplicas } from "./connection/remembered.ts";
import type { Keys } from "./keys.ts";
import { defineScript, runScript } from "./script.ts";

const FOLDER = join(import.meta.dirname, "lua");
const READ = defineScript(join(FOLDER, "read-replicas.lua"), {
  keys: ["replicas"],
  args: ["remembered"],
});
const FORGET = defineScript(join(FOLDER, "forget-replicas.lua"), { keys: ["replicas"], args: [] });

/** A replica has so long to confirm. */
const CONFIRM_MS = 1_000;
/** And so long where it did not the last time: meanwhile nothing else gets through this connection. */
const CONFIRM_AGAIN_MS = 150;

interface ReplicaNeeds {
  redis: RedisClient;
  keys: Pick<Keys, "replicas">;
}

export interface Replicas {
  /** How many follow. */
  online: number;
  /** There were some, and none follows now. */
  isAlone: boolean;
  lastSeen: Date | undefined;
}

/** Notes replicas that follow, so that their loss is noticed. Of a Cluster: of the master that has the fleet's keys. */
export async function readReplicas({ redis, keys }: ReplicaNeeds): Promise<Replicas> {
  const [online, run, at, alone, seen] = (await runScript(redis, READ, {
    keys: { replicas: keys.replicas },
    args: { remembered: rememberedReplicas() },
  })) as [number, string, string, string, string];
  rememberReplicas(online, run, Number(at));
  return { online, isAlone: alone === "alone", lastSeen: seen === "" ? undefined : new Date(Number(seen)) };
}

/** From now on a Redis without replicas is as it should be. Answers when some were last seen. */
export async function forgetReplicas({ redis, keys }: ReplicaNeeds): Promise<Date | undefined> {
  const seen = (await runScript(redis, FORGET, { keys: { replicas: keys.replicas }, args: {} })) as string;
  return seen === "" ? undefined : new Date(Number(seen));
}

/** What the server that took a write said of its replicas in the same moment. */
export interface Followed {
  /** How many follow. */
  online: number;
  /** Its `run_id`. */
  run: string;
}

/**
 * Waits until a replica has everything that the server `run` had taken before this call, whoever wrote it; at once where
 * none follows.
 * @throws Unavailable none confirmed within a second, or another server answers by now: nobody knows whether it will last
 */
export async function confirmByReplica(needs: ReplicaNeeds, { online, run }: Followed): Promise<void> {
  if (online === 0) return;
  const confirmed = await nextConfirmation(needs);
  if (confirmed.run !== run) throw withoutReplica("Another Redis answers now, which may not have the write");
  if (confirmed.by < 1) throw withoutReplica("No replica of Redis confirmed the write in time");
}

interface Confirmed {
  /** How many replicas. */
  by: number;
  /** `run_id` of the server whose replicas they are. */
  run: string;
}

interface Confirmation {
  running: Promise<Confirmed>;
  next?: Promise<Confirmed>;
}

const confirmations = new WeakMap<RedisClient, Confirmation>();
const unconfirmed = new WeakSet<RedisClient>();

/**
 * One `WAIT` at a time on a connection: it holds up everything else there, and one for each caller would add up to many
 * seconds where a replica is stopped. One that begins now covers all that was written before.
 */
function nextConfirmation(needs: ReplicaNeeds): Promise<Confirmed> {
  const { redis } = needs;
  const under = confirmations.get(redis);
  if (under) {
    under.next ??= under.running.catch(() => undefined).then(() => nextConfirmation(needs));
    return under.next;
  }
  const running = waitOn(needs).finally(() => confirmations.delete(redis));
  confirmations.set(redis, { running });
  return running;
}

/**
 * In one go. `WAIT` covers what its own connection wrote, and a connection that is new wrote nothing: it would answer at
 * once. So something is written before it, and whose answer it is is asked with it.
 */
async function waitOn({ redis, keys }: ReplicaNeeds): Promise<Confirmed> {
  const ms = unconfirmed.has(redis) ? CONFIRM_AGAIN_MS : CONFIRM_MS;
  const batch = redis.pipeline().hset(keys.replicas, "waited", 1).info("server").call("WAIT", 1, ms);
  const replies = (await batch.exec()) ?? [];
  for (const [error] of replies) if (error) throw error;
  const [, server, reply] = replies.map(([, each]) => each);
  const by = Number(reply);
  if (by < 1) unconfirmed.add(redis);
  else unconfirmed.delete(redis);
  return { by, run: /run_id:(\w+)/.exec(String(server))?.[1] ?? "" };
}

/** What work does meanwhile: a primary that lost its replicas gets them back, or is replaced. */
export const ALONE_WAITS = {
  waitSeconds: 10,
  because: "Redis has lost its replicas: what it keeps now could be lost with it",
} as const;

/** For whoever finds it alone. `what`: what was kept from being done. */
export function isAlone(what: string): Unavailable {
  return new Unavailable(`Redis has lost its replicas, so ${what}. Send the same request again later.`, {
    code: "redis-without-replica",
    retryAfterSeconds: 5,
  });
}

function withoutReplica(why: string): Unavailable {
  return new Unavailable(`${why}. Nothing is known to have happened. Send the same request again.`, {
    code: "redis-without-replica",
    retryAfterSeconds: 2,
  });
}
