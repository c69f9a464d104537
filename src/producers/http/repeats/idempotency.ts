// `Idempotency-Key` on everything that changes something (IETF draft, The Idempotency-Key HTTP Header Field): the same key
// with the same request gets the answer that was kept, status and Location included, and nothing is done a second time.
import { createHash } from "node:crypto";
import type { FastifyReply, FastifyRequest } from "fastify";
import { actorId } from "../../../shared/authority/actor.ts";
import { withDeadline } from "../../../shared/base/time/deadline.ts";
import { type BegunAnswer, beginAnswer } from "../../../shared/gateway/kept-answers.ts";
import { digestOfBody } from "../json-body.ts";
import type { App, GatewayNeeds } from "../needs.ts";
import { invalid, problem } from "../problems.ts";
import { isLate } from "../requests/redis-silence.ts";
import { secondsToWait } from "./prefer.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** Of a request with an Idempotency-Key, until it is answered. */
    kept: BegunAnswer | null;
  }
  interface FastifyContextConfig {
    /** `none`: what it takes is known by names of its own, and an Idempotency-Key is not looked at. */
    idempotency?: "none";
  }
}

/** 1 to 128 printable characters without spaces. */
const KEY = /^[\x21-\x7e]{1,128}$/;
/** A gateway that dies leaves the key free after so long; beside what the request waits for. */
const HOLD_MS = 15_000;
/** What was asked of Redis is given up after two seconds, and may be asked once more. */
const LATE_MS = 5_000;
/** An answer that says that Redis does not respond does not wait for it. */
const GIVE_BACK_MS = 50;
/** What is asked of the caller first, or of its body; it may be mended, and the same key used again. */
const NOT_KEPT: ReadonlySet<number> = new Set([400, 401, 403, 408, 413, 415, 429]);
const KEPT_HEADERS = ["content-type", "location", "preference-applied"] as const;

export function keepAnswers(v1: App, { redis, keys, log }: Pick<GatewayNeeds, "redis" | "keys" | "log">): void {
  v1.decorateRequest("kept", null);

  // Behind the body, and in front of everything that looks into it.
  v1.addHook("preValidation", async (request, reply) => {
    const key = keyOf(request);
    if (key === undefined) return undefined;
    const caller = actorId(request.caller.actor);
    const holdMs = HOLD_MS + secondsToWait(request) * 1_000;
    const asked = { caller, key, digest: digestOf(request), holdMs };
    const begun = await beginAnswer(asked, { redis, keys });
    if (begun.kind === "other") {
      const detail = "This Idempotency-Key was sent with another request. Send the same request, or another key.";
      throw problem("idempotency-key-reused", detail);
    }
    if (begun.kind === "running") {
      const detail = "The request with this Idempotency-Key is being carried out. Send the same again in a second.";
      throw problem("idempotency-key-running", detail, { headers: { "retry-after": "1" } });
    }
    if (begun.kind === "answered") {
      const { status, headers, body } = begun.answer;
      reply.code(status).headers({ ...headers, "idempotency-replayed": "true" });
      return reply.send(body);
    }
    request.kept = begun.answer;
    return undefined;
  });

  // Behind what the audit trail says of it: what is kept was done.
  v1.addHook("onSend", async (request, reply, payload) => {
    const { kept } = request;
    if (!kept) return;
    request.kept = null;
    const { statusCode } = reply;
    try {
      const isForLater = statusCode >= 500 || NOT_KEPT.has(statusCode) || reply.hasHeader("retry-after");
      if (typeof payload !== "string" || isForLater) {
        await withDeadline(kept.free(isLate(request) ? LATE_MS : 0), GIVE_BACK_MS, () => undefined);
        return;
      }
      const answer = { status: statusCode, headers: headersOf(reply), body: withoutSecrets(payload) };
      await kept.keep(answer, statusCode < 300 ? referenceOf(request, payload) : null);
    } catch (err) {
      // It was done, and says so. Who asks again before the key is free gets 409, and is answered anew behind that.
      log.warn({ event: "answer.lost", err });
    }
  });
}

function keyOf(request: FastifyRequest): string | undefined {
  const { method, routeOptions, query } = request;
  const key = request.headers["idempotency-key"];
  if (key === undefined || method === "GET" || method === "HEAD" || method === "OPTIONS") return undefined;
  const keepsNothing = (query as { dryRun?: string } | undefined)?.dryRun === "true";
  if (request.is404 || routeOptions.config.idempotency === "none" || keepsNothing) return undefined;
  if (typeof key !== "string" || !KEY.test(key)) {
    const message = "must be 1 to 128 printable characters without spaces";
    throw invalid([{ field: "idempotency-key", message }]);
  }
  return key;
}

/** What is asked, and where: a body that means the same and is written otherwise is another one. */
function digestOf(request: FastifyRequest): string {
  const { method, originalUrl } = request;
  return createHash("sha256")
    .update(`${method} ${originalUrl}\n${digestOfBody(request)}`)
    .digest("base64url");
}

function headersOf(reply: FastifyReply): Record<string, string> {
  return Object.fromEntries(
    KEPT_HEADERS.flatMap((name) => {
      const value = reply.getHeader(name);
      return value === undefined ? [] : [[name, `${value}`]];
    }),
  );
}

/** The order that the answer tells of: named in the path, or the one that was just taken. */
function referenceOf({ routeOptions, params }: FastifyRequest, payload: string): string | null {
  if (!routeOptions.url?.startsWith("/v1/certificates")) return null;
  const named = (params as { reference?: string } | undefined)?.reference;
  if (named !== undefined) return named;
  const { reference } = JSON.parse(payload) as { reference?: unknown };
  return typeof reference === "string" ? reference : null;
}

const SECRET = /^(secret|token|password)$/i;

/**
 * A secret is shown once and kept nowhere in the clear, so not here either: an answer that is repeated has null in its
 * place.
 */
function withoutSecrets(payload: string): string {
  if (!/"(secret|token|password)"/i.test(payload)) return payload;
  const seen: unknown = JSON.parse(payload, (name, value: unknown) =>
    SECRET.test(name) && typeof value === "string" ? null : value,
  );
  return JSON.stringify(seen);
}
