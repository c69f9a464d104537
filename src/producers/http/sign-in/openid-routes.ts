// Signing in at an OpenID provider: `/sign-in/openid` sends the browser there, `/sign-in/openid/callback` takes it back.
import { randomBytes } from "node:crypto";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Person } from "../../../shared/authority/people/person.ts";
import type { Role } from "../../../shared/authority/scopes.ts";
import { wantsPage } from "../access/page-guard.ts";
import type { App, GatewayNeeds } from "../needs.ts";
import { type Problem, problem, problemKind, sendProblem } from "../problems.ts";
import { dropCookie, readCookie, setCookie } from "../session/cookies.ts";
import { askedOrigin, pathOf } from "../session/own-address.ts";
import type { PeopleDoor } from "../session/people.ts";
import { noteRefused } from "../session/sign-in-log.ts";
import { beginSession } from "./begin-session.ts";
import { nextOf, type OpenIdProvider } from "./openid-provider.ts";
import { ownPath, sendSignInPage, wantedPlace } from "./sign-in-page.ts";

/** The person has so long at the provider. */
const AWAY_SECONDS = 600;
const CALLBACK = "/sign-in/openid/callback";

interface Parts {
  needs: GatewayNeeds;
  door: PeopleDoor;
  provider: OpenIdProvider;
}

export function openIdRoutes(app: App, { needs, door, provider }: Parts): void {
  const { log, env } = needs;
  const refuse = (request: FastifyRequest, reply: FastifyReply, detail: string, next = "/"): FastifyReply => {
    const said: Problem = { name: "forbidden", detail };
    if (!wantsPage(request)) return sendProblem(request, reply, said);
    reply.code(problemKind(said.name).status);
    return sendSignInPage(reply, { env, next, openId: provider, said: { tone: "bad", text: detail } });
  };

  app.get("/sign-in/openid", async (request, reply) => {
    const secret = randomBytes(32).toString("base64url");
    const callback = `${askedOrigin(request)}${pathOf(request, CALLBACK)}`;
    const entry = await provider.entry({ secret, next: wantedPlace(request), callback }).catch((err: unknown) => {
      log.warn({ event: "openid.failed", request: request.id, err });
      throw problem("unavailable", "The OpenID provider does not respond. Try again, or sign in with a password.");
    });
    setCookie(request, reply, { which: "openid", value: secret, seconds: AWAY_SECONDS });
    return reply.header("cache-control", "no-store").redirect(entry, 303);
  });

  app.get(CALLBACK, async (request, reply) => {
    const secret = readCookie(request, "openid");
    dropCookie(request, reply, "openid");
    const url = new URL(`${askedOrigin(request)}${pathOf(request, CALLBACK)}`);
    url.search = new URL(request.url, url).search;
    if (!secret) return refuse(request, reply, "This sign-in began in another browser, or too long ago. Begin again.");
    const visitor = await provider.visitor({ secret, url }).catch((err: unknown) => {
      log.warn({ event: "openid.failed", request: request.id, err });
      return undefined;
    });
    const next = ownPath(nextOf(url));
    const { from } = request.caller;
    if (!visitor) {
      await noteRefused(request, needs, { name: "", from, why: "openid" });
      return refuse(request, reply, "The OpenID provider did not let you in, or its answer was not for this sign-in.");
    }
    const { name, subject, role } = visitor;
    const known = name === undefined ? undefined : await door.find(name);
    const isOther = known !== undefined && known.subject !== subject;
    if (name === undefined || role === undefined || isOther) {
      await noteRefused(request, needs, { name: name ?? "", from, why: "openid", isKnown: known !== undefined });
      if (known && !isOther) await door.users.remove(known.name); // without a role now: no session of before goes on
      return refuse(request, reply, whyNot(name, isOther), next);
    }
    const person = await kept({ name, subject, role, known }, door);
    await beginSession(request, reply, { person, by: "openid", door, needs });
    return reply.header("cache-control", "no-store").redirect(pathOf(request, next), 303);
  });
}

function whyNot(name: string | undefined, isOther: boolean): string {
  if (name === undefined) return "The OpenID provider tells no name that a user may have (CERTFLEET_OIDC_NAME).";
  if (isOther) return `Somebody else is called ${name} here. An admin can remove that user.`;
  return "You have no role here. Ask who looks after the groups at the OpenID provider (CERTFLEET_OIDC_ROLES).";
}

/** A user like any other, but without a password; the role is what the provider says now. */
async function kept(
  { name, subject, role, known }: { name: string; subject: string; role: Role; known: Person | undefined },
  { users, now, find }: PeopleDoor,
): Promise<Person> {
  const at = new Date(now());
  if (!known) await users.add({ name, role, password: undefined, subject }, at);
  else if (known.role !== role) await users.setRole(name, role, at);
  const person = await find(name);
  if (person?.subject !== subject) throw problem("not-now", `The user ${name} changed at this moment. Sign in again.`);
  return person;
}
