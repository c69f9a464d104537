// What is written down of signing in and out, in the log and the audit trail: who, from where, by what; of a flood of
// failures no more than a line a minute and address.
import type { FastifyRequest } from "fastify";
import { placeOf } from "../../../shared/authority/people/throttle.ts";
import type { PeopleNeeds } from "./people.ts";

/** `password`: it was wrong, or nobody has the name. `paused`: after failures nobody looked at it. `openid`: the provider's answer. */
export interface Refused {
  name: string;
  from: string | null;
  why: "password" | "paused" | "openid";
  /** There is a user of this name. */
  isKnown?: boolean;
}

/** The same address is told of so often while it has to wait. */
const TELL_MS = 60_000;
const MOST_PLACES = 10_000;

const toldAt = new Map<string, number>();

type Needs = Pick<PeopleNeeds, "log" | "keys" | "audit">;

/** A name that nobody has may be a password in the wrong field: it is not written. */
export async function noteRefused(
  request: FastifyRequest,
  needs: Needs,
  { name, from, why, isKnown = false }: Refused,
): Promise<void> {
  // Both cost a stranger nothing, as often as he likes.
  const isCheap = why === "paused" || (why === "openid" && name === "");
  if (isCheap && wasToldOf(`${needs.keys.prefix} ${why} ${placeOf(from)}`)) return;
  const user = isKnown ? name : null;
  needs.log.warn({ event: "sign-in.refused", request: request.id, user, from, why });
  await needs.audit
    .record({ ...entry(user ?? "unknown", from, "session.sign-in"), after: { why }, outcome: "refused" })
    .catch((err: unknown) => needs.log.warn({ event: "audit.lost", err })); // refused it is, all the same
}

/** @throws Unavailable it cannot be written down: then nobody is let in */
export async function noteSignIn(
  request: FastifyRequest,
  { log, audit }: Needs,
  { user, by }: { user: string; by: "password" | "openid" },
): Promise<void> {
  const { from } = request.caller;
  await audit.record({ ...entry(user, from, "session.sign-in"), after: { by }, outcome: "done" });
  log.info({ event: "sign-in.done", request: request.id, user, from, by });
}

/** Whoever wants out gets out. */
export async function noteSignOut(request: FastifyRequest, { log, audit }: Needs, user: string): Promise<void> {
  const { from } = request.caller;
  log.info({ event: "sign-out.done", request: request.id, user, from });
  await audit
    .record({ ...entry(user, from, "session.sign-out"), outcome: "done" })
    .catch((err: unknown) => log.warn({ event: "audit.lost", err }));
}

function entry(user: string, from: string | null, action: string) {
  return { who: { kind: "person" as const, id: user }, from, action, subject: null };
}

function wasToldOf(place: string): boolean {
  const now = performance.now();
  if (now - (toldAt.get(place) ?? -TELL_MS) < TELL_MS) return true;
  if (toldAt.size >= MOST_PLACES) toldAt.clear();
  toldAt.set(place, now);
  return false;
}
