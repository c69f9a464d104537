// The sign-in page, and what it shows to somebody who is signed in already.
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Person } from "../../../shared/authority/people/person.ts";
import type { Role } from "../../../shared/authority/scopes.ts";
import { type Html, html } from "../html.ts";
import { sendCard } from "../pages/card.ts";
import { pathOf } from "../session/own-address.ts";
import type { SignedIn } from "../session/session.ts";

export interface SignInPage {
  env: string;
  /** Where the person wanted to go. */
  next: string;
  /** What happened just now. */
  said?: { tone: "good" | "bad"; text: string } | undefined;
  /** As it was typed, so that only the password is typed again. */
  user?: string | undefined;
  /** The button of an OpenID provider. */
  openId?: { name: string } | undefined;
  /** While there is no user at all. */
  isEmpty?: boolean;
}

const ROLES: Record<Role, string> = {
  viewer: "You may look at everything here.",
  operator: "You may look, order, reissue, send mails and retry jobs.",
  money: "You may do what an operator may, and decide about money.",
  admin: "You may do everything here.",
};

export function sendSignInPage(
  reply: FastifyReply,
  { env, next, said, user = "", openId, isEmpty = false }: SignInPage,
) {
  const content = html`${isEmpty ? nobodyYet(env, pathOf(reply.request, "/")) : html`<p class="soft">To see orders, accounts and queues.</p>`}
${said ? html`<p class="said ${said.tone}" role="${said.tone === "bad" ? "alert" : "status"}">${said.text}</p>` : null}
<form method="post" action="${pathOf(reply.request, "/sign-in")}">
<input type="hidden" name="next" value="${next}">
<label for="user">User</label>
<input id="user" name="user" value="${user}" autocomplete="username" autocapitalize="none" spellcheck="false" maxlength="200" required${user === "" ? html` autofocus` : null}>
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" maxlength="1024" required${user === "" ? null : html` autofocus`}>
<button>Sign in</button>
</form>
${openId ? html`<p class="or">or</p><a class="button plain" href="${`${pathOf(reply.request, "/sign-in/openid")}?next=${encodeURIComponent(next)}`}">Sign in with ${openId.name}</a>` : null}`;
  return sendCard(reply, { title: "Sign in", env, content });
}

function nobodyYet(env: string, dashboard: string): Html {
  const open =
    env === "sandbox"
      ? html`<p class="soft small">Until then this machine sees the <a href="${dashboard}">dashboard</a> without.</p>`
      : null;
  return html`<p class="soft">There is no user yet. Add one where Certfleet runs:</p>
<code class="command">certfleet user add NAME --role admin</code>${open}`;
}

export function sendAccountPage(
  reply: FastifyReply,
  { person, token }: SignedIn,
  { env, next }: { env: string; next: string },
) {
  const content = html`<p class="soft">Your role is <b>${person.role}</b>. ${ROLES[person.role]}</p>
<div class="actions"><a class="button" href="${pathOf(reply.request, next)}">${next === "/" ? "Dashboard" : "Go on"}</a>
${signOutForm(token, pathOf(reply.request, "/sign-out"))}</div>
${passwordHint(person)}`;
  return sendCard(reply, { title: person.name, env, content });
}

function signOutForm(token: string, action: string): Html {
  return html`<form method="post" action="${action}">
<input type="hidden" name="csrf" value="${token}">
<button class="plain">Sign out</button>
</form>`;
}

function passwordHint({ name, subject, addedAt }: Person): Html | null {
  if (subject !== undefined || addedAt === "") return null;
  return html`<p class="hint soft small">A new password ends all your sessions:<code class="command">certfleet user password ${name}</code></p>`;
}

export function wantedPlace(request: FastifyRequest): string {
  return ownPath((request.query as Record<string, unknown>).next);
}

const NOWHERE = "http://own.invalid";

/** An address of this gateway and of nothing else (no open redirect); else the dashboard. Never the sign-in page itself. */
export function ownPath(text: unknown): string {
  if (typeof text !== "string" || text.length > 2_000 || !/^\/(?![/\\])[\x21-\x7e]*$/.test(text) || text.includes("\\"))
    return "/";
  if (!URL.canParse(text, NOWHERE)) return "/";
  const { origin, pathname, search } = new URL(text, NOWHERE);
  const isOurs = origin === NOWHERE && !pathname.startsWith("//") && !/^\/sign-(in|out)(\/|$)/.test(pathname);
  return isOurs ? `${pathname}${search}` : "/";
}
