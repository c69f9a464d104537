// Posts one form and brings back the bytes, for questions that may be asked again. The purchase goes through
// post-once.ts.

import { Agent } from "undici";
import { connectorTo } from "./connector.ts";
import { failureName } from "./network-failure.ts";
import { formRequest, type Posted, readBody, type Target, type TransportLimits } from "./post-once.ts";

export interface Transport {
  /** Never throws and never retries. */
  post: (form: string) => Promise<Posted>;
  close: () => Promise<void>;
}

/** Kept-alive connections to one origin, opened with the first question. */
export function openTransport(target: Target, limits: TransportLimits): Transport {
  const { url } = target;
  const agent = new Agent({
    connections: 8,
    pipelining: 1,
    allowH2: false,
    connect: connectorTo(target, limits.connectMs),
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
