// Bull Board's door: mounts its routes, its one page and its files on our server. Its own adapter for Fastify brings some
// 25 packages for the same (docs/decisions/059).
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type {
  AppControllerRoute,
  AppViewRoute,
  BullBoardQueues,
  ControllerHandlerReturnType,
  HTTPMethod,
  IServerAdapter,
  UIConfig,
} from "@bull-board/api/dist/types.js";
import type { App } from "../needs.ts";
import { servePackageFiles } from "./package-files.ts";

/** What `createBullBoard` tells its adapter before it is mounted. */
interface Told {
  queues: BullBoardQueues;
  views: string;
  statics: { route: string; path: string };
  entry: AppViewRoute;
  failed: (error: Error) => ControllerHandlerReturnType;
  routes: AppControllerRoute[];
  config: UIConfig;
}

/** For `createBullBoard({ serverAdapter })`; `mount` then answers below the prefix that `pages` was registered with. */
export interface BoardAdapter extends IServerAdapter {
  mount(pages: App): void;
}

/** @param basePath where a browser finds the board, without a slash at its end: `/queues` */
export function boardAdapter(basePath: string): BoardAdapter {
  const told: Partial<Told> = {};
  const tell = (facts: Partial<Told>): BoardAdapter => {
    Object.assign(told, facts);
    return adapter;
  };
  const adapter: BoardAdapter = {
    setQueues: (queues) => tell({ queues }),
    setViewsPath: (views) => tell({ views }),
    setStaticPath: (route, path) => tell({ statics: { route, path } }),
    setEntryRoute: (entry) => tell({ entry }),
    setErrorHandler: (failed) => tell({ failed }),
    setApiRoutes: (routes) => tell({ routes }),
    setUIConfig: (config) => tell({ config }),
    mount: (pages) => mount(pages, basePath, told as Told), // createBullBoard tells everything, or throws
  };
  return adapter;
}

function mount(pages: App, basePath: string, { queues, views, statics, entry, failed, routes, config }: Told): void {
  servePackageFiles(pages, statics.route, statics.path);
  const { name, params } = entry.handler({ basePath, uiConfig: config });
  const page = filledIn(readFileSync(join(views, name), "utf8"), params as Record<string, string>);
  for (const url of listed(entry.route)) {
    pages.get(url, { schema: { hide: true } }, async (_request, reply) =>
      reply.type("text/html; charset=utf-8").header("cache-control", "no-store").send(page),
    );
  }
  for (const { route, method, handler } of routes) {
    for (const url of listed(route)) {
      pages.route<{ Params: Record<string, string>; Querystring: Record<string, string> }>({
        method: listed(method).map((each) => each.toUpperCase() as Uppercase<HTTPMethod>),
        url,
        schema: { hide: true },
        handler: async ({ params, query, body, headers }, reply) => {
          const asked = { queues, uiConfig: config, params, query, headers: headers as Record<string, string> };
          const answer = await handler({ ...asked, body: body as Record<string, unknown> });
          return reply.status(answer.status ?? 200).send(answer.body);
        },
      });
    }
  }
  pages.setErrorHandler((error: Error, _request, reply) => {
    const answer = failed(error);
    return reply.status(answer.status ?? 500).send(answer.body);
  });
}

/**
 * The page's template knows two tags: `<%= name %>` for text and `<%- name %>` for what is HTML already.
 *
 * @throws Error if a new version of the template has anything else
 */
export function filledIn(template: string, values: Readonly<Record<string, string>>): string {
  const page = template.replace(/<%([=-]) *(\w+) *%>/g, (_tag, kind: string, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`Bull Board's page asks for ${name}, which nobody gives it`);
    return kind === "-" ? value : value.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
  });
  if (page.includes("<%")) throw new Error("Bull Board's page holds a tag that is not known here");
  return page;
}

function listed<T>(one: T | readonly T[]): readonly T[] {
  return Array.isArray(one) ? (one as readonly T[]) : [one as T];
}
