// Waits with a caller for the end of what it asked for: a certificate, a refusal, or something that needs a person.
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Certificate } from "../../../shared/certificate/certificate.ts";
import type { OrderWaiter } from "../../../shared/events/order-waiter.ts";
import type { EventTail } from "../../../shared/events/tail.ts";
import type { GatewayNeeds } from "../needs.ts";
import { callerLeft } from "../requests/caller-left.ts";
import { letWait } from "../requests/redis-silence.ts";
import { MOST_WAIT_SECONDS, sayApplied, secondsToWait } from "./prefer.ts";

declare module "fastify" {
  interface FastifyInstance {
    /** Of the routes of the API: the one reader of the fleet's events, and who waits for an order by it. */
    eventTail: EventTail;
    orderWaiter: OrderWaiter;
  }
}

/** Requests that wait at once in one gateway; the others are answered at once. */
export const MOST_WAITING = 500;
/** For routes whose callers may wait. */
export const WAITING_MS = (MOST_WAIT_SECONDS + 5) * 1_000;
/** Looked at all the same, should an event have been lost with Redis' last moments. */
const LOOK_AGAIN_MS = 5_000;

interface Waiting {
  request: FastifyRequest;
  reply: FastifyReply;
  /** Nothing more comes by itself, or not soon. */
  isOver: (certificate: Certificate) => boolean;
  /** What to answer with where Redis goes silent. */
  known: Certificate;
}

/** As soon as it is over, or as it is then; undefined where the caller does not want to wait, or too many do. */
export async function waitForOrder(
  { request, reply, isOver, known }: Waiting,
  { certificates, waiter }: Pick<GatewayNeeds, "certificates"> & { waiter: OrderWaiter },
): Promise<Certificate | undefined> {
  const seconds = secondsToWait(request);
  if (seconds === 0) return undefined;
  const { reference } = known.order;
  const listener = waiter.listen(reference);
  if (!listener) return undefined;
  letWait(request);
  const left = callerLeft(reply);
  sayApplied(reply, seconds);
  const until = performance.now() + seconds * 1_000;
  let found = known;
  try {
    for (;;) {
      found = (await certificates.find(reference)) ?? found;
      const leftMs = until - performance.now();
      if (isOver(found) || leftMs <= 0 || waiter.isOver || left.aborted) return found;
      await listener.next(Math.min(leftMs, LOOK_AGAIN_MS), left);
    }
  } catch {
    return found; // it was accepted, whatever Redis does now
  } finally {
    listener.end();
  }
}

/** There is a certificate, or none that will come without somebody's doing. */
export function isDecided({ state, record }: Certificate): boolean {
  return record.issue !== null || record.attention !== null || state === "REFUSED" || state === "CANCELLED";
}
