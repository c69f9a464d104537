// A caller that changes something hears within a second that Redis says nothing. How long Redis takes for each of the things
// that an order needs does not matter, as long as it says something: a slow disk is no outage.
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { Unavailable } from "../../../shared/base/errors.ts";
import type { RedisClient } from "../../../shared/redis/client.ts";
import type { Keys } from "../../../shared/redis/keys.ts";

declare module "fastify" {
  interface FastifyContextConfig {
    /** So long it may take where Redis speaks; without it as all others. */
    answerMs?: number;
  }
}

const LOOK_MS = 50;
/** Looks in vain behind a question, 700 ms. Counted, so that a process that is held up itself blames nobody for it. */
const SILENT_LOOKS = 14;
const ASK_MS = 200;

const late = new WeakSet<FastifyRequest>();

/** What it asked of Redis may still be done, although it was answered. */
export function isLate(request: FastifyRequest): boolean {
  return late.has(request);
}

interface Watched {
  request: FastifyRequest;
  reply: FastifyReply;
  /** By the monotonic clock. */
  until: number;
}

const entries = new WeakMap<FastifyRequest, Watched>();

/** From here on it is done, and waits only for what becomes of it: neither time nor silence ends it any more. */
export function letWait(request: FastifyRequest): void {
  const entry = entries.get(request);
  if (entry) entry.until = Number.POSITIVE_INFINITY;
}

/** One question to Redis at a time, for all requests of a gateway together, and none while there are none. */
export function answerSilence(
  app: FastifyInstance,
  { redis, keys }: { redis: RedisClient; keys: Pick<Keys, "tried"> },
  answerMs: number,
): void {
  const watched = new Set<Watched>();
  /** Since Redis was asked; undefined: it has answered. */
  let looks: number | undefined;
  let answeredAt = -Infinity;
  let timer: NodeJS.Timeout | undefined;

  const ask = (): void => {
    looks = 0;
    const done = (): void => {
      looks = undefined;
      answeredAt = performance.now();
    };
    redis.exists(keys.tried).then(done, done); // what fails is no silence: the request hears of it itself
  };
  const isSilent = (): boolean => looks !== undefined && looks >= SILENT_LOOKS;
  const look = (): void => {
    if (looks !== undefined) looks++;
    else if (performance.now() - answeredAt > ASK_MS) ask();
    // An answer may lie there unread where this process was held up itself.
    if (isSilent()) setImmediate(() => isSilent() && giveUpAll());
    const now = performance.now();
    for (const entry of watched) if (entry.until < now) giveUp("The request took too long", entry);
  };
  const giveUp = (why: string, entry: Watched): void => {
    watched.delete(entry);
    late.add(entry.request);
    if (entry.reply.sent) return;
    entry.reply.send(new Unavailable(`${why}. Nothing is known to have happened. Send the same request again.`));
  };
  const giveUpAll = (): void => {
    for (const entry of watched) if (entry.until !== Number.POSITIVE_INFINITY) giveUp("Redis does not respond", entry);
  };
  const end = (request: FastifyRequest): void => {
    const entry = entries.get(request);
    if (entry) watched.delete(entry);
    if (watched.size === 0) {
      clearInterval(timer);
      timer = undefined;
    }
  };

  app.addHook("onRequest", async (request, reply) => {
    if (request.method === "GET" || request.method === "HEAD" || request.method === "OPTIONS") return;
    const entry = { request, reply, until: performance.now() + (request.routeOptions.config.answerMs ?? answerMs) };
    entries.set(request, entry);
    watched.add(entry);
    timer ??= setInterval(look, LOOK_MS);
  });
  // From here on there is an answer.
  app.addHook("onSend", async (request) => end(request));
  app.addHook("onError", async (request, _reply, error) => {
    if (error.code === "FST_ERR_HANDLER_TIMEOUT") late.add(request);
  });
  app.addHook("onResponse", async (request) => end(request));
  app.addHook("onRequestAbort", async (request) => end(request));
  app.addHook("onClose", async () => clearInterval(timer));
}
