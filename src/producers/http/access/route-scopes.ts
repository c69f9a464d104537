// Which scope each call needs: no route of the API is built without one, and the OpenAPI document names it.
import type { RouteOptions } from "fastify";
import { type Scope, scopeTexts } from "../../../shared/authority/scopes.ts";
import type { App } from "../needs.ts";

/** @throws Error at the start, for a route that nobody decided on who may call it */
export function demandScopes(app: App): void {
  app.addHook("onRoute", ({ url, method, config }) => {
    if (!config?.scope) throw new Error(`The route ${method} ${url} names no scope: give it config: { scope }.`);
  });
}

/** The schema of a route with its scope in words, and as a role of its security (OpenAPI 3.1, 4.8.30). */
export function withScope<S extends object>(schema: S, { config }: Pick<RouteOptions, "config">): S {
  const scope: Scope | undefined = config?.scope;
  if (!scope || "security" in schema) return schema;
  const before = "description" in schema ? `${schema.description}\n\n` : "";
  const description = `${before}Needs the scope \`${scope}\`: ${scopeTexts[scope]}.`;
  return { ...schema, security: [{ key: [scope] }], description };
}
