// What is written down of sign-ins: who, from where, by what; of a flood of failures no more than a line a minute and address.
import type { FastifyRequest } from "fastify";
import { placeOf } from "../../../shared/authority/people/throttle.ts";
import type { PeopleNeeds } from "./people.ts";

/** `password`: it was wrong, or nobody has the name. `paused`: after failures nobody looked at it. `openid`: the provider's answer. */
export interface Refused {
  name: string;
  from: string | null;
  why: "password" | "paused" | "openid";
}

/** The same address is told of so often while it has to wait. */
const TELL_MS = 60_000;
const MOST_PLACES = 10_000;

const toldAt = new Map<string, number>();

/** Answers whether a line was written. A name that nobody has may be a password in the wrong field: it is not written. */
export function noteRefused(
  request: FastifyRequest,
  { log, keys }: Pick<PeopleNeeds, "log" | "keys">,
  { name, from, why }: Refused,
  isKnown = false,
): boolean {
  if (why === "paused" && wasToldOf(`${keys.prefix} ${placeOf(from)}`)) return false;
  log.warn({ event: "sign-in.refused", request: request.id, user: isKnown ? name : null, from, why });
  return true;
}

function wasToldOf(place: string): boolean {
  const now = performance.now();
  if (now - (toldAt.get(place) ?? -TELL_MS) < TELL_MS) return true;
  if (toldAt.size >= MOST_PLACES) toldAt.clear();
  toldAt.set(place, now);
  return false;
}
