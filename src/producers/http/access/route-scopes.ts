// No route of the API is built without the scope that it needs; the OpenAPI document names it (documentation.ts).
import type { App } from "../needs.ts";

/** @throws Error at the start, for a route that nobody decided on who may call it */
export function demandScopes(app: App): void {
  app.addHook("onRoute", ({ url, method, config }) => {
    if (!config?.scope) throw new Error(`The route ${method} ${url} names no scope: give it config: { scope }.`);
  });
}
