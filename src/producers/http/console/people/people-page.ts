// `/people`: who signs in, with which role, and which API keys there are. A secret or password that is made is shown this once.

import { type Role, roles, type Scope, scopes } from "../../../../shared/authority/scopes.ts";
import { type Html, html } from "../../html.ts";
import type { App } from "../../needs.ts";
import { readApi, type SaidNo } from "../frame/ask-api.ts";
import { bodyOfForm, errorSummary, fieldHtml, hiddenFields } from "../frame/forms.ts";
import { sendPage } from "../frame/page.ts";
import { ago, table, tag } from "../frame/pieces.ts";
import { button, postRoute, saidIn } from "../frame/post.ts";
import { pageQuery } from "../frame/query.ts";
import { type Console, type Visit, visitOf } from "../frame/visit.ts";
import { peopleWords } from "./words.ts";

interface User {
  name: string;
  role: Role;
  by: "password" | "openid";
  signedInAt: string | null;
}
interface Key {
  id: string;
  where: "redis" | "file" | "environment";
  state: "live" | "expired" | "revoked";
  scopes: Scope[];
  expires: string | null;
  lastUse: { at: string; from: string | null } | null;
}

const userPath = (name = ""): string => `/v1/users/${encodeURIComponent(name)}`;
const keyPath = (name = ""): string => `/v1/keys/${encodeURIComponent(name)}`;
const KINDS = { scopes: "list", from: "lines", ordersPerDay: "number" } as const;

export function peoplePage(app: App, console: Console): void {
  app.get("/people", { config: { scope: "admin" }, schema: { querystring: pageQuery } }, async (request, reply) =>
    page(visitOf(request, reply, console), new URLSearchParams()),
  );

  const post = (path: string, ask: Parameters<typeof postRoute>[2]["ask"], said: string): void =>
    postRoute(app, console, {
      ...{ path, scope: "admin" as const, ask, back: () => `/people?said=${said}` },
      refused: page,
      show: said === "shown" ? (visit, body) => secretPage(visit, body as Made) : undefined,
    } as Parameters<typeof postRoute>[2]);
  post("/people/users", (_params, form) => ({ method: "POST", path: "/v1/users", body: bodyOfForm(form) }), "shown");
  post(
    "/people/users/:name/password",
    ({ name }) => ({ method: "PUT", path: `${userPath(name)}/password`, body: {} }),
    "shown",
  );
  post(
    "/people/users/:name/role",
    ({ name }, form) => ({ method: "PUT", path: `${userPath(name)}/role`, body: bodyOfForm(form) }),
    "role",
  );
  post("/people/users/:name/remove", ({ name }) => ({ method: "DELETE", path: userPath(name) }), "removed");
  post(
    "/people/keys",
    (_params, form) => ({ method: "POST", path: "/v1/keys", body: bodyOfForm(form, KINDS) }),
    "shown",
  );
  post(
    "/people/keys/:name/rotate",
    ({ name }) => ({ method: "POST", path: `${keyPath(name)}/rotate`, body: {} }),
    "shown",
  );
  post("/people/keys/:name/revoke", ({ name }) => ({ method: "DELETE", path: keyPath(name) }), "revoked");
}

async function page(visit: Visit, form: URLSearchParams, no?: SaidNo): Promise<unknown> {
  const say = peopleWords(visit.language);
  const [users, keys] = await Promise.all([
    readApi<{ items: User[] }>(visit, "/v1/users"),
    readApi<{ items: Key[] }>(visit, "/v1/keys"),
  ]);
  return sendPage(visit, {
    place: "people",
    title: say.title,
    status: no?.status ?? 200,
    said: saidIn(visit, say),
    content: html`${errorSummary(no, [])}
<section aria-labelledby="users"><h2 id="users">${say.users}</h2>${userTable(visit, users.items)}</section>
<section class="panel" aria-labelledby="add-user"><h2 id="add-user">${say.addUser}</h2>${userForm(visit, form)}</section>
<section aria-labelledby="keys"><h2 id="keys">${say.keys}</h2>${keyTable(visit, keys.items)}</section>
<section class="panel" aria-labelledby="add-key"><h2 id="add-key">${say.addKey}</h2>${keyForm(visit, form)}</section>`,
  });
}

