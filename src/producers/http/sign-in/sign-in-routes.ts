// Signing in and out in a browser: `/sign-in` and `/sign-out`.
import type { FastifyReply, FastifyRequest } from "fastify";
import type { OpenIdRules } from "../../../shared/authority/people/sign-in-rules.ts";
import type { Try } from "../../../shared/authority/people/throttle.ts";
import { isAnyUser } from "../access/anybody.ts";
import { tooManyTries, wantsPage } from "../access/page-guard.ts";
import type { App, GatewayNeeds } from "../needs.ts";
import { type Problem, problemKind, sendProblem } from "../problems.ts";
import { dropCookie, dropToken, readCookie } from "../session/cookies.ts";
import { fieldOf, readForms } from "../session/form-body.ts";
import { isFromForeignPage, pathOf } from "../session/own-address.ts";
import { type PeopleDoor, peopleDoor } from "../session/people.ts";
import { findSignedIn, forgeryOf } from "../session/session.ts";
import { noteRefused, noteSignOut } from "../session/sign-in-log.ts";
import { beginSession } from "./begin-session.ts";
import { ownPath, type SignInPage, sendAccountPage, sendSignInPage, wantedPlace } from "./sign-in-page.ts";

const WRONG = "The user or the password is wrong.";
const FOREIGN =
  "Sign in from this page: the form came from another address. Behind a proxy, CERTFLEET_PUBLIC_URL names the pages' own.";
/** A longer name nobody has. */
const LONGEST_NAME = 256;

export async function signInRoutes(app: App, needs: GatewayNeeds): Promise<void> {
  const door = peopleDoor(needs);
  const { env, signIn } = needs;
  const openId = signIn?.openId && (await loadProvider(signIn.openId, { needs, door }));
  await app.register(async (pages: App) => {
    readForms(pages);
    openId?.mount(pages);

    pages.get("/sign-in", async (request, reply) => {
      const next = wantedPlace(request);
      const signedIn = await findSignedIn(request, door);
      if (signedIn) return sendAccountPage(reply, signedIn, { env, next });
      const said =
        "signed-out" in (request.query as object)
          ? ({ tone: "good", text: "You are signed out." } as const)
          : undefined;
      return sendSignInPage(reply, { ...{ env, next, said, openId }, isEmpty: !(await isAnyUser(needs)) });
    });

    pages.post("/sign-in", async (request, reply) => {
      const [user, password] = [fieldOf(request, "user").trim().slice(0, LONGEST_NAME), fieldOf(request, "password")];
      const next = ownPath(fieldOf(request, "next"));
      const no = (problem: Problem, text = problem.detail): FastifyReply =>
        refuseSignIn(request, reply, problem, { ...{ env, next, user, openId }, said: { tone: "bad", text } });
      // Nobody is signed in as somebody else by a page that he happens to see.
      if (isFromForeignPage(request)) return no({ name: "forbidden", detail: FOREIGN });
      if (user === "" || password === "") return no({ name: "invalid", detail: "Fill in the user and the password." });

      const asked: Try = { name: user, from: request.caller.from, device: await knownDevice(request, user, door) };
      const wait = await door.throttle.count(asked, door.now());
      if (wait > 0) {
        await noteRefused(request, needs, { ...asked, why: "paused" });
        return no(tooManyTries(wait), `Too many failed sign-ins. Try again in ${waitText(wait)}.`);
      }
      const person = await door.withPassword(user, password);
      if (!person) {
        const isKnown = (await door.find(user)) !== undefined;
        await noteRefused(request, needs, { ...asked, why: "password", isKnown });
        return no({ name: "unauthorized", detail: WRONG, headers: { "www-authenticate": 'Form realm="certfleet"' } });
      }
      await door.throttle.forget(asked, door.now());
      await beginSession(request, reply, { person, by: "password", door, needs });
      return reply.header("cache-control", "no-store").redirect(pathOf(request, next), 303);
    });

    pages.post("/sign-out", async (request, reply) => {
      const signedIn = await findSignedIn(request, door);
      if (signedIn) {
        const forgery = forgeryOf(
          request,
          signedIn,
          fieldOf(request, "csrf") || `${request.headers["x-xsrf-token"] ?? ""}`,
        );
        if (forgery !== undefined) return sendProblem(request, reply, { name: "forbidden", detail: forgery });
        await door.sessions.end(signedIn.sessionId);
        await noteSignOut(request, needs, signedIn.person.name);
      }
      dropCookie(request, reply, "session");
      dropToken(request, reply);
      return reply.header("cache-control", "no-store").redirect(pathOf(request, "/sign-in?signed-out"), 303);
    });
  });
}

/** The library is loaded only where there is a provider. */
async function loadProvider(rules: OpenIdRules, { needs, door }: { needs: GatewayNeeds; door: PeopleDoor }) {
  const [{ openIdProvider }, { openIdRoutes }] = await Promise.all([
    import("./openid-provider.ts"),
    import("./openid-routes.ts"),
  ]);
  const provider = openIdProvider(rules);
  return { name: provider.name, mount: (pages: App) => openIdRoutes(pages, { needs, door, provider }) };
}

/** The page again for browsers, with the same status as the problem that programs get. */
function refuseSignIn(request: FastifyRequest, reply: FastifyReply, problem: Problem, page: SignInPage): FastifyReply {
  if (!wantsPage(request)) return sendProblem(request, reply, problem);
  reply.code(problemKind(problem.name).status).headers(problem.headers ?? {});
  return sendSignInPage(reply, page);
}

/** A browser that this very person has signed in with before. */
async function knownDevice(request: FastifyRequest, user: string, door: PeopleDoor): Promise<string | undefined> {
  const device = readCookie(request, "device");
  if (device === undefined) return undefined;
  const name = (await door.find(user))?.name;
  return name !== undefined && (await door.sessions.knowsDevice(device, name)) ? device : undefined;
}

function waitText(seconds: number): string {
  if (seconds < 90) return `${seconds} seconds`;
  return `${Math.ceil(seconds / 60)} minutes`;
}
