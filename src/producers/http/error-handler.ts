// Turns whatever was thrown into a problem, in this one place: callers see what to do next, the log sees the cause.

import { randomUUID } from "node:crypto";
import type { Socket } from "node:net";
import type { ConnectionError, FastifyError, FastifyReply, FastifyRequest } from "fastify";
import { hasZodFastifySchemaValidationErrors, type ZodFastifySchemaValidationError } from "fastify-type-provider-zod";
import type { z } from "zod";
import { Unavailable } from "../../shared/base/errors.ts";
import { type Fault, faultsOf } from "../../shared/base/fault.ts";
import type { Log } from "../../shared/base/log.ts";
import type { RedisClient } from "../../shared/redis/client.ts";
import { isRedisTrouble } from "../../shared/redis/connection/trouble.ts";
import { takesNoWrites } from "../../shared/redis/connection/words.ts";
import {
  invalid,
  type Problem,
  type ProblemError,
  type ProblemName,
  problemKind,
  sendProblem,
  typeOf,
} from "./problems.ts";

const RETRY_AFTER_SECONDS = 2;

/** What Fastify itself refuses, by its statuses. */
const refusals: Readonly<Record<number, [ProblemName, string]>> = {
  400: ["malformed", "The request cannot be read: check its address, its headers and its body."],
  404: ["not-found", "There is no such address."],
  413: ["too-large", "The body is larger than 256 KB."],
  414: ["not-found", "There is no such address."],
  415: ["unsupported-media-type", "The body must be application/json."],
};

export function errorHandler({ redis, log }: { redis: RedisClient; log: Log }) {
  return (error: FastifyError, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const problem = problemOf(error, redis);
    if (problem.name === "internal" || problem.name === "unavailable") {
      const level = problem.name === "internal" ? "error" : "warn";
      log[level]({ event: "http.failed", request: request.id, route: request.routeOptions.url, err: error });
    }
    const named =
      problem.name === "internal"
        ? { ...problem, detail: `An internal error. The gateway's log has it as request ${request.id}.` }
        : problem;
    return sendProblem(request, reply, named);
  };
}

const LINGER_MS = 1_000;
const NO_HTTP = "The request is not valid HTTP. Check its method (in capitals) and its headers.";
/** By the parser's code. */
const unreadable: Readonly<Record<string, [status: number, words: string, detail: string]>> = {
  ERR_HTTP_REQUEST_TIMEOUT: [408, "Request Timeout", "The request took too long to arrive. Send it again, at once."],
  HPE_HEADER_OVERFLOW: [431, "Request Header Fields Too Large", "The headers are larger than 16 KB together."],
};

/**
 * What is no HTTP (an unknown method, headers without end, too slow) meets the parser before any route: answered by hand.
 * Whoever asks by HEAD reads no body (RFC 9110, 9.3.2) and would take it for the next answer.
 */
export function refuseUnreadable(pages: string, error: ConnectionError, socket: Socket): void {
  if (error.code === "ECONNRESET" || !socket.writable) return void socket.destroy();
  const { title } = problemKind("malformed");
  const [status, words, detail] = unreadable[error.code ?? ""] ?? [400, "Bad Request", NO_HTTP];
  const requestId = randomUUID();
  const body = JSON.stringify({
    type: typeOf("malformed", pages),
    code: "malformed",
    title,
    status,
    detail,
    requestId,
  });
  const packet: unknown = error.rawPacket; // of a request that came too late there is none
  const isHead = Buffer.isBuffer(packet) && /^HEAD /m.test(packet.toString("latin1"));
  const head = [
    `HTTP/1.1 ${status} ${words}`,
    "content-type: application/problem+json; charset=utf-8",
    `content-length: ${Buffer.byteLength(body)}`,
    "connection: close",
    `x-request-id: ${requestId}`,
  ];
  socket.end(`${head.join("\r\n")}\r\n\r\n${isHead ? "" : body}`);
  // Who does not hang up, after all this, is not waited for.
  setTimeout(() => socket.destroy(), LINGER_MS).unref();
}

/** What is told of whatever was thrown; `internal` where nobody knows. */
export function problemOf(error: FastifyError, redis: RedisClient): Problem {
  if ("problem" in error) return (error as ProblemError).problem;
  if (error instanceof Unavailable) return unavailable(error.message, error.retryAfterSeconds);
  if (hasZodFastifySchemaValidationErrors(error)) {
    // A reference or a queue that cannot exist does not exist.
    if (error.validationContext === "params") return { name: "not-found", detail: "There is nothing with this name." };
    return invalid(error.validation.flatMap(faultsOfIssue)).problem;
  }
  if (isRedisTrouble(error) || redis.status !== "ready") {
    const why = takesNoWrites(error) ? "Redis takes no writes just now" : "Redis does not respond";
    return unavailable(`${why}. Nothing is known to have happened. Send the same request again.`);
  }
  // Fastify's handlerTimeout: Redis, or this machine, is too slow.
  if (error.statusCode === 503)
    return unavailable("The request took too long. Nothing is known to have happened. Send the same request again.");
  const [name, detail] = refusals[error.statusCode ?? 500] ?? ["internal", ""];
  return { name, detail };
}

function unavailable(detail: string, retryAfterSeconds = RETRY_AFTER_SECONDS): Problem {
  return { name: "unavailable", detail, headers: { "retry-after": `${retryAfterSeconds}` } };
}

/** As `faultsOf`, of an issue that the schema plugin has turned into Fastify's form. */
function faultsOfIssue({ keyword, instancePath, message, params }: ZodFastifySchemaValidationError): Fault[] {
  const path = instancePath.split("/").filter((step) => step !== "");
  return faultsOf({ issues: [{ ...params, code: keyword, path, message } as z.core.$ZodIssue] });
}
