// Whether a request comes from this very machine.
import { isIPv4, isIPv6 } from "node:net";
import type { FastifyRequest } from "fastify";

/**
 * Came over loopback, by a name of loopback, and through no proxy. The name matters: a page may point its own name at
 * 127.0.0.1 (DNS rebinding) and would otherwise be read as this machine.
 */
export function isLocal(request: FastifyRequest): boolean {
  const { forwarded, "x-forwarded-for": forwardedFor } = request.headers;
  return isLoopback(request.socket.remoteAddress ?? "") && !forwarded && !forwardedFor && isLoopback(request.hostname);
}

/** Of an address (`127.0.0.1`, `::1`, `::ffff:127.0.0.1`) or of a name in a URL (`localhost`, `[::1]`). */
export function isLoopback(host: string): boolean {
  const bare = host
    .toLowerCase()
    .replace(/^\[|\]$/g, "")
    .replace(/^::ffff:/, "");
  if (isIPv4(bare)) return bare.startsWith("127.");
  return isIPv6(bare) ? bare === "::1" : bare === "localhost";
}
