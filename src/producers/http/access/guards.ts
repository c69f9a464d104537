// Who may come in: holders of a key; where there is no key, this machine alone; and never a page of another site.
import { createHash, timingSafeEqual } from "node:crypto";
import type { FastifyReply, FastifyRequest } from "fastify";
import { type Actor, LOCAL } from "../../../shared/authority/actor.ts";
import type { Scope } from "../../../shared/authority/scopes.ts";
import type { GatewayNeeds } from "../needs.ts";
import { sendProblem } from "../problems.ts";
import { lackedScope } from "./caller.ts";
import { judgeSession } from "./page-guard.ts";
import { type PeopleNeeds, peopleDoor } from "./people.ts";
import { isLocal } from "./this-machine.ts";

export { pageGuard } from "./page-guard.ts";

type Guard = (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply | undefined>;

/**
 * Lets in who shows a key as `Authorization: Bearer` (RFC 6750) that may do what the route asks for, and who is signed in
 * with a role that may; without any configured key, only this machine.
 */
export function apiGuard(needs: Pick<GatewayNeeds, "apiKeys"> & PeopleNeeds): Guard {
  const people = peopleDoor(needs);
  return async (request, reply) => {
    const { scope } = request.routeOptions.config;
    const byCookie = !/^Bearer /i.test(request.headers.authorization ?? ""); // who sends a key is judged by the key
    const person = byCookie ? await judgeSession(request, reply, { door: people, scope }) : "nobody";
    if (person !== "nobody") return person;
    const { apiKeys } = needs; // asked for each request: the configuration may have changed
    if (apiKeys.length === 0) {
      if (!isLocal(request))
        return refuse(request, reply, "No API key is configured, so the gateway answers this machine only.");
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
    const lacked = lackedScope(request.caller, request.routeOptions.config);
    return (
      lacked && refuse(request, reply, `This needs the scope ${lacked}, which the API key ${key.id} does not have.`)
    );
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