function userTable(visit: Visit, users: readonly User[]): Html {
  const say = peopleWords(visit.language);
  if (users.length === 0) return html`<p class="empty">${say.noUsers}</p>`;
  const rows = users.map(({ name, role, by, signedInAt }) => {
    const path = `/people/users/${encodeURIComponent(name)}`;
    const choice = Object.keys(roles).map(
      (each) => html`<option value="${each}"${each === role ? html` selected` : null}>${each}</option>`,
    );
    return [
      name,
      html`<form method="post" action="${visit.linkTo(`${path}/role`)}">${hiddenFields(visit)}<span class="buttons"><select name="role" aria-label="${say.role}: ${name}">${choice}</select><button>${say.giveRole}</button></span></form>`,
      say[`by-${by}`],
      signedInAt === null ? say.never : ago(visit, signedInAt),
      html`<span class="buttons">${by === "password" ? button(visit, { to: `${path}/password`, text: say.newPassword }) : null}${button(visit, { to: `${path}/remove`, text: say.remove, tone: "danger" })}</span>`,
    ];
  });
  return table(
    say.users,
    [say.name, say.role, say.signsIn, say.lastSeen, ""].map((title) => ({ title })),
    rows,
  );
}

function userForm(visit: Visit, form: URLSearchParams): Html {
  const say = peopleWords(visit.language);
  const options = Object.keys(roles).map((each) => [each, say[`role-${each as Role}`]] as const);
  return html`<form class="form" method="post" action="${visit.linkTo("/people/users")}">${hiddenFields(visit)}
${fieldHtml({ name: "name", id: "user-name", label: say.name, value: form.get("role") ? (form.get("name") ?? "") : "", required: true })}
${fieldHtml({ name: "role", label: say.role, options, value: form.get("role") ?? "viewer" })}
<p class="soft small">${say.passwordMade}</p><p><button class="primary">${say.addUser}</button></p></form>`;
}

function keyTable(visit: Visit, keys: readonly Key[]): Html {
  const say = peopleWords(visit.language);
  if (keys.length === 0) return html`<p class="empty">${say.noKeys}</p>`;
  const rows = keys.map(({ id, where, state, scopes: held, expires, lastUse }) => {
    const path = `/people/keys/${encodeURIComponent(id)}`;
    const isOurs = where === "redis" && state === "live";
    return [
      id,
      tag(say[`key-${state}`], state === "live" ? "good" : "soft"),
      held.join(", "),
      expires === null ? say.never : ago(visit, expires),
      lastUse === null
        ? say.never
        : html`${ago(visit, lastUse.at)} <span class="soft small">${lastUse.from ?? ""}</span>`,
      isOurs
        ? html`<span class="buttons">${button(visit, { to: `${path}/rotate`, text: say.rotate })}${button(visit, { to: `${path}/revoke`, text: say.revoke, tone: "danger" })}</span>`
        : say[`where-${where}`],
    ];
  });
  return table(
    say.keys,
    [say.name, say.state, say.scopes, say.ends, say.lastUse, ""].map((title) => ({ title })),
    rows,
  );
}

function keyForm(visit: Visit, form: URLSearchParams): Html {
  const say = peopleWords(visit.language);
  const chosen = form.getAll("scopes");
  const boxes = scopes.map(
    (scope) =>
      html`<label class="check"><input type="checkbox" name="scopes" value="${scope}"${chosen.includes(scope) ? html` checked` : null}>${scope}</label>`,
  );
  const text = (name: string): string => form.get(name) ?? "";
  return html`<form class="form" method="post" action="${visit.linkTo("/people/keys")}">${hiddenFields(visit)}
${fieldHtml({ name: "name", id: "key-name", label: say.name, value: chosen.length > 0 ? text("name") : "", required: true })}
<fieldset><legend>${say.scopes}</legend><div class="panels">${boxes}</div></fieldset>
${fieldHtml({ name: "expires", label: say.ends, hint: say.endsHint, value: text("expires") })}
${fieldHtml({ name: "from", label: say.from, hint: say.fromHint, lines: 2, value: text("from") })}
${fieldHtml({ name: "ordersPerDay", label: say.ordersPerDay, type: "number", value: text("ordersPerDay") })}
${fieldHtml({ name: "moneyPerDay", label: say.moneyPerDay, value: text("moneyPerDay") })}
<p><button class="primary">${say.addKey}</button></p></form>`;
}

interface Made {
  name?: string;
  id?: string;
  password?: string;
  secret?: string;
}

/** No page has it again. */
function secretPage(visit: Visit, { name, id, password, secret }: Made): unknown {
  const say = peopleWords(visit.language);
  return sendPage(visit, {
    place: "people",
    title: name ?? id ?? say.title,
    content: html`<section class="panel"><p>${secret === undefined ? say.passwordOnce : say.secretOnce}</p><pre id="made">${secret ?? password ?? ""}</pre><p><button type="button" hidden data-copy="made">${say.copy}</button></p></section>
<p><a class="button" href="${visit.linkTo("/people")}">${say.goOn}</a></p>`,
  });
}
