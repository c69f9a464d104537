// Who is signed in: finds the session of a request, and says whether a change that it asks for came from a page of ours.
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Person } from "../../../shared/authority/people/person.ts";
import { changeToken } from "../../../shared/authority/people/sessions.ts";
import { roles } from "../../../shared/authority/scopes.ts";
import { readCookie, setToken } from "./cookies.ts";
import { isFromOwnPage } from "./own-address.ts";
import type { PeopleDoor } from "./people.ts";

export interface SignedIn {
  person: Person;
  sessionId: string;
  /** What forms and scripts of our pages send back with a change. */
  token: string;
}

/** Undefined where nobody is. A role that changed counts at once; a new password, or none any more, ends the session. */
export async function findSignedIn(request: FastifyRequest, door: PeopleDoor): Promise<SignedIn | undefined> {
  const sessionId = readCookie(request, "session");
  const now = door.now();
  const session = sessionId && (await door.sessions.find(sessionId, now));
  if (!sessionId || !session) return undefined;
  const person = await door.find(session.user);
  if (!person || person.stamp !== session.stamp) return undefined;
  if (isSomebodyThere(request)) await door.sessions.touch(sessionId, session, now);
  return { person, sessionId, token: changeToken(sessionId) };
}

/** The request is the person's from now on; the browser has the token. */
export function identifySignedIn(request: FastifyRequest, reply: FastifyReply, { person, token }: SignedIn): void {
  const actor = { kind: "person" as const, id: person.name };
  const { language } = person;
  request.caller = { ...request.caller, actor, scopes: roles[person.role], token, ...(language && { language }) };
  if (isReading(request)) setToken(request, reply, token);
}

/** Why a change is refused; undefined where it may be made, and for what only reads. */
export function forgeryOf(
  request: FastifyRequest,
  { token }: Pick<SignedIn, "token">,
  sent = headerToken(request),
): string | undefined {
  const foreign = foreignOf(request);
  if (foreign !== undefined || isReading(request)) return foreign;
  if (sent !== token)
    return "The token for changes is missing or old: load the page again. Programs send the cookie XSRF-TOKEN as the header X-XSRF-TOKEN, or use an API key.";
  return undefined;
}

/** Of a form, before its body was read: the token in it is looked at when it is there. */
export function foreignOf(request: FastifyRequest): string | undefined {
  if (isReading(request) || isFromOwnPage(request)) return undefined;
  return "A change by somebody who is signed in must come from a page of this gateway, and say so in the header Origin. Behind a proxy, CERTFLEET_PUBLIC_URL names the pages' own address.";
}

export function isReading({ method }: FastifyRequest): boolean {
  return method === "GET" || method === "HEAD" || method === "OPTIONS";
}

function headerToken({ headers }: FastifyRequest): string {
  return `${headers["x-xsrf-token"] ?? ""}`;
}

/**
 * Pages that reload themselves and the board's polls go on when everybody has left. A person's click says so, where the
 * browser tells (W3C Fetch Metadata, Sec-Fetch-User).
 */
function isSomebodyThere(request: FastifyRequest): boolean {
  if (!isReading(request)) return true;
  const { "sec-fetch-mode": mode, "sec-fetch-user": user } = request.headers;
  if (mode === "navigate") return user === "?1";
  return !/^\/queues\/api\/queues(\?|$)/.test(request.url);
}
