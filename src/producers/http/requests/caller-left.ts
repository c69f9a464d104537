// Whether a caller has hung up. Fastify's `request.signal` goes by the request: of one with a body that is over as soon as the
// body was read, and a caller who waits for the answer would count as gone.
import type { FastifyReply } from "fastify";

/** Aborted when the answer is out, or can reach nobody any more. */
export function callerLeft({ raw }: FastifyReply): AbortSignal {
  const left = new AbortController();
  if (raw.destroyed) left.abort();
  else raw.once("close", () => left.abort());
  return left.signal;
}
