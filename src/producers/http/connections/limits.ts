// How many connections the gateway holds, and for how long it waits for a request that somebody has begun.

import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Log } from "../../../shared/base/log.ts";

export interface ConnectionLimits {
  /** Connections that are open at once. */
  most: number;
  /** From the first byte of a connection, or of its next request, to the end of the headers. */
  headersMs: number;
  /** To the end of the body. */
  requestMs: number;
  /** How often slow ones are looked for: they get so much more at most. */
  lookMs: number;
  /** Of all headers together. */
  headerBytes: number;
  /** Requests over one connection; then it is closed behind its answer. */
  requests: number;
}

export const defaultLimits: ConnectionLimits = {
  most: 1_000,
  headersMs: 15_000,
  requestMs: 30_000,
  lookMs: 1_000,
  headerBytes: 16_384,
  requests: 1_000,
};

/** Of answers that go on for as long as somebody listens. */
export interface StreamTimes {
  /** It ends then, and whoever listens comes again. */
  mostMs: number;
  /** Something is sent at least so often. */
  heartbeatMs: number;
}

/** A key may be revoked meanwhile: who listens comes again after a while, and goes on where it was. */
export const defaultStreamTimes: StreamTimes = { mostMs: 15 * 60_000, heartbeatMs: 15_000 };

/** As `fastify` takes them. For the end of a body `limitConnections` waits, who knows of requests that take their time. */
export function serverOptions({ headersMs, lookMs, headerBytes }: ConnectionLimits) {
  return {
    requestTimeout: 0,
    http: {
      requestTimeout: 0,
      headersTimeout: headersMs,
      connectionsCheckingInterval: lookMs,
      maxHeaderSize: headerBytes,
    },
  };
}

/** Connections above `most`, whose requests are all being answered, and that nobody may be thrown out for. */
const SLACK = 24;
const SAY_AGAIN_MS = 60_000;

/** Bodies that are waited for; what ends the waiting. */
const waitedFor = new WeakMap<IncomingMessage, () => void>();

/** For a route that reads its body for as long as it comes, and looks itself whether it does. */
export function takesItsTime(request: IncomingMessage): void {
  waitedFor.get(request)?.();
}

/**
 * Where there are too many connections, those go first that wait longest without a whole request: half-open ones, slow ones, and
 * ones that were left open. Whoever comes and asks is served.
 */
export function limitConnections(server: Server, { most, requests, requestMs }: ConnectionLimits, log: Log): void {
  const open = new Set<Socket>();
  /** Without a request that has arrived as a whole, the one that waits longest first. */
  const quiet = new Set<Socket>();
  const served = new WeakMap<Socket, number>();
  let closed = 0;
  let saidAt = -Infinity;
  server.maxConnections = most + SLACK;

  const makeRoom = (): void => {
    for (const socket of quiet) {
      if (open.size <= most) return;
      quiet.delete(socket);
      open.delete(socket);
      closed++;
      socket.destroy();
    }
  };
  const say = (): void => {
    if (closed === 0 || performance.now() - saidAt < SAY_AGAIN_MS) return;
    log.warn({ event: "http.crowded", count: closed, most });
    saidAt = performance.now();
    closed = 0;
  };

  server.on("connection", (socket: Socket) => {
    open.add(socket);
    quiet.add(socket);
    socket.once("close", () => {
      open.delete(socket);
      quiet.delete(socket);
    });
    makeRoom();
    say();
  });
  server.on("drop", () => {
    closed++;
    say();
  });
  server.on("request", (request: IncomingMessage, response: ServerResponse) => {
    const { socket } = request;
    const count = (served.get(socket) ?? 0) + 1;
    served.set(socket, count);
    // Node's own maxRequestsPerSocket says so, too, and then waits for the client to close.
    if (count >= requests) response.setHeader("connection", "close");
    const arrived = (): void => void quiet.delete(socket);
    if (hasBody(request)) {
      // As Node's own requestTimeout, which knows no exceptions, says it.
      const late = setTimeout(() => server.emit("clientError", new TooSlow(), socket), requestMs);
      const isWaitedFor = (): void => {
        clearTimeout(late);
        arrived();
      };
      waitedFor.set(request, isWaitedFor);
      request.once("end", isWaitedFor);
      request.once("close", () => clearTimeout(late));
    } else arrived();
    response.once("close", () => {
      quiet.delete(socket); // behind those that have been quiet for longer
      if (!socket.destroyed) quiet.add(socket);
    });
  });
}

class TooSlow extends Error {
  code = "ERR_HTTP_REQUEST_TIMEOUT";
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;
}
