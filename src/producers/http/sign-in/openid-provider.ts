// Talks with the OpenID provider by the library openid-client: where to send a browser, and who came back with it.
import { createHash } from "node:crypto";
import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  type Configuration,
  calculatePKCECodeChallenge,
  discovery,
  fetchUserInfo,
  None,
} from "openid-client";
import { personName } from "../../../shared/authority/people/person.ts";
import { type OpenIdRules, roleOf } from "../../../shared/authority/people/sign-in-rules.ts";
import type { Role } from "../../../shared/authority/scopes.ts";

const TIMEOUT_SECONDS = 5;

/** Who came back. Without a role there is nothing here for that person. */
export interface Visitor {
  name: string | undefined;
  /** Issuer and subject: the same person for ever, whatever the name. */
  subject: string;
  role: Role | undefined;
}

export type OpenIdProvider = ReturnType<typeof openIdProvider>;

/** `secret` is random, and in the browser's cookie alone: state, nonce and PKCE verifier are made from it. */
export function openIdProvider(rules: OpenIdRules) {
  let known: Promise<Configuration> | undefined;

  /** Read once; tried again by the next person where it failed. */
  function configuration(): Promise<Configuration> {
    known ??= discover(rules);
    known.catch(() => {
      known = undefined;
    });
    return known;
  }

  return {
    /** As the button says it. */
    name: new URL(rules.issuer).hostname,

    /** Where the browser goes (RFC 6749, 4.1.1; PKCE: RFC 7636). @throws Error the provider cannot be asked */
    async entry({ secret, next, callback }: { secret: string; next: string; callback: string }): Promise<string> {
      const asked = {
        redirect_uri: callback,
        scope: rules.scope,
        state: stateOf(secret, next),
        nonce: derived(secret, "nonce"),
        code_challenge: await calculatePKCECodeChallenge(derived(secret, "verifier")),
        code_challenge_method: "S256",
      };
      return buildAuthorizationUrl(await configuration(), asked).href;
    },

    /** `url`: with which the browser came back. @throws Error the answer is no, not ours, or cannot be checked */
    async visitor({ secret, url }: { secret: string; url: URL }): Promise<Visitor> {
      const server = await configuration();
      const tokens = await authorizationCodeGrant(server, url, {
        pkceCodeVerifier: derived(secret, "verifier"),
        expectedState: stateOf(secret, nextOf(url)),
        expectedNonce: derived(secret, "nonce"),
        idTokenExpected: true,
      });
      const token = tokens.claims();
      if (!token) throw new Error("the provider sent no ID token");
      const told = server.serverMetadata().userinfo_endpoint
        ? await fetchUserInfo(server, tokens.access_token, token.sub)
        : {};
      const claims: Record<string, unknown> = { ...told, ...token };
      return { name: nameIn(claims, rules), subject: `${token.iss} ${token.sub}`, role: roleOf(claims, rules.roles) };
    },
  };
}

/** Where the person wanted to go travels in the state, which nobody can change without the secret. */
export function nextOf(url: URL): string {
  const [, text = ""] = (url.searchParams.get("state") ?? "").split(".");
  return Buffer.from(text, "base64url").toString();
}

function stateOf(secret: string, next: string): string {
  return `${derived(secret, `state of ${next}`)}.${Buffer.from(next).toString("base64url")}`;
}

function derived(secret: string, what: string): string {
  return createHash("sha256").update(`${what} ${secret}`).digest("base64url");
}

/** Over http only on this machine, as the settings are checked. */
function discover({ issuer, clientId, clientSecret }: OpenIdRules): Promise<Configuration> {
  const url = new URL(issuer);
  const options = {
    timeout: TIMEOUT_SECONDS,
    ...(url.protocol === "http:" && { execute: [allowInsecureRequests] }),
  };
  return discovery(url, clientId, clientSecret, clientSecret === undefined ? None() : undefined, options);
}

/** An e-mail address that the provider has not checked is nobody's name. */
function nameIn(claims: Record<string, unknown>, { nameClaim }: OpenIdRules): string | undefined {
  const value = Object.hasOwn(claims, nameClaim) ? claims[nameClaim] : undefined;
  if (typeof value !== "string" || (nameClaim === "email" && claims.email_verified !== true)) return undefined;
  return personName(value);
}
