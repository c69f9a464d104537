// The entry `certfleet/queue`: puts orders into a fleet's queue, and waits for what becomes of them. For systems that reach
// the fleet's Redis; all others use `certfleet` over HTTP.
import { createHash } from "node:crypto";
import { certificateStore } from "../../shared/certificate/store.ts";
import { orderWaiter } from "../../shared/events/order-waiter.ts";
import { readFrom } from "../../shared/events/read.ts";
import { eventTail } from "../../shared/events/tail.ts";
import { otherContent } from "../../shared/queue/accept-order.ts";
import { openQueues, type Queues } from "../../shared/queue/queues.ts";
import { scrub } from "../../shared/queue/secrets/scrub.ts";
import { REDIS_FORMS, readRedisAddress } from "../../shared/redis/address.ts";
import { connectRedis, type RedisClient, untilReady } from "../../shared/redis/client.ts";
import { keysUnder } from "../../shared/redis/keys.ts";
import type { Order } from "../order.ts";
import { jobProblems } from "./contracts.ts";
import { checkFleet, redisError, silence } from "./fleet.ts";
import { endOf, outcomeOf, type QueueOutcome } from "./outcome.ts";
import { CertfleetQueueError } from "./queue-error.ts";

export type { Approver, Contact, Order, Policy } from "../order.ts";
export { type JobContract, jobContracts, jobProblems, jobSchema, type QueueName } from "./contracts.ts";
export type { QueueOutcome } from "./outcome.ts";
export { CertfleetQueueError, type QueueErrorCode } from "./queue-error.ts";

export interface QueueClientOptions {
  /** As in REDIS_URL: `redis://`, `rediss://`, `unix:`, `redis+sentinel://`, `redis+cluster://`. */
  redisUrl: string;
  /** The fleet's CERTFLEET_PREFIX; `{certfleet}` where it has none. */
  prefix?: string | undefined;
  /** For TLS: the CA of Redis, your certificate and its key, each as PEM. */
  tls?: { ca?: string; cert?: string; key?: string } | undefined;
  /** Where the Sentinels have a login of their own. */
  sentinel?: { username?: string; password: string } | undefined;
  /** How long Redis may take to be reached, in milliseconds; 5,000. */
  connectTimeoutMs?: number | undefined;
  /** Hears of trouble with the connection, which repairs itself. */
  onError?: ((error: Error) => void) | undefined;
}

export interface QueueClient {
  /**
   * Puts an order into the queue `open`. The same order again is the same order.
   * @returns the reference, and the job's id
   * @throws CertfleetQueueError `invalid`, `no-fleet`, `version`, `redis` (unknown: put the same one in again), `closed`
   */
  enqueue(order: Order): Promise<{ reference: string; jobId: string }>;
  /**
   * Resolves when the certificate is issued, with its PEM. An order that waits for its owner goes on. A Redis that does
   * not respond for a while ends nothing.
   * @throws CertfleetQueueError `refused`, `ended`, `attention`, `timeout`, `redis`, `closed`
   */
  waitFor(reference: string, options: { timeoutMs: number; signal?: AbortSignal | undefined }): Promise<QueueOutcome>;
  /** The order as it stands; null: no worker has accepted it yet, or none ever will. */
  find(reference: string): Promise<QueueOutcome | null>;
  close(): Promise<void>;
}

const CONNECT_MS = 5_000;
const FIRST_LOOK_MS = 100;
const LOOK_EVERY_MS = 2_000;
/** Of an order whose events are heard, should one have been lost with Redis' last moments. */
const LOOK_AGAIN_MS = 30_000;
/** Jobs of this client whose refusal `waitFor` can tell. */
const REMEMBERED = 10_000;

/** @throws CertfleetQueueError `redis`, `no-fleet`, `version`: nothing was written; TypeError for options that are none */
export async function openQueueClient(options: QueueClientOptions): Promise<QueueClient> {
  const { prefix = "{certfleet}", connectTimeoutMs = CONNECT_MS, onError = () => undefined } = options;
  const address = readRedisAddress(`${options.redisUrl}`);
  if (!address) throw new TypeError(`openQueueClient: redisUrl ${REDIS_FORMS}`);
  if (typeof prefix !== "string" || prefix === "") throw new TypeError("openQueueClient: prefix must not be empty");
  const about = { prefix, where: address.shown };
  const redis = connectRedis(accessOf(options), "fail-fast", onError);
  const keys = keysUnder(prefix);
  try {
    await untilReady(redis, connectTimeoutMs);
    await checkFleet({ redis, keys }, about);
  } catch (error) {
    redis.disconnect();
    throw redisError(error, about);
  }
  return clientOn(redis, { ...about, queues: openQueues(redis, prefix, onError) });
}

function accessOf({ redisUrl, tls, sentinel }: QueueClientOptions) {
  return {
    REDIS_URL: readRedisAddress(redisUrl)?.url ?? "",
    ...{ REDIS_CA: tls?.ca, REDIS_CERT: tls?.cert, REDIS_KEY: tls?.key },
    ...{ REDIS_SENTINEL_USERNAME: sentinel?.username, REDIS_SENTINEL_PASSWORD: sentinel?.password },
  };
}

interface Opened {
  prefix: string;
  where: string;
  queues: Queues;
}

