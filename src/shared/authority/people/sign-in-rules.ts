// What the operator decides about signing in: how long sessions last, and whether an OpenID provider says who people are.
import { z } from "zod";
import type { Role } from "../scopes.ts";
import { roleName } from "./person.ts";
import type { SessionLimits } from "./sessions.ts";

/** Everybody whose claim has the value gets the role; of several the one that may do most. */
export interface RoleRule {
  claim: string;
  /** Undefined: whoever signs in. */
  value: string | undefined;
  role: Role;
}

export interface OpenIdRules {
  issuer: string;
  clientId: string;
  clientSecret: string | undefined;
  /** What is asked for, besides `openid`. */
  scope: string;
  /** The claim that names a person, such as `preferred_username` or `email`. */
  nameClaim: string;
  roles: readonly RoleRule[];
}

/** `now`: milliseconds since 1970 of the real clock, since a sandbox may turn its own on by years. */
export interface SignInRules extends SessionLimits {
  openId?: OpenIdRules | undefined;
  now?: (() => number) | undefined;
}

export const DEFAULT_LIMITS: SessionLimits = { idleSeconds: 1_800, longestSeconds: 43_200 };

const EXAMPLE = "groups:certfleet-admins=admin,groups:support=viewer";

/** `groups:certfleet-admins=admin,groups:support=viewer`; `*=viewer` is for everybody of the provider. */
export const roleRules = z.string().transform((text, context): RoleRule[] => {
  const rules: RoleRule[] = [];
  for (const part of text.split(",").map((each) => each.trim())) {
    if (part === "") continue;
    const [, claim = "", value, name] = /^(?:([^:=\s]+):(.+)|\*)=([a-z]+)$/.exec(part) ?? [];
    const role = roleName.safeParse(name);
    if (role.success) rules.push({ claim, value, role: role.data });
    else {
      const message = `must be a list such as ${EXAMPLE}: each entry CLAIM:VALUE=ROLE with a role of viewer, operator, money, admin`;
      context.addIssue({ code: "custom", message });
      return z.NEVER;
    }
  }
  return rules;
});

const ORDER: readonly Role[] = ["viewer", "operator", "money", "admin"];

/** The role that the claims give, undefined where they give none. A claim may be a word or a list of words. */
export function roleOf(claims: Readonly<Record<string, unknown>>, rules: readonly RoleRule[]): Role | undefined {
  const given = rules.filter(({ claim, value }) => {
    if (value === undefined) return true;
    const has = Object.hasOwn(claims, claim) ? claims[claim] : undefined;
    return Array.isArray(has) ? has.includes(value) : has === value;
  });
  return ORDER.findLast((role) => given.some((rule) => rule.role === role));
}
