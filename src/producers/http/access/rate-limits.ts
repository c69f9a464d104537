// How many requests a caller may send: counted in Redis for all gateways together; whoever has none left is refused
// without asking Redis again.
import { join } from "node:path";
import type { FastifyReply, FastifyRequest } from "fastify";
import { type Actor, actorId } from "../../../shared/authority/actor.ts";
import { type ApiKey, DEFAULT_RATE, type Rate } from "../../../shared/authority/keys/key.ts";
import { Unavailable } from "../../../shared/base/errors.ts";
import { defineScript, runScript } from "../../../shared/redis/script.ts";
import type { GatewayNeeds } from "../needs.ts";
import { problem } from "../problems.ts";

const TAKE = defineScript(join(import.meta.dirname, "lua/take-request.lua"), {
  keys: ["requests"],
  args: ["each", "whole"],
});

const MICRO = 1_000_000;
/** A caller who is refused all the time is told of so often. */
const TELL_MS = 60_000;

/** Whom some hook counted already. */
const counted = new WeakSet<FastifyRequest>();

export type LimitNeeds = Pick<GatewayNeeds, "redis" | "keys" | "log" | "limits">;

/** Says that a request is part of another one, which was counted. */
export function countNoMore(request: FastifyRequest): void {
  counted.add(request);
}

/** The rate of a key or a console user; null: nobody counts (this machine itself, and pages that are open to all). */
export function limitOf({ kind }: Actor, key?: Pick<ApiKey, "rate">): Rate | null {
  return kind === "key" || kind === "person" ? (key?.rate ?? DEFAULT_RATE) : null;
}

/**
 * Counts a request whose caller is known, once, however many hooks ask; refuses it with 429 when none is left. Answers
 * say what is left (IETF draft httpapi-ratelimit-headers-10).
 * The function throws the problem `too-many-requests`, and Unavailable where nobody can count.
 */
export function requestLimits({
  redis,
  keys,
  log,
  limits,
}: LimitNeeds): (request: FastifyRequest, reply: FastifyReply) => Promise<void> {
  /** By caller: until when no request is let through, and when all are back; by the monotonic clock. */
  const empty = new Map<string, { until: number; full: number }>();
  const told = new Map<string, number>();

  return async (request, reply) => {
    const { actor, key, from } = request.caller;
    const rate = limits === "off" ? null : limitOf(actor, key);
    if (rate === null || counted.has(request)) return;
    counted.add(request);
    const caller = actorId(actor);
    const { left, waitMs, fullMs } = await take(caller, rate);
    reply.header("ratelimit-policy", `"requests";q=${rate.requests};w=${rate.seconds}`);
    reply.header("ratelimit", `"requests";r=${Math.max(0, left)};t=${seconds(fullMs)}`);
    if (left >= 0) return;
    const now = performance.now();
    if (now - (told.get(caller) ?? -TELL_MS) >= TELL_MS) {
      told.set(caller, now);
      log.warn({ event: "limit.reached", caller, from, request: request.id });
    }
    throw problem("too-many-requests", `${perTime(rate)} are allowed. Wait ${seconds(waitMs)} s, and send fewer.`, {
      headers: { "retry-after": `${Math.max(1, seconds(waitMs))}` },
    });
  };

  async function take(caller: string, { requests, seconds: within }: Rate) {
    const now = performance.now();
    const known = empty.get(caller);
    if (known && known.until > now) return { left: -1, waitMs: known.until - now, fullMs: known.full - now };
    empty.delete(caller);
    const whole = within * MICRO;
    const answer = await orUnavailable(
      runScript(redis, TAKE, { keys: { requests: keys.requests(caller) }, args: { each: whole / requests, whole } }),
    );
    const [left, waitUs, fullUs] = answer as [number, number, number];
    const taken = { left, waitMs: waitUs / 1_000, fullMs: fullUs / 1_000 };
    if (left < 0) empty.set(caller, { until: now + taken.waitMs, full: now + taken.fullMs });
    return taken;
  }
}

/** What cannot be asked is not let through, and is no fault of the caller's. @throws Unavailable */
export async function orUnavailable<T>(asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (cause) {
    throw new Unavailable(
      "Redis does not respond, so nobody can say who you are and what you may do. Send the same request again.",
      { cause },
    );
  }
}

function seconds(ms: number): number {
  return Math.ceil(ms / 1_000);
}

function perTime({ requests, seconds: within }: Rate): string {
  return `${requests} requests in ${within === 1 ? "a second" : `${within} seconds`}`;
}