function clientOn(redis: RedisClient, { prefix, where, queues }: Opened): QueueClient {
  const keys = keysUnder(prefix);
  const { find } = certificateStore(redis, keys, noPolicy);
  const jobs = new Map<string, string>();
  const closed = new AbortController();
  const tail = eventTail((after, count) => readFrom(redis, keys, after, count));
  const waiter = orderWaiter(tail, { most: Number.POSITIVE_INFINITY });

  const ask = async <T>(question: () => Promise<T>, isWrite = false): Promise<T> => {
    if (closed.signal.aborted) throw new CertfleetQueueError("The queue client is closed.", { code: "closed" });
    try {
      return await question();
    } catch (error) {
      throw redisError(error, { prefix, where }, isWrite);
    }
  };

  /** What became of the job that this client put in: what it failed with, and whether a worker has taken its order. */
  const ownJob = async (reference: string): Promise<{ failed: string | undefined; isRead: boolean }> => {
    const id = jobs.get(reference);
    const job = id === undefined ? undefined : await queues.all.open.getJob(id);
    const isOver = job?.finishedOn !== undefined;
    return { failed: isOver ? job?.failedReason : undefined, isRead: !job || isOver || isTold(job.progress) };
  };

  return {
    enqueue: (order) =>
      ask(async () => {
        checkOrder(order);
        const { reference } = order;
        await checkFleet({ redis, keys }, { prefix, where });
        const jobId = await queues.enqueue("open", order as never, { identity: identityOf(order) });
        jobs.delete(reference);
        jobs.set(reference, jobId);
        for (const oldest of jobs.keys()) if (jobs.size > REMEMBERED) jobs.delete(oldest);
        return { reference, jobId };
      }, true),

    find: (reference) =>
      ask(async () => {
        const certificate = await find(reference);
        return certificate ? outcomeOf(certificate, new Date()) : null;
      }),

    async waitFor(reference, { timeoutMs, signal }) {
      const end = Date.now() + timeoutMs;
      const stop = signal ? AbortSignal.any([signal, closed.signal]) : closed.signal;
      const listener = waiter.listen(reference);
      let pauseMs = FIRST_LOOK_MS;
      try {
        for (;;) {
          signal?.throwIfAborted();
          const isLast = Date.now() >= end;
          let isAccepted = false;
          try {
            const certificate = await ask(() => find(reference));
            const job = await ask(() => ownJob(reference));
            isAccepted = certificate !== undefined && job.isRead;
            const why = certificate && job.failed !== otherContent(reference) ? undefined : job.failed;
            if (why !== undefined)
              throw new CertfleetQueueError(`${reference} was refused: ${why}`, { code: "refused" });
            const outcome = certificate && endOf(certificate, new Date());
            if (outcome) return outcome;
            if (isLast) {
              const known = certificate && outcomeOf(certificate, new Date());
              const silent = known ? "" : await silence({ redis, keys });
              throw tooLate(reference, { timeoutMs, outcome: known, why: silent });
            }
          } catch (error) {
            const passes = error instanceof CertfleetQueueError && error.code === "redis";
            if (!passes || isLast) throw error;
          }
          // What becomes of an accepted order is an event. That its job was refused before is none: it is looked at.
          pauseMs = isAccepted && tail.hears ? LOOK_AGAIN_MS : Math.min(pauseMs * 1.5, LOOK_EVERY_MS);
          await listener?.next(Math.max(0, Math.min(pauseMs, end - Date.now())), stop);
        }
      } finally {
        listener?.end();
      }
    },

    async close() {
      if (closed.signal.aborted) return;
      closed.abort();
      tail.stop();
      await queues.close().catch(() => undefined);
      redis.disconnect();
    },
  };
}

/** @throws CertfleetQueueError `invalid`: what the workers would refuse at once, and what must not lie in a queue */
function checkOrder(order: Order): void {
  const { places } = scrub(order);
  if (places.length > 0)
    throw new CertfleetQueueError(
      `The order holds a private key (${places.join(", ")}), and was not sent. Send the CSR alone.`,
      { code: "invalid", errors: places.map((field) => ({ field, message: "holds a private key." })) },
    );
  const isWhole = typeof order === "object" && order !== null && "csr" in order;
  const missing = { field: "csr", message: "is missing." };
  const errors = isWhole ? jobProblems("open", order) : [missing];
  if (errors.length === 0) return;
  const [first = missing] = errors;
  const beside = errors.length > 1 ? ` ${errors.length - 1} more in errors.` : "";
  throw new CertfleetQueueError(`${first.field || "order"}: ${first.message}${beside}`, { code: "invalid", errors });
}

/** The same order twice is one job; another order under its name is one of its own, so that it is refused and not lost. */
function identityOf(order: Order): string {
  const digest = createHash("sha256").update(JSON.stringify(order)).digest("hex").slice(0, 32);
  return `${order.reference}:${digest}`;
}

interface Late {
  timeoutMs: number;
  outcome: QueueOutcome | undefined;
  why: string;
}

function tooLate(reference: string, { timeoutMs, outcome, why }: Late): CertfleetQueueError {
  const stands = outcome ? `is ${outcome.status}, and goes on` : "was not accepted by a worker yet";
  return new CertfleetQueueError(`${reference} ${stands} (after ${timeoutMs} ms)${why}`, { code: "timeout", outcome });
}

/** A worker tells its job how far the order is, once it has accepted it. */
function isTold(progress: unknown): boolean {
  return typeof progress === "object" && progress !== null && "reference" in progress;
}

/** Nothing is saved from here. */
function noPolicy(): never {
  throw new Error("a queue client saves no certificate");
}
