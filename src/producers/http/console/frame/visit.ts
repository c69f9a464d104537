// What a page of the console knows of who looks at it: the person, what the person may do, the language, the time.
import type { FastifyReply, FastifyRequest } from "fastify";
import { allows, type Scope } from "../../../../shared/authority/scopes.ts";
import { pathOf } from "../../../../shared/gateway/public-url.ts";
import type { App, GatewayNeeds } from "../../needs.ts";
import type { KeptPlan } from "../../spending-plan.ts";
import { type Language, languageOf } from "./language.ts";

/** What all pages are made from. */
export interface Console {
  app: App;
  needs: GatewayNeeds;
  plan: KeptPlan;
}

export interface Visit extends Console {
  request: FastifyRequest;
  reply: FastifyReply;
  language: Language;
  now: Date;
  /** A page of ours, wherever a proxy puts it; a language that was asked for in the address is kept. */
  linkTo: (path: string) => string;
  may: (scope: Scope) => boolean;
  /** For forms; undefined where nobody had to sign in. */
  token: string | undefined;
}

export function visitOf(request: FastifyRequest, reply: FastifyReply, console: Console): Visit {
  const { clock, publicUrl } = console.needs;
  const language = languageOf(request);
  const isAsked = (request.query as { lang?: unknown } | undefined)?.lang === language;
  return {
    ...console,
    ...{ request, reply, language },
    now: clock.now(),
    linkTo: (path) => pathOf(publicUrl, isAsked ? withLanguage(path, language) : path),
    may: (scope) => allows(request.caller.scopes, scope),
    token: request.caller.token,
  };
}

function withLanguage(path: string, language: Language): string {
  const [address = "", fragment] = path.split("#");
  const asked = `${address}${address.includes("?") ? "&" : "?"}lang=${language}`;
  return fragment === undefined ? asked : `${asked}#${fragment}`;
}
