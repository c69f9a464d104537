// The cookies of a console user: the session, the token for changes, and what makes a browser known. No other place names them.
import { parseCookie, type SetCookie, stringifySetCookie } from "cookie";
import type { FastifyReply, FastifyRequest } from "fastify";
import { isHttps, pathOf } from "./own-address.ts";

export type CookieName = "session" | "device" | "openid";

/** The board's scripts (axios) send this cookie back as the header X-XSRF-TOKEN, without a line of ours. */
const TOKEN = "XSRF-TOKEN";
/** What we made ourselves: 32 random bytes. */
const VALUE = /^[\w-]{43}$/;

/** Undefined where there is none that could be ours. */
export function readCookie(request: FastifyRequest, which: CookieName): string | undefined {
  const value = parseCookie(request.headers.cookie ?? "")[nameOf(request, which)];
  return value !== undefined && VALUE.test(value) ? value : undefined;
}

/** Without `seconds` it ends with the browser. */
export function setCookie(
  request: FastifyRequest,
  reply: FastifyReply,
  { which, value, seconds }: { which: CookieName; value: string; seconds?: number },
): void {
  send(request, reply, { name: nameOf(request, which), value, httpOnly: true, ...(seconds && { maxAge: seconds }) });
}

export function dropCookie(request: FastifyRequest, reply: FastifyReply, which: CookieName): void {
  send(request, reply, { name: nameOf(request, which), value: "", httpOnly: true, maxAge: 0 });
}

/** Scripts of our own pages may read it; those of other sites may not. */
export function setToken(request: FastifyRequest, reply: FastifyReply, token: string): void {
  if (parseCookie(request.headers.cookie ?? "")[TOKEN] === token) return;
  send(request, reply, { name: TOKEN, value: token });
}

export function dropToken(request: FastifyRequest, reply: FastifyReply): void {
  send(request, reply, { name: TOKEN, value: "", maxAge: 0 });
}

/**
 * Under https the name itself keeps others from setting the cookie (RFC 6265bis, 4.1.3): `__Host-` wants the whole host,
 * `__Secure-` does with a path below it.
 */
function nameOf(request: FastifyRequest, which: CookieName): string {
  const prefix = isHttps(request) ? (pathOf(request, "/") === "/" ? "__Host-" : "__Secure-") : "";
  return `${prefix}certfleet-${which}`;
}

/** Lax: the link in a mail opens the page for who is signed in; a form of another site sends nothing. */
function send(request: FastifyRequest, reply: FastifyReply, cookie: SetCookie): void {
  const text = stringifySetCookie({ ...cookie, path: pathOf(request, "/"), sameSite: "lax", secure: isHttps(request) });
  reply.header("set-cookie", text); // adds to those that are there
}
