// Posts one form and brings back the bytes, for questions that may be asked again. The purchase goes through post-once.ts.
import { Agent, type Dispatcher } from "undici";
import { connectorTo } from "./connector.ts";
import { failureName } from "./network-failure.ts";

export interface Answer {
  status: number;
  contentType: string | undefined;
  /** `gzip` and the like, which we never ask for. */
  contentEncoding?: string | undefined;
  /** Where a redirect points. */
  location?: string | undefined;
  body: Uint8Array;
}

/** `not-sent` only when surely no byte of the request was written; `lost` whenever that cannot be said. */
export type Posted = { kind: "answer"; answer: Answer } | Lost | NotSent;

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

export interface Target {
  url: URL;
  /** PEM of a private CA to trust instead of the public ones. */
  ca?: string | undefined;
}

export interface TransportLimits {
  connectMs: number;
  /** From the first byte sent to the last byte read: idle time-outs alone never end an answer that trickles. */
  totalMs: number;
  maxBytes: number;
}

/** POST, so that login and CSR stand in no URL, hence in no access log. The body is one string and leaves in one write. */
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
export async function readBody(response: Dispatcher.ResponseData): Promise<Answer> {
  const said = (name: string): string | undefined => [response.headers[name]].flat()[0];
  return {
    status: response.statusCode,
    contentType: said("content-type"),
    contentEncoding: said("content-encoding"),
    location: said("location"),
    body: await response.body.bytes(),
  };
}

export interface Transport {
  /** Never throws and never retries. */
  post: (form: string) => Promise<Posted>;
  close: () => Promise<void>;
}

/** Kept-alive connections to one origin, opened with the first question. */
export function openTransport({ url, ca }: Target, limits: TransportLimits): Transport {
  const agent = new Agent({
    connections: 8,
    pipelining: 1,
    allowH2: false,
    connect: connectorTo(ca, limits.connectMs),
    headersTimeout: limits.totalMs,
    bodyTimeout: limits.totalMs,
    keepAliveTimeout: 4_000, // shorter than common servers', so that a question seldom meets a closing connection
    maxResponseSize: limits.maxBytes,
  });
  return {
    async post(form) {
      try {
        const response = await agent.request({ origin: url.origin, ...formRequest(url, form, limits.totalMs) });
        return { kind: "answer", answer: await readBody(response) };
      } catch (error) {
        const failure = failureName(error);
        return { kind: "lost", reason: `no whole answer from ${url.host}: ${failure}`, failure };
      }
    },
    close: () => agent.close(),
  };
}
