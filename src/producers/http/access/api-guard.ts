// Who may call the API: holders of a key; this machine where no money is spent; who may open the Unix socket.
import type { FastifyReply, FastifyRequest } from "fastify";
import { actorText, LOCAL } from "../../../shared/authority/actor.ts";
import type { Log } from "../../../shared/base/log.ts";
import { type Caller, type Guard, identify, lackedScope } from "../caller/caller.ts";
import { isOnSocket, isThisMachine } from "../caller/peer.ts";
import { takeVouched } from "../caller/vouched.ts";
import type { GatewayNeeds } from "../needs.ts";
import { sendProblem } from "../problems.ts";
import { type PeopleNeeds, peopleDoor } from "../session/people.ts";
import { judgeSession } from "./page-guard.ts";
import { countNoMore, requestLimits } from "./rate-limits.ts";
import { type KeyNeeds, keyJudge, needsKey, type Shown, secretOf } from "./shown-key.ts";

export type ApiNeeds = KeyNeeds & PeopleNeeds & Pick<GatewayNeeds, "publicUrl" | "trustedProxies">;

/**
 * Lets in who shows a key as `Authorization: Bearer` (RFC 6750) that may do what the route asks for, and who is signed in
 * with a role that may. While there is no key,
 * this machine is let in where no money is spent, and whoever may open the gateway's Unix socket everywhere. Each refusal
 * is written down with its address.
 */
export function apiGuard(needs: ApiNeeds): Guard {
  const keys = keyJudge(needs);
  const people = peopleDoor(needs);
  const limit = requestLimits(needs);
  return async (request, reply) => {
    const config = request.is404 ? { scope: "any" as const } : request.routeOptions.config;
    const vouched = takeVouched(request);
    if (vouched) return judgeVouched(request, reply, vouched);
    // Who sends a key is judged by the key.
    const byCookie = secretOf(request) === undefined;
    const person = byCookie ? await judgeSession(request, reply, { door: people, scope: config.scope }) : "nobody";
    if (person !== "nobody") return person;
    if (!(await needsKey(needs, secretOf(request)))) {
      if (!needsNoCredential(request, needs)) return refuse(request, reply, NO_KEY[needs.env] ?? NO_KEY.live);
      identify(request, LOCAL, ["admin"]);
      return undefined;
    }
    const shown = await keys.judge(request);
    if (!("key" in shown)) return turnAway(request, reply, shown, needs.log);
    const { key } = shown;
    identify(request, { kind: "key", id: key.id }, key.scopes, key);
    await limit(request, reply);
    const lacked = lackedScope(request.caller, config);
    if (!lacked) return undefined;
    needs.log.warn({ ...{ event: "key.refused", request: request.id, key: key.id }, why: "scope", scope: lacked });
    return sendProblem(request, reply, {
      name: "forbidden",
      detail: `This needs the scope ${lacked}, which the API key ${key.id} does not have.`,
      scope: lacked,
    });
  };
}

/** The page's guard has judged the caller, and counted the request; what the caller may do is asked here, as of everybody. */
function judgeVouched(request: FastifyRequest, reply: FastifyReply, caller: Caller): FastifyReply | undefined {
  request.caller = caller;
  countNoMore(request);
  const lacked = request.is404 ? undefined : lackedScope(caller, request.routeOptions.config);
  if (!lacked) return undefined;
  const detail = `This needs the scope ${lacked}, which ${actorText(caller.actor)} does not have.`;
  return sendProblem(request, reply, { name: "forbidden", detail, scope: lacked });
}

/** A sandbox spends no money; a Unix socket opens to those only to whom its rights do. */
export function needsNoCredential(
  request: FastifyRequest,
  needs: Pick<GatewayNeeds, "env" | "publicUrl" | "trustedProxies">,
): boolean {
  return (needs.env === "sandbox" || isOnSocket(request)) && isThisMachine(request, needs);
}

const NO_KEY: Readonly<Record<string, string>> & { live: string } = {
  sandbox: "Without an API key the gateway of a sandbox answers this machine only.",
  live: "There is no API key. Make one: certfleet key create --name NAME --scope SCOPE (or set CERTFLEET_API_KEY).",
};

/** The answer to a key that opens nothing: by it nobody learns which keys there are. */
function turnAway(
  request: FastifyRequest,
  reply: FastifyReply,
  shown: Exclude<Shown, { key: unknown }>,
  log: Log,
): FastifyReply {
  const { from } = request.caller;
  if ("waitMs" in shown) {
    const seconds = Math.max(1, Math.ceil(shown.waitMs / 1_000));
    return sendProblem(request, reply, {
      name: "too-many-requests",
      detail: `Too many requests without a valid API key came from your address. Wait ${seconds} s.`,
      headers: { "retry-after": `${seconds}` },
    });
  }
  const { refused, id, expires } = shown;
  if (refused !== "missing")
    log.warn({ event: "key.refused", request: request.id, key: id ?? null, from, why: refused });
  if (refused === "network")
    return refuse(request, reply, `The API key ${id} may not be used from ${from ?? "a Unix socket"}.`);
  reply.header("www-authenticate", 'Bearer realm="certfleet"');
  return sendProblem(request, reply, {
    name: "unauthorized",
    detail:
      refused === "expired"
        ? `The API key ${id} has ended (${expires}). Ask for a new one.`
        : "Send a valid API key in the header Authorization: Bearer KEY.",
  });
}

function refuse(request: FastifyRequest, reply: FastifyReply, detail: string): FastifyReply {
  return sendProblem(request, reply, { name: "forbidden", detail });
}
