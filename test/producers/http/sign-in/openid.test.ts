// Stories about people who sign in at an OpenID provider, a real one on loopback.
import { describe, expect, test } from "vitest";
import { nextOf } from "../../../../src/producers/http/sign-in/openid-provider.ts";
import { roleOf, roleRules } from "../../../../src/shared/authority/people/sign-in-rules.ts";
import { signInRulesOf } from "../../../../src/shared/authority/people/sign-in-settings.ts";
import type { Role } from "../../../../src/shared/authority/scopes.ts";
import { quickScrypt } from "../../../support/quick-scrypt.ts";
import { type Cookies, cookiesOf, listening, peopled } from "./people.ts";
import { type Account, openProvider, passProvider } from "./provider.ts";

quickScrypt();

const ADA = { preferred_username: "Ada", groups: ["staff", "certfleet-admins"] };

async function fleet(
  accounts: Record<string, Account>,
  roles: Record<string, Role> = {},
  nameClaim = "preferred_username",
) {
  const provider = await openProvider(accounts);
  const { issuer, clientId, clientSecret } = provider;
  const openId = {
    ...{ issuer, clientId, clientSecret, nameClaim, scope: "openid profile email" },
    roles: roleRules.parse("groups:certfleet-admins=admin, groups:support=viewer"),
  };
  const w = await peopled(roles, { env: "live", signIn: { idleSeconds: 1_800, longestSeconds: 43_200, openId } });
  const host = new URL(await listening(w)).host;
  await provider.serve(`http://${host}/sign-in/openid/callback`);
  const get = (url: string, cookies: Cookies = {}) => w.get(url, { cookies, headers: { host } });

  /** What the gateway answers when the browser comes back; `cookies` are those of the browser. */
  async function signInAt(login: string, next = "/") {
    const begun = await get(`/sign-in/openid?next=${encodeURIComponent(next)}`);
    const cookies = cookiesOf(begun);
    const back = new URL(await passProvider(String(begun.headers.location), login));
    const path = `${back.pathname}${back.search}`;
    return { done: await get(path, cookies), path, cookies };
  }
  return { ...w, get, signInAt };
}

describe("an OpenID provider", () => {
  test("Somebody whom the provider knows is let in with the role of the group, and comes to where she wanted to go.", async () => {
    const { get, signInAt, users, audit } = await fleet({ ada: ADA });
    expect((await get("/sign-in?next=/queues")).body).toContain(
      'href="/sign-in/openid?next=%2Fqueues">Sign in with 127.0.0.1</a>',
    );

    const { done } = await signInAt("ada", "/queues/queue/open?status=failed");

    expect([done.statusCode, done.headers.location]).toEqual([303, "/queues/queue/open?status=failed"]);
    expect((await get("/sign-in", cookiesOf(done))).body).toContain("<b>admin</b>");
    expect(await users.find("ada")).toMatchObject({
      role: "admin",
      subject: expect.stringMatching(/^http:\/\/127\S+ ada$/),
    });
    expect((await users.find("ada"))?.password).toBeUndefined();
    expect((await audit.list({})).items[0]).toMatchObject({
      ...{ who: { kind: "person", id: "ada" }, action: "session.sign-in", outcome: "done", after: { by: "openid" } },
    });
  });

  test("Another group at the next sign-in is another role; none ends the sessions and lets nobody in.", async () => {
    const account: Account = { ...ADA };
    const { get, signInAt } = await fleet({ ada: account });
    const first = cookiesOf((await signInAt("ada")).done);
    account.groups = ["support"];
    await signInAt("ada");
    expect((await get("/sign-in", first)).body).toContain("<b>viewer</b>");
    account.groups = [];
    const { done } = await signInAt("ada");
    expect([done.statusCode, cookiesOf(done)]).toEqual([403, { "certfleet-openid": "" }]);
    expect(done.body).toContain("You have no role here.");
    expect((await get("/", first)).statusCode).toBe(303);
  });

  test("A user with a password is not taken over by somebody who is called alike at the provider, nor one by another there.", async () => {
    const { signInAt, users } = await fleet(
      { eve: ADA, ada: { preferred_username: "bo", groups: ["support"] }, bo: { ...ADA, preferred_username: "bo" } },
      { ada: "viewer" },
    );
    const { done } = await signInAt("eve");
    expect([done.statusCode, done.body]).toEqual([403, expect.stringContaining("Somebody else is called ada here.")]);
    expect(await users.find("ada")).toMatchObject({ role: "viewer", password: expect.anything() });
    expect((await signInAt("ada")).done.statusCode).toBe(303);
    expect((await signInAt("bo")).done.statusCode).toBe(403);
    expect(await users.find("bo")).toMatchObject({ role: "viewer" });
  });

  test("An address that the provider has not checked is nobody's name.", async () => {
    const accounts = {
      a: { ...ADA, email: "ada@example.com", email_verified: true },
      b: { ...ADA, email: "boss@example.com" },
    };
    const { signInAt } = await fleet(accounts, {}, "email");
    expect((await signInAt("a")).done.statusCode).toBe(303);
    expect((await signInAt("b")).done.statusCode).toBe(403);
  });

  test("An answer counts once, in the browser where the sign-in began, and as it left.", async () => {
    const { get, signInAt } = await fleet({ ada: ADA });
    const { path, cookies, done } = await signInAt("ada");
    expect(done.statusCode).toBe(303);
    expect((await get(path, cookies)).statusCode).toBe(403); // the code was used
    expect((await get(path)).statusCode).toBe(403);
    expect((await get(path, { "certfleet-openid": "A".repeat(43) })).statusCode).toBe(403);

    const begun = await get("/sign-in/openid?next=/queues");
    const back = new URL(await passProvider(String(begun.headers.location), "ada"));
    const [state = "", next] = (back.searchParams.get("state") ?? "").split(".");
    expect(nextOf(back)).toBe("/queues");
    back.searchParams.set("state", `${state}.${Buffer.from("//evil.example").toString("base64url")}`);
    expect(next).toBeDefined();
    expect((await get(`${back.pathname}${back.search}`, cookiesOf(begun))).statusCode).toBe(403);
    expect((await get("/sign-in/openid/callback?error=access_denied", cookiesOf(begun))).statusCode).toBe(403);
  });

  test("Answers that somebody makes up leave one line in the audit trail, not one a try.", async () => {
    const { get, audit } = await fleet({ ada: ADA });
    const made = cookiesOf(await get("/sign-in/openid"));
    const statuses = [];
    for (let n = 0; n < 12; n++)
      statuses.push((await get(`/sign-in/openid/callback?code=x${n}&state=y${n}`, made)).statusCode);

    expect(new Set(statuses)).toEqual(new Set([403]));
    expect((await audit.list({ outcome: "refused" })).items).toHaveLength(1);
  });

  test("A provider that does not respond is said so, and passwords still open the door.", async () => {
    const openId = {
      issuer: "http://127.0.0.1:9",
      clientId: "c",
      clientSecret: undefined,
      scope: "openid",
      nameClaim: "sub",
      roles: [],
    };
    const { get, signIn } = await peopled(
      { ada: "viewer" },
      { signIn: { idleSeconds: 60, longestSeconds: 60, openId } },
    );
    const answer = await get("/sign-in/openid");
    expect([answer.statusCode, answer.body]).toEqual([
      503,
      expect.stringContaining("The OpenID provider does not respond."),
    ]);
    expect(await signIn("ada")).toHaveProperty("certfleet-session");
  });
});

