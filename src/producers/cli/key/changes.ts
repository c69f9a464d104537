// `key create`, `rotate` and `revoke`: what they do, and the one time that a secret is shown.
import { ENVIRONMENT_KEY, type KeyTerms } from "../../../shared/authority/keys/key.ts";
import { failure, type Result } from "../../../shared/base/result.ts";
import type { KeyRoom } from "./room.ts";
import { type Made, type Rotated, takenKey } from "./said.ts";
import { shownTerms } from "./shown.ts";

/** What they need of a room: the gateway has one, too. */
export type KeyChanges = Pick<KeyRoom, "store" | "others" | "clock" | "by">;

export async function create({ id, terms }: { id: string; terms: KeyTerms }, room: KeyChanges): Promise<Made | Result> {
  const { store, others, clock, by } = room;
  if (id === ENVIRONMENT_KEY || others.some((each) => each.id === id)) return takenKey(id);
  const made = await store.create(id, terms, { by, now: clock.now() });
  if (!made) return takenKey(id);
  const { key, secret } = made;
  return { id, secret, ...shownTerms(key), createdAt: key.createdAt };
}

export async function rotate(
  { id, overlapMs }: { id: string; overlapMs: number },
  room: KeyChanges,
): Promise<Rotated | Result> {
  const { store, clock } = room;
  const made = await store.rotate(id, { overlapMs, now: clock.now() });
  if (!made) return noKey(id, room);
  const { key, secret } = made;
  const oldOpensUntil = key.before?.until ?? null;
  return { id, secret, ...shownTerms(key), rotatedAt: key.rotatedAt ?? null, oldOpensUntil };
}

export async function revoke(id: string, room: KeyChanges): Promise<{ id: string; revokedAt: string | null } | Result> {
  const { store, clock, by } = room;
  const key = await store.revoke(id, { by, now: clock.now() });
  return key ? { id, revokedAt: key.revokedAt ?? null } : noKey(id, room);
}

export function noKey(id: string, { others }: Pick<KeyRoom, "others">): Result {
  const other = others.find((each) => each.id === id);
  if (!other) return failure("not-found", `There is no API key ${id}. Those that there are: certfleet key list`);
  const place = other.where === "file" ? "apiKeys of certfleet.yaml" : "CERTFLEET_API_KEY";
  return failure(
    "conflict",
    `The API key ${id} stands in ${place}: change it there. A gateway reads the file anew by itself.`,
  );
}
