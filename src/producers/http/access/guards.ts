// Who may see the pages: console users; this machine while there is none and no money is spent. And what keys open as well.
import { createHash, timingSafeEqual } from "node:crypto";
import type { FastifyRequest } from "fastify";
import { LOCAL } from "../../../shared/authority/actor.ts";
import type { GatewayNeeds } from "../needs.ts";
import { sendProblem } from "../problems.ts";
import { isAnyKey, isAnyUser } from "./anybody.ts";
import { type ApiNeeds, apiGuard, type Guard, needsNoCredential } from "./api-guard.ts";
import { identify } from "./caller.ts";
import { sendClosed, wantsPage } from "./closed.ts";
import { isThisMachine } from "./peer.ts";

type AccessNeeds = ApiNeeds & Pick<GatewayNeeds, "board">;

/** Lets in who logs in (HTTP Basic, RFC 7617). Without a console user this machine sees the pages of a sandbox, and nobody others. */
export function pageGuard(needs: AccessNeeds): Guard {
  const { board: login } = needs;
  const expected = login && `Basic ${Buffer.from(`${login.user}:${login.password}`).toString("base64")}`;
  return async (request, reply) => {
    if (!(await isAnyUser(needs))) {
      if (needs.env !== "sandbox" || !isThisMachine(request, needs)) return sendClosed(request, reply);
      identify(request, LOCAL, ["admin"]);
      return undefined;
    }
    if (login && expected && sameHash(sha256(request.headers.authorization ?? ""), sha256(expected))) {
      identify(request, { kind: "person", id: login.user }, ["admin"]);
      return undefined;
    }
    reply.header("www-authenticate", 'Basic realm="certfleet", charset="UTF-8"');
    return sendProblem(request, reply, {
      name: "unauthorized",
      detail: "Log in with the values of BOARD_USER and BOARD_PASSWORD.",
    });
  };
}

/** For what machines and people read alike: a key that is shown is judged, else a person is asked for. */
export function keyOrPageGuard(needs: AccessNeeds): Guard {
  const [byKey, byPerson] = [apiGuard(needs), pageGuard(needs)];
  return async (request, reply) => {
    const showsKey = /^Bearer /i.test(request.headers.authorization ?? "");
    return showsKey || (await isForKeys(request, needs)) ? byKey(request, reply) : byPerson(request, reply);
  };
}

/** Whether the guard of the API has the answer for somebody who shows no key: this machine may come in, or only keys open. */
async function isForKeys(request: FastifyRequest, needs: AccessNeeds): Promise<boolean> {
  const [someKey, somebody] = await Promise.all([isAnyKey(needs), isAnyUser(needs)]);
  const isFree = needsNoCredential(request, needs);
  return someKey ? !somebody && !isFree && !wantsPage(request) : isFree;
}

/** What does not exist is told to those only who may see what does. */
export function notFoundGuard(needs: AccessNeeds): Guard {
  const [ofApi, ofPages] = [apiGuard(needs), keyOrPageGuard(needs)];
  return (request, reply) => (/^\/v1(\/|\?|$)/.test(request.url) ? ofApi : ofPages)(request, reply);
}

export function sha256(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

function sameHash(a: Buffer, b: Buffer): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}
