// Sends one request exactly once: fresh connection, gate, one write. Whether a byte was written is the only thing that
// matters.

import { readFileSync } from "node:fs";
import type { Socket } from "node:net";
import { Client, type Dispatcher } from "undici";
import { Unavailable } from "../../../shared/base/errors.ts";
import { connectorTo, type Way } from "./connector.ts";
import { failureName } from "./network-failure.ts";

export interface Gated extends TransportLimits {
  /** Resolves when the request may be written; asked once, on an open connection. */
  gate: () => Promise<void>;
  /** The request is written at most so many milliseconds after the gate was asked, or not at all. */
  gateMs: number;
}

/**
 * Connects, asks the gate, writes, reads. A gate that throws ends in `not-sent` with the gate's own error. A worker
 * that was suspended between gate and write sends nothing. Never throws. Once the socket is handed over nothing takes
 * the request back, not even destroying the connection: that is `lost`.
 */
export async function postOnce(target: Target, form: string, limits: Gated): Promise<Posted> {
  const { url } = target;
  let socket: Socket | undefined;
  let client: Client | undefined;
  let written = false;
  let fault: string | undefined;
  try {
    socket = await dial(target, limits.connectMs);
    const fresh = socket;
    const faultOf = watch(fresh);
    const openMs = startStopwatch();
    try {
      await limits.gate();
    } catch (error) {
      return { kind: "not-sent", error: error instanceof Error ? error : new Error("the gate refused") };
    }
    client = new Client(url.origin, {
      allowH2: false,
      headersTimeout: limits.totalMs,
      bodyTimeout: limits.totalMs,
      maxResponseSize: limits.maxBytes,
      // In a microtask: called back at once, the client would never write, deaf to its own time-out.
      connect: (_options, give) =>
        queueMicrotask(() => {
          fault = written ? "a second connection was asked for" : faultOf();
          if (!fault && openMs() > limits.gateMs) fault = "the gate was opened too long ago";
          if (fault) return give(new Error(fault), null);
          written = true;
          give(null, fresh); // writes the request before it returns
        }),
    });
    const response = await client.request({ ...formRequest(url, form, limits.totalMs), reset: true });
    return { kind: "answer", answer: await readBody(response) };
  } catch (error) {
    const failure = failureName(error);
    const why = fault ?? failure;
    if (written) return { kind: "lost", reason: `no whole answer from ${url.host}: ${why}`, failure };
    const unsent = new Unavailable(`nothing was sent to ${url.host}: ${why}`);
    return { kind: "not-sent", error: unsent, failure };
  } finally {
    await client?.destroy().catch(() => {});
    socket?.destroy();
  }
}

function dial(target: Target, timeoutMs: number): Promise<Socket> {
  const { url } = target;
  const connect = connectorTo(target, timeoutMs);
  const hostname = url.hostname.replace(/^\[|\]$/g, "");
  return new Promise((resolve, reject) => {
    connect({ protocol: url.protocol, host: url.host, hostname, port: url.port }, (error, socket) =>
      socket ? resolve(socket) : reject(error),
    );
  });
}

/** Notices, while the gate is asked, that the other side hung up or speaks before it was spoken to. */
function watch(socket: Socket): () => string | undefined {
  let spoke = false;
  const listen = (): void => {
    spoke ||= socket.read() !== null;
  };
  socket.on("readable", listen); // without a reader the other side's FIN stays unseen
  return () => {
    socket.off("readable", listen);
    if (spoke) return "the server spoke before the request";
    const closed = socket.errored || socket.destroyed || socket.readableEnded || !socket.writable;
    return closed ? "the connection was closed before the request" : undefined;
  };
}

/** Starts measuring; the function it returns tells the milliseconds since then. */
export function startStopwatch(): () => number {
  const clocks = [() => performance.now(), () => Date.now(), uptimeMs];
  const starts = clocks.map((clock) => clock());
  return () => Math.max(...clocks.map((clock, index) => clock() - (starts[index] ?? 0)));
}

/** Linux's boot clock goes on while the machine sleeps, unlike the monotonic one. Elsewhere it is not there: 0. */
function uptimeMs(): number {
  try {
    return Number.parseFloat(readFileSync("/proc/uptime", "utf8")) * 1000 || 0;
  } catch {
    return 0;
  }
}

export interface HttpAnswer {
  status: number;
  contentType: string | undefined;
  /** `gzip` and the like, which we never ask for. */
  contentEncoding?: string | undefined;
  /** Where a redirect points. */
  location?: string | undefined;
  body: Uint8Array;
}

/** `not-sent` only when surely no byte of the request was written; `lost` whenever that cannot be said. */
export type Posted = { kind: "answer"; answer: HttpAnswer } | Lost | NotSent;

export interface Lost {
  kind: "lost";
  reason: string;
  /** As `failureName` gives it. */
  failure: string;
}

export interface NotSent {
  kind: "not-sent";
  error: Error;
  /** As `failureName` gives it, where a connection failed; absent when the gate decided. */
  failure?: string;
}

export interface Target extends Way {
  url: URL;
}

export interface TransportLimits {
  connectMs: number;
  /** From the first byte sent to the last byte read: idle time-outs alone never end an answer that trickles. */
  totalMs: number;
  maxBytes: number;
}

/**
 * POST, so that login and CSR stand in no URL, hence in no access log. The body is one string and leaves in one write.
 */
export function formRequest(url: URL, form: string, totalMs: number): Dispatcher.RequestOptions {
  return {
    method: "POST",
    path: url.pathname,
    headers: {
      "content-type": "application/x-www-form-urlencoded; charset=utf-8",
      accept: "application/xml, text/xml",
    },
    body: form,
    signal: AbortSignal.timeout(totalMs),
  };
}

/** The whole answer. 3xx, 4xx and 5xx are answers too: nothing is followed, nothing repeated. */
export async function readBody(response: Dispatcher.ResponseData): Promise<HttpAnswer> {
  const said = (name: string): string | undefined => [response.headers[name]].flat()[0];
  return {
    status: response.statusCode,
    contentType: said("content-type"),
    contentEncoding: said("content-encoding"),
    location: said("location"),
    body: await response.body.bytes(),
  };
}
