// Who sent a request, as the guards found out, and what a route asks of them.
import type { FastifyInstance } from "fastify";
import type { Actor } from "../../../shared/authority/actor.ts";
import { allows, type Scope } from "../../../shared/authority/scopes.ts";

export interface Caller {
  actor: Actor;
  scopes: readonly Scope[];
  /** The address that the request came from; null on a Unix socket. */
  from: string | null;
  /** Of who is signed in: what a form of our pages sends back with a change. */
  token?: string;
}

declare module "fastify" {
  interface FastifyRequest {
    /** Nobody before a guard looked, and on pages that are open to everybody. */
    caller: Caller;
  }
  interface FastifyContextConfig {
    /** What a caller must be allowed to do; every route of the API names one. */
    scope?: Scope;
  }
}

const NOBODY: Caller = { actor: { kind: "system", id: "nobody" }, scopes: [], from: null };

export function decorateCaller(app: FastifyInstance): void {
  app.decorateRequest("caller");
  app.addHook("onRequest", async (request) => {
    request.caller = { ...NOBODY, from: request.socket.remoteAddress ?? null };
  });
}

/** What a caller lacks for a route; undefined where it lacks nothing. A route that names no scope is for admins. */
export function lackedScope({ scopes }: Caller, { scope = "admin" }: { scope?: Scope }): Scope | undefined {
  return allows(scopes, scope) ? undefined : scope;
}
