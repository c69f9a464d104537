// The settings of signing in, and what they come to together.
import { z } from "zod";
import { must } from "../../base/fault.ts";
import { badSettings } from "../../base/read-settings.ts";
import { DEFAULT_LIMITS, type RoleRule, roleRules, type SignInRules } from "./sign-in-rules.ts";

const seconds = (fallback: number) =>
  z.coerce.number().positive("must be a number of seconds above 0").default(fallback);

/** Of the gateway. */
export const signInSettings = {
  CERTFLEET_SESSION_IDLE_SECONDS: seconds(DEFAULT_LIMITS.idleSeconds).describe(
    "A session of the pages ends when nobody was there for so long",
  ),
  CERTFLEET_SESSION_SECONDS: seconds(DEFAULT_LIMITS.longestSeconds).describe("The longest that a session lasts"),
  CERTFLEET_OIDC_ISSUER: z
    .url(must("must be the address of the OpenID provider, such as https://id.example.com"))
    .optional()
    .describe("People may sign in at this [OpenID provider](../howto/people.md#sign-in-by-openid-connect)"),
  CERTFLEET_OIDC_CLIENT_ID: z.string().optional().describe("What the provider calls Certfleet"),
  CERTFLEET_OIDC_CLIENT_SECRET: z.string().optional().describe("Its secret there; not set: a public client"),
  CERTFLEET_OIDC_ROLES: roleRules
    .optional()
    .describe(
      "Which claim gives which role, such as `groups:certfleet-admins=admin,groups:support=viewer`; `*=viewer` is for everybody there",
    ),
  CERTFLEET_OIDC_NAME: z
    .string()
    .default("preferred_username")
    .describe("The claim that names a person, such as `preferred_username` or `email`"),
  CERTFLEET_OIDC_SCOPE: z
    .string()
    .default("openid profile email")
    .describe("The scopes that are asked for; many providers want one more for groups"),
};

export interface SignInSettings {
  CERTFLEET_SESSION_IDLE_SECONDS: number;
  CERTFLEET_SESSION_SECONDS: number;
  CERTFLEET_OIDC_ISSUER?: string | undefined;
  CERTFLEET_OIDC_CLIENT_ID?: string | undefined;
  CERTFLEET_OIDC_CLIENT_SECRET?: string | undefined;
  CERTFLEET_OIDC_ROLES?: readonly RoleRule[] | undefined;
  CERTFLEET_OIDC_NAME: string;
  CERTFLEET_OIDC_SCOPE: string;
}

/** @throws Error of settings where a provider was named by half, or would be asked over a network without https */
export function signInRulesOf(settings: SignInSettings): SignInRules {
  const {
    CERTFLEET_OIDC_ISSUER: issuer,
    CERTFLEET_OIDC_CLIENT_ID: clientId,
    CERTFLEET_OIDC_CLIENT_SECRET: clientSecret,
    CERTFLEET_OIDC_ROLES: roles,
  } = settings;
  const limits = {
    idleSeconds: settings.CERTFLEET_SESSION_IDLE_SECONDS,
    longestSeconds: settings.CERTFLEET_SESSION_SECONDS,
  };
  const rest = { CERTFLEET_OIDC_CLIENT_ID: clientId, CERTFLEET_OIDC_ROLES: roles?.length ? roles : undefined };
  if (issuer === undefined) {
    const lonely = Object.entries({ ...rest, CERTFLEET_OIDC_CLIENT_SECRET: clientSecret }).filter(([, value]) => value);
    if (lonely.length === 0) return limits;
    throw badSettings([`CERTFLEET_OIDC_ISSUER is missing, but ${lonely.map(([name]) => name).join(", ")} is set`]);
  }
  const problems = Object.entries(rest)
    .filter(([, value]) => value === undefined)
    .map(([name]) => `${name} is missing: CERTFLEET_OIDC_ISSUER needs it`);
  if (!isSafe(new URL(issuer))) problems.push("CERTFLEET_OIDC_ISSUER: must be https, except on this machine");
  if (problems.length > 0 || !clientId || !roles) throw badSettings(problems);
  const { CERTFLEET_OIDC_NAME: nameClaim, CERTFLEET_OIDC_SCOPE: scope } = settings;
  return { ...limits, openId: { issuer, clientId, clientSecret, scope, nameClaim, roles } };
}

/** What the provider says decides who is admin: nobody may change it on the way. */
function isSafe({ protocol, hostname }: URL): boolean {
  return protocol === "https:" || (protocol === "http:" && /^(127\.\d+\.\d+\.\d+|localhost|\[::1\])$/.test(hostname));
}
