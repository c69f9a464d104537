// Who sent a request, as the guards found out, and what a route asks of them.
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { type Actor, NOBODY } from "../../../shared/authority/actor.ts";
import type { ApiKey } from "../../../shared/authority/keys/key.ts";
import type { Person } from "../../../shared/authority/people/person.ts";
import { allows, type Scope } from "../../../shared/authority/scopes.ts";
import { clientAddress, type Door } from "./peer.ts";

export interface Caller {
  actor: Actor;
  scopes: readonly Scope[];
  /** The address that the request came from, as a named proxy tells it where there is one; null on a Unix socket. */
  from: string | null;
  /** The API key that was shown, with its limits. */
  key?: ApiKey;
  /** Of who is signed in: what a form of our pages sends back with a change. */
  token?: string;
  /** Of who is signed in: the language that the person chose. */
  language?: Person["language"];
}

/** A hook that lets a request go on (undefined), or answers it. */
export type Guard = (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply | undefined>;

declare module "fastify" {
  interface FastifyRequest {
    /** Nobody before a guard looked, and on pages that are open to everybody. */
    caller: Caller;
    /** Where the gateway is reached, and which proxies are believed. */
    door: Door;
  }
  interface FastifyContextConfig {
    /** What a caller must be allowed to do; every route of the API names one. `any`: every caller may, whoever it is. */
    scope?: Scope | "any";
  }
}

const UNKNOWN: Caller = { actor: NOBODY, scopes: [], from: null };

export function decorateCaller(app: FastifyInstance, door: Door): void {
  app.decorateRequest("caller");
  app.decorateRequest("door");
  app.addHook("onRequest", async (request) => {
    request.door = door;
    request.caller = { ...UNKNOWN, from: clientAddress(request, door) };
  });
}

/** Says who the caller is; its address stays. */
export function identify(request: FastifyRequest, actor: Actor, scopes: readonly Scope[], key?: ApiKey): void {
  request.caller = { ...request.caller, actor, scopes, ...(key && { key }) };
}

/** What a caller lacks for a route; undefined where it lacks nothing. A route that names no scope is for admins. */
export function lackedScope({ scopes }: Caller, { scope = "admin" }: { scope?: Scope | "any" }): Scope | undefined {
  if (scope === "any") return undefined;
  return allows(scopes, scope) ? undefined : scope;
}