describe("which claim gives which role", () => {
  const rules = roleRules.parse("groups:a b=admin,groups:support=viewer,dept:ops=money");
  test.each([
    [{ groups: ["support", "a b"] }, "admin"],
    [{ groups: "support", dept: "ops" }, "money"],
    [{ groups: { support: true } }, undefined],
    [{ groups: ["Support"] }, undefined],
    [{ constructor: "x" }, undefined],
    [{}, undefined],
  ])("%j: %s", (claims, role) => expect(roleOf(claims, rules)).toBe(role));

  test("`*` is everybody, and of several roles the one that may do most counts.", () => {
    expect(roleOf({}, roleRules.parse("*=viewer"))).toBe("viewer");
    expect(roleOf({ groups: ["x"] }, roleRules.parse("groups:x=operator,*=viewer"))).toBe("operator");
    for (const bad of ["groups=admin", "groups:x", "groups:x=king", "*", "x"])
      expect(roleRules.safeParse(bad).success).toBe(false);
  });

  test("A provider that is set by half, or over plain http, stops the start and says what is missing.", () => {
    const all = {
      CERTFLEET_SESSION_IDLE_SECONDS: 1,
      CERTFLEET_SESSION_SECONDS: 2,
      CERTFLEET_OIDC_NAME: "sub",
      CERTFLEET_OIDC_SCOPE: "openid",
    };
    const said = (given: object) => () => signInRulesOf({ ...all, ...given });
    const roles = roleRules.parse("*=viewer");
    expect(said({})()).toEqual({ idleSeconds: 1, longestSeconds: 2 });
    expect(said({ CERTFLEET_OIDC_CLIENT_ID: "x" })).toThrow(
      /CERTFLEET_OIDC_ISSUER is missing, but CERTFLEET_OIDC_CLIENT_ID is set/,
    );
    expect(said({ CERTFLEET_OIDC_ISSUER: "https://id.example" })).toThrow(
      /CERTFLEET_OIDC_CLIENT_ID is missing(.|\n)*CERTFLEET_OIDC_ROLES is missing/,
    );
    const given = { CERTFLEET_OIDC_CLIENT_ID: "x", CERTFLEET_OIDC_ROLES: roles };
    expect(said({ ...given, CERTFLEET_OIDC_ISSUER: "http://id.example" })).toThrow(/must be https/);
    expect(said({ ...given, CERTFLEET_OIDC_ISSUER: "https://id.example" })().openId?.issuer).toBe("https://id.example");
  });
});
