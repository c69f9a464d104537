// Who may come in: holders of a key; where there is no key, this machine alone; and never a page of another site.
import { createHash, timingSafeEqual } from "node:crypto";
import type { FastifyReply, FastifyRequest } from "fastify";
import { type Actor, LOCAL } from "../../../shared/authority/actor.ts";
import type { ApiKey } from "../../../shared/authority/keys/key.ts";
import type { Scope } from "../../../shared/authority/scopes.ts";
import type { Log } from "../../../shared/base/log.ts";
import type { GatewayNeeds } from "../needs.ts";
import { sendProblem } from "../problems.ts";
import { lackedScope } from "./caller.ts";
import { requestLimits } from "./rate-limits.ts";
import { type KeyNeeds, keyJudge, needsKey, type Shown, secretOf } from "./shown-key.ts";
import { isLocal } from "./this-machine.ts";

type Guard = (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply | undefined>;

/**
 * Lets in who shows a key that may do what the route asks for; where there is no key at all, only this machine. Each
 * refusal is written down with its address.
 */
export function apiGuard(needs: KeyNeeds): Guard {
  const keys = keyJudge(needs);
  const limit = requestLimits(needs);
  return async (request, reply) => {
    if (!(await needsKey(needs, secretOf(request)))) {
      if (!isLocal(request))
        return refuse(request, reply, "No API key is configured, so the gateway answers this machine only.");
      identify(request, LOCAL, ["admin"]);
      return undefined;
    }
    const shown = await keys.judge(request);
    if (!("key" in shown)) return turnAway(request, reply, shown, needs.log);
    const { key } = shown;
    identify(request, { kind: "key", id: key.id }, key.scopes, key);
    await limit(request, reply);
    const lacked = lackedScope(request.caller, request.routeOptions.config);
    if (!lacked) return undefined;
    needs.log.warn({ ...{ event: "key.refused", request: request.id, key: key.id }, why: "scope", scope: lacked });
    return sendProblem(request, reply, {
      name: "forbidden",
      detail: `This needs the scope ${lacked}, which the API key ${key.id} does not have.`,
      scope: lacked,
    });
  };
}

/** The answer to a key that opens nothing: by it nobody learns which keys there are. */
function turnAway(
  request: FastifyRequest,
  reply: FastifyReply,
  shown: Exclude<Shown, { key: unknown }>,
  log: Log,
): FastifyReply {
  const { from } = request.caller;
  if ("waitMs" in shown) {
    const seconds = Math.max(1, Math.ceil(shown.waitMs / 1_000));
    return sendProblem(request, reply, {
      name: "too-many-requests",
      detail: `Too many requests without a valid API key came from your address. Wait ${seconds} s.`,
      headers: { "retry-after": `${seconds}` },
    });
  }
  const { refused, id, expires } = shown;
  if (refused !== "missing")
    log.warn({ event: "key.refused", request: request.id, key: id ?? null, from, why: refused });
  if (refused === "network")
    return refuse(request, reply, `The API key ${id} may not be used from ${from ?? "a Unix socket"}.`);
  reply.header("www-authenticate", 'Bearer realm="certfleet"');
  return sendProblem(request, reply, {
    name: "unauthorized",
    detail:
      refused === "expired"
        ? `The API key ${id} has ended (${expires}). Ask for a new one.`
        : "Send a valid API key in the header Authorization: Bearer KEY.",
  });
}

/** Lets in who logs in (HTTP Basic, RFC 7617); without a configured login, only this machine. */
export function pageGuard(login: GatewayNeeds["board"]): Guard {
  const expected = login && `Basic ${Buffer.from(`${login.user}:${login.password}`).toString("base64")}`;
  return async (request, reply) => {
    if (!expected) {
      if (!isLocal(request))
        return refuse(
          request,
          reply,
          "BOARD_USER and BOARD_PASSWORD are not set, so these pages are for this machine only.",
        );
      identify(request, LOCAL, ["admin"]);
      return undefined;
    }
    if (sameHash(sha256(request.headers.authorization ?? ""), sha256(expected))) {
      identify(request, { kind: "person", id: login.user }, ["admin"]);
      return undefined;
    }
    reply.header("www-authenticate", 'Basic realm="certfleet", charset="UTF-8"');
    return sendProblem(request, reply, {
      name: "unauthorized",
      detail: "Log in with the values of BOARD_USER and BOARD_PASSWORD.",
    });
  };
}

/** Browsers add logins by themselves and reach loopback for anyone's page: what changes something comes from our own pages. */
export const sameSiteGuard: Guard = async (request, reply) => {
  const site = request.headers["sec-fetch-site"];
  const harmless = request.method === "GET" || request.method === "HEAD";
  if (harmless || site === undefined || site === "same-origin" || site === "none") return undefined;
  return refuse(request, reply, "A page of another site may not change anything here.");
};

export function sha256(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

function identify(request: FastifyRequest, actor: Actor, scopes: readonly Scope[], key?: ApiKey): void {
  request.caller = { ...request.caller, actor, scopes, ...(key && { key }) };
}

function sameHash(a: Buffer, b: Buffer): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}

function refuse(request: FastifyRequest, reply: FastifyReply, detail: string): FastifyReply {
  return sendProblem(request, reply, { name: "forbidden", detail });
}
