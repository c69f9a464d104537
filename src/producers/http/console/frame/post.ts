// Simple changes: a form of hidden fields and a button, and the route behind it that calls the API and comes back.
import type { Scope } from "../../../../shared/authority/scopes.ts";
import { type Html, html } from "../../html.ts";
import type { App } from "../../needs.ts";
import { problem } from "../../problems.ts";
import { type Ask, askApi } from "./ask-api.ts";
import { formOf, hiddenFields } from "./forms.ts";
import { type Console, type Visit, visitOf } from "./visit.ts";

export interface Button {
  /** A path of ours. */
  to: string;
  text: string;
  fields?: Readonly<Record<string, string>>;
  tone?: "primary" | "danger";
}

/** One button that changes something; it works without JavaScript. */
export function button(visit: Visit, { to, text, fields = {}, tone }: Button): Html {
  const hidden = Object.entries(fields).map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`,
  );
  return html`<form method="post" action="${visit.linkTo(to)}">${hiddenFields(visit)}${hidden}<button${tone ? html` class="${tone}"` : null}>${text}</button></form>`;
}

export interface Post {
  path: string;
  scope: Scope;
  /** The call of the API, from the path's names and the form. */
  ask: (params: Readonly<Record<string, string>>, form: URLSearchParams) => Ask;
  /** Where one comes back to, and the code of what is said there. */
  back: (params: Readonly<Record<string, string>>) => string;
  /** Instead of going back: the answer holds something that is shown this once. */
  show?: (visit: Visit, body: unknown, params: Readonly<Record<string, string>>) => unknown;
  /** Instead of a page that says no: the form again. */
  refused?: (visit: Visit, form: URLSearchParams, no: NonNullable<Awaited<ReturnType<typeof askApi>>["no"]>) => unknown;
}

/** What the API refuses is a page that says why. */
export function postRoute(app: App, console: Console, { path, scope, ask, back, show, refused }: Post): void {
  app.post(path, { config: { scope } }, async (request, reply) => {
    const visit = visitOf(request, reply, console);
    const params = request.params as Record<string, string>;
    const form = formOf(request);
    const { no, body } = await askApi(visit, { ...ask(params, form), once: form.get("once") ?? undefined });
    if (no && refused) return refused(visit, form, no);
    if (no) throw problem(no.code, no.detail, { ...(no.errors && { errors: no.errors }) });
    if (show) return show(visit, body, params);
    return reply.redirect(visit.linkTo(back(params)), 303);
  });
}

/** What was just done, by the code in the address: only words of ours are said. */
export function saidIn<T extends Record<string, unknown>>({ request }: Visit, words: T): string | undefined {
  const { said } = (request.query ?? {}) as { said?: unknown };
  const key = `said-${said}`;
  return typeof said === "string" && Object.hasOwn(words, key) && typeof words[key] === "string"
    ? (words[key] as string)
    : undefined;
}
