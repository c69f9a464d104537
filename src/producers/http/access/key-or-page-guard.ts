// What machines and people read alike, and who hears that an address does not exist.
import type { FastifyRequest } from "fastify";
import type { Guard } from "../caller/caller.ts";
import { isAnyKey, isAnyUser } from "./anybody.ts";
import { type ApiNeeds, apiGuard, needsNoCredential } from "./api-guard.ts";
import { pageGuard, wantsPage } from "./page-guard.ts";

/** For what machines and people read alike: a key that is shown is judged, else a person is asked for. */
export function keyOrPageGuard(needs: ApiNeeds): Guard {
  const [byKey, byPerson] = [apiGuard(needs), pageGuard(needs)];
  return async (request, reply) => {
    const showsKey = /^Bearer /i.test(request.headers.authorization ?? "");
    return showsKey || (await isForKeys(request, needs)) ? byKey(request, reply) : byPerson(request, reply);
  };
}

/** Whether the guard of the API has the answer for somebody who shows no key: this machine may come in, or only keys open. */
async function isForKeys(request: FastifyRequest, needs: ApiNeeds): Promise<boolean> {
  const [someKey, somebody] = await Promise.all([isAnyKey(needs), isAnyUser(needs)]);
  const isFree = needsNoCredential(request, needs);
  return someKey ? !somebody && !isFree && !wantsPage(request) : isFree;
}

/** What does not exist is told to those only who may see what does. */
export function notFoundGuard(needs: ApiNeeds): Guard {
  const [ofApi, ofPages] = [apiGuard(needs), keyOrPageGuard(needs)];
  return (request, reply) => (/^\/v1(\/|\?|$)/.test(request.url) ? ofApi : ofPages)(request, reply);
}
