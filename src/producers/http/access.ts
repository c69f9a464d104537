// Who may come in: holders of a key; where there is no key, this machine alone; and never a page of another site.
import { createHash, timingSafeEqual } from "node:crypto";
import { isIPv4, isIPv6 } from "node:net";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { GatewayNeeds } from "./needs.ts";
import { sendProblem } from "./problems.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** The id of the API key that was shown, "local" without keys; empty before it was looked at. */
    caller: string;
  }
}

type Guard = (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply | undefined>;

/** Lets in who shows a key as `Authorization: Bearer` (RFC 6750); without any configured key, only this machine. */
export function apiGuard(needs: Pick<GatewayNeeds, "apiKeys">): Guard {
  return async (request, reply) => {
    const { apiKeys } = needs; // asked for each request: the configuration may have changed
    const caller = apiKeys.length > 0 ? findCaller(request, apiKeys) : isLocal(request) ? "local" : undefined;
    if (caller) {
      request.caller = caller;
      return undefined;
    }
    if (apiKeys.length === 0)
      return refuse(request, reply, "No API key is configured, so the gateway answers this machine only.");
    reply.header("www-authenticate", 'Bearer realm="certfleet"');
    return sendProblem(request, reply, {
      name: "unauthorized",
      detail: "Send a valid API key in the header Authorization: Bearer KEY.",
    });
  };
}

/** Lets in who logs in (HTTP Basic, RFC 7617); without a configured login, only this machine. */
export function pageGuard(login: GatewayNeeds["board"]): Guard {
  const expected = login && `Basic ${Buffer.from(`${login.user}:${login.password}`).toString("base64")}`;
  return async (request, reply) => {
    if (!expected) {
      return isLocal(request)
        ? undefined
        : refuse(
            request,
            reply,
            "BOARD_USER and BOARD_PASSWORD are not set, so these pages are for this machine only.",
          );
    }
    if (sameHash(sha256(request.headers.authorization ?? ""), sha256(expected))) return undefined;
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

export function sha256(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

/** Compares with every key, whether one fits or not, so that the time it takes tells nothing. */
function findCaller(request: FastifyRequest, apiKeys: GatewayNeeds["apiKeys"]): string | undefined {
  const shown = sha256(/^Bearer +(\S+)$/i.exec(request.headers.authorization ?? "")?.[1] ?? "");
  let caller: string | undefined;
  for (const key of apiKeys) if (sameHash(Buffer.from(key.sha256, "hex"), shown)) caller = key.id;
  return caller;
}

function sameHash(a: Buffer, b: Buffer): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}

function refuse(request: FastifyRequest, reply: FastifyReply, detail: string): FastifyReply {
  return sendProblem(request, reply, { name: "forbidden", detail });
}
