// Who may come in: holders of a key and console users; this machine where no money is spent; who may open the Unix socket.
import { createHash, timingSafeEqual } from "node:crypto";
import type { FastifyReply, FastifyRequest } from "fastify";
import { type Actor, LOCAL } from "../../../shared/authority/actor.ts";
import type { Scope } from "../../../shared/authority/scopes.ts";
import type { GatewayNeeds } from "../needs.ts";
import { sendProblem } from "../problems.ts";
import { isAnyKey, isAnyUser } from "./anybody.ts";
import { lackedScope } from "./caller.ts";
import { sendClosed, wantsPage } from "./closed.ts";
import { isOnSocket, isThisMachine } from "./peer.ts";

type AccessNeeds = Pick<GatewayNeeds, "redis" | "keys" | "apiKeys" | "board" | "env" | "publicUrl" | "trustedProxies">;
type Guard = (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply | undefined>;

/**
 * Lets in who shows a key as `Authorization: Bearer` (RFC 6750) that may do what the route asks for. While there is no key,
 * this machine is let in where no money is spent, and whoever may open the gateway's Unix socket everywhere.
 */
export function apiGuard(needs: AccessNeeds): Guard {
  return async (request, reply) => {
    const { apiKeys } = needs; // asked for each request: the configuration may have changed
    if (!(await isAnyKey(needs))) {
      if (!needsNoCredential(request, needs)) return refuse(request, reply, NO_KEY[needs.env] ?? NO_KEY.live);
      identify(request, LOCAL, ["admin"]);
      return undefined;
    }
    const key = findKey(request, apiKeys);
    if (!key) {
      reply.header("www-authenticate", 'Bearer realm="certfleet"');
      return sendProblem(request, reply, {
        name: "unauthorized",
        detail: "Send a valid API key in the header Authorization: Bearer KEY.",
      });
    }
    identify(request, { kind: "key", id: key.id }, key.scopes);
    const lacked = lackedScope(request.caller, request.is404 ? { scope: "any" } : request.routeOptions.config);
    return (
      lacked && refuse(request, reply, `This needs the scope ${lacked}, which the API key ${key.id} does not have.`)
    );
  };
}

/** Lets in who logs in (HTTP Basic, RFC 7617). Without a console user this machine sees the pages of a sandbox, and nobody others. */
export function pageGuard(needs: AccessNeeds): Guard {
  const { board: login } = needs;
  const expected = login && `Basic ${Buffer.from(`${login.user}:${login.password}`).toString("base64")}`;
  return async (request, reply) => {
    if (!(await isAnyUser(needs))) {
      if (needs.env !== "sandbox" || !isThisMachine(request, needs)) return sendClosed(request, reply);
      identify(request, LOCAL, ["admin"]);
      return undefined;
    }
    if (login && expected && sameHash(sha256(request.headers.authorization ?? ""), sha256(expected))) {
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

/** For what machines and people read alike: a key that is shown is judged, else a person is asked for. */
export function keyOrPageGuard(needs: AccessNeeds): Guard {
  const [byKey, byPerson] = [apiGuard(needs), pageGuard(needs)];
  return async (request, reply) => {
    const showsKey = /^Bearer /i.test(request.headers.authorization ?? "");
    return showsKey || (await isForKeys(request, needs)) ? byKey(request, reply) : byPerson(request, reply);
  };
}

/** Whether the guard of the API has the answer for somebody who shows no key: this machine may come in, or only keys open. */
async function isForKeys(request: FastifyRequest, needs: AccessNeeds): Promise<boolean> {
  const [someKey, somebody] = await Promise.all([isAnyKey(needs), isAnyUser(needs)]);
  const isFree = needsNoCredential(request, needs);
  return someKey ? !somebody && !isFree && !wantsPage(request) : isFree;
}

/** What does not exist is told to those only who may see what does. */
export function notFoundGuard(needs: AccessNeeds): Guard {
  const [ofApi, ofPages] = [apiGuard(needs), keyOrPageGuard(needs)];
  return (request, reply) => (/^\/v1(\/|\?|$)/.test(request.url) ? ofApi : ofPages)(request, reply);
}

const NO_KEY: Readonly<Record<string, string>> & { live: string } = {
  sandbox: "No API key is configured, so the gateway answers this machine only.",
  live: "There is no API key. Make one: certfleet key create --name NAME --scope SCOPE (or set CERTFLEET_API_KEY).",
};

/** A sandbox spends no money; a Unix socket opens to those only to whom its rights do. */
function needsNoCredential(request: FastifyRequest, needs: AccessNeeds): boolean {
  return (needs.env === "sandbox" || isOnSocket(request)) && isThisMachine(request, needs);
}

export function sha256(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

function identify(request: FastifyRequest, actor: Actor, scopes: readonly Scope[]): void {
  request.caller = { ...request.caller, actor, scopes };
}

/** Compares with every key, whether one fits or not, so that the time it takes tells nothing. */
function findKey(
  request: FastifyRequest,
  apiKeys: GatewayNeeds["apiKeys"],
): GatewayNeeds["apiKeys"][number] | undefined {
  const shown = sha256(/^Bearer +(\S+)$/i.exec(request.headers.authorization ?? "")?.[1] ?? "");
  let found: GatewayNeeds["apiKeys"][number] | undefined;
  for (const key of apiKeys) if (sameHash(Buffer.from(key.sha256, "hex"), shown)) found = key;
  return found;
}

function sameHash(a: Buffer, b: Buffer): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}

function refuse(request: FastifyRequest, reply: FastifyReply, detail: string): FastifyReply {
  return sendProblem(request, reply, { name: "forbidden", detail });
}
