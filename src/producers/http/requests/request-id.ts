// Each request has an id: the one that its caller sent, where it is a harmless one, else one of ours. It goes out with every
// answer, stands in every log line of the request, and in what the audit trail says of it.
import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { FastifyInstance } from "fastify";
import { forRequest } from "../../../shared/base/tracing/current-request.ts";

export const REQUEST_ID = "x-request-id";

/** What may stand in a log and in a header as it is. A longer or stranger one is replaced. */
const HARMLESS = /^[\w.:~/+=-]{1,128}$/;

export function requestIdOf({ headers }: Pick<IncomingMessage, "headers">): string {
  const given = headers[REQUEST_ID];
  return typeof given === "string" && HARMLESS.test(given) ? given : randomUUID();
}

export function sendRequestIds(app: FastifyInstance): void {
  app.addHook("onRequest", (request, reply, done) => {
    reply.header(REQUEST_ID, request.id);
    forRequest(request.id, done);
  });
  // The body came by events of its socket, which know nothing of the request.
  app.addHook("preValidation", (request, _reply, done) => forRequest(request.id, done));
}
