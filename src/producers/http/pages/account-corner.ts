// Who is signed in, and the way out, in the head of a page; nothing where nobody had to sign in.
import type { FastifyRequest } from "fastify";
import { type Html, html } from "../html.ts";

export function accountCorner({ caller }: FastifyRequest, linkTo: (path: string) => string): Html | null {
  const { actor, token } = caller;
  if (token === undefined) return null;
  return html`<form class="account" method="post" action="${linkTo("/sign-out")}">
<a href="${linkTo("/sign-in")}" title="Your account">${actor.id}</a>
<input type="hidden" name="csrf" value="${token}">
<button>Sign out</button>
</form>`;
}
