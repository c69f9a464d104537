// Who may see the pages for people: who is signed in, who sends the login of BOARD_USER; in a sandbox that has no user, this machine.
import type { FastifyReply, FastifyRequest } from "fastify";
import { LOCAL } from "../../../shared/authority/actor.ts";
import type { Scope } from "../../../shared/authority/scopes.ts";
import { type Guard, identify, lackedScope } from "../caller/caller.ts";
import { isThisMachine } from "../caller/peer.ts";
import type { GatewayNeeds } from "../needs.ts";
import { sendProblem } from "../problems.ts";
import { fieldOf } from "../session/form-body.ts";
import { pathOf } from "../session/own-address.ts";
import { type PeopleDoor, type PeopleNeeds, peopleDoor } from "../session/people.ts";
import { findSignedIn, foreignOf, forgeryOf, identifySignedIn, isReading } from "../session/session.ts";
import { noteRefused } from "../session/sign-in-log.ts";
import { isAnyUser } from "./anybody.ts";

export type PageNeeds = PeopleNeeds & Pick<GatewayNeeds, "publicUrl" | "trustedProxies" | "limits">;

const CLOSED =
  "These pages are closed until there is a user. Add one where Certfleet runs: certfleet user add NAME --role admin";

/** Each page says in its `config` what one must be allowed to do; what it changes needs `operate`, if nothing else is said. */
export function pageGuard(needs: PageNeeds, forms: "read later" | "not read" = "not read"): Guard {
  const door = peopleDoor(needs);
  const isForm = forms === "read later";
  return async (request, reply) => {
    const person = await judgeSession(request, reply, { door, scope: scopeOf(request), isForm });
    if (person !== "nobody") return person;
    const login = basicLogin(request);
    if (login && needs.board) return byBasic(request, reply, { login, needs, door });
    if (await isAnyUser(needs)) return askToSignIn(request, reply, needs);
    if (needs.env !== "sandbox" || !isThisMachine(request, needs)) return refuse(request, reply, CLOSED);
    identify(request, LOCAL, ["admin"]);
    return undefined;
  };
}

/** Behind the body of a form: the token in it, as every form of ours carries it. Nobody is asked for one who had not to sign in. */
export const formGuard: Guard = async (request, reply) => {
  const { token } = request.caller;
  if (token === undefined) return undefined;
  const sent = fieldOf(request, "csrf");
  const forgery = sent === "" ? forgeryOf(request, { token }) : forgeryOf(request, { token }, sent);
  return forgery === undefined ? undefined : refuse(request, reply, forgery);
};

/** Of who is signed in: undefined where the request may go on, an answer where it may not. For pages and the API alike. */
export async function judgeSession(
  request: FastifyRequest,
  reply: FastifyReply,
  { door, scope, isForm = false }: { door: PeopleDoor; scope: Scope | "any" | undefined; isForm?: boolean },
): Promise<"nobody" | FastifyReply | undefined> {
  const signedIn = await findSignedIn(request, door);
  if (!signedIn) return "nobody";
  identifySignedIn(request, reply, signedIn);
  const forgery = isForm ? foreignOf(request) : forgeryOf(request, signedIn);
  if (forgery !== undefined) return refuse(request, reply, forgery);
  const lacked = lackedScope(request.caller, scope === undefined ? {} : { scope });
  const { name, role } = signedIn.person;
  return lacked && refuse(request, reply, `This needs the scope ${lacked}, which ${name} (${role}) does not have.`);
}

/** Machines send the login with each request: only failures are counted, and in a pause a right one is refused as well. */
async function byBasic(
  request: FastifyRequest,
  reply: FastifyReply,
  { login, needs, door }: { login: Login; needs: PeopleNeeds; door: PeopleDoor },
): Promise<FastifyReply | undefined> {
  const asked = { name: login.user, from: request.caller.from };
  const isRight = door.isBoardLogin(login.user, login.password);
  const wait = await (isRight ? door.throttle.look(asked, door.now()) : door.throttle.count(asked, door.now()));
  if (wait > 0) {
    await noteRefused(request, needs, { ...asked, why: "paused" });
    return sendProblem(request, reply, tooManyTries(wait));
  }
  if (!isRight) {
    await noteRefused(request, needs, { ...asked, why: "password", isKnown: login.user === needs.board?.user });
    return askToSignIn(request, reply, needs);
  }
  identify(request, { kind: "person", id: needs.board?.user ?? login.user }, ["admin"]);
  return undefined;
}

/** In a pause nobody learns whether a password was right. */
export function tooManyTries(seconds: number) {
  return {
    name: "too-many-requests" as const,
    detail: `Too many failed sign-ins. Try again in ${seconds} s.`,
    headers: { "retry-after": `${seconds}` },
  };
}

export function wantsPage(request: FastifyRequest): boolean {
  return /\btext\/html\b/i.test(request.headers.accept ?? "");
}

/** A browser gets the sign-in page and comes back; a program is told, in a way that makes no browser ask by itself. */
export function askToSignIn(
  request: FastifyRequest,
  reply: FastifyReply,
  { board }: Pick<PeopleNeeds, "board">,
): FastifyReply {
  if (wantsPage(request) && isReading(request)) {
    const next = request.url === "/" ? "" : `?next=${encodeURIComponent(request.url)}`;
    return reply.header("cache-control", "no-store").redirect(`${pathOf(request, "/sign-in")}${next}`, 303);
  }
  const isScript = request.headers["sec-fetch-mode"] !== undefined;
  if (board && !isScript) reply.header("www-authenticate", 'Basic realm="certfleet", charset="UTF-8"');
  return sendProblem(request, reply, {
    name: "unauthorized",
    detail: "Sign in at /sign-in. Programs may send the login of BOARD_USER (HTTP Basic).",
  });
}

/** Whoever may sign in may look; what the board changes needs `operate`. */
function scopeOf(request: FastifyRequest): Scope | "any" {
  return request.routeOptions.config.scope ?? (isReading(request) ? "certificates:read" : "operate");
}

interface Login {
  user: string;
  password: string;
}

/** RFC 7617: the first colon ends the name. */
function basicLogin({ headers }: FastifyRequest): Login | undefined {
  const [, encoded] = /^Basic +([A-Za-z0-9+/=]+)$/i.exec(headers.authorization ?? "") ?? [];
  const [, user, password] = /^([^:]*):(.*)$/s.exec(Buffer.from(encoded ?? "", "base64").toString()) ?? [];
  return user === undefined || password === undefined ? undefined : { user, password };
}

function refuse(request: FastifyRequest, reply: FastifyReply, detail: string): FastifyReply {
  return sendProblem(request, reply, { name: "forbidden", detail });
}
