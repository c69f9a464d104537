// `key create`, `rotate` and `revoke`: what they do, and the one time that a secret is shown.
import { ENVIRONMENT_KEY, type KeptKey, type KeyTerms } from "../../../shared/authority/keys/key.ts";
import { failure, type Result } from "../../../shared/base/result.ts";
import type { KeyRoom } from "./room.ts";
import { shownTerms, termsText } from "./shown.ts";

export async function create({ id, terms }: { id: string; terms: KeyTerms }, room: KeyRoom): Promise<Result> {
  const { store, others, clock, by } = room;
  if (id === ENVIRONMENT_KEY || others.some((each) => each.id === id)) return taken(id);
  const made = await store.create(id, terms, { by, now: clock.now() });
  if (!made) return taken(id);
  const { key, secret } = made;
  return {
    ending: "done",
    text: secret,
    json: { id, key: secret, ...shownTerms(key), createdAt: key.createdAt },
    note: `This is the API key ${id}. It is shown this once: Certfleet keeps only its hash. It opens at once: ${termsText(key)}.`,
  };
}

export async function rotate({ id, overlapMs }: { id: string; overlapMs: number }, room: KeyRoom): Promise<Result> {
  const { store, clock } = room;
  const made = await store.rotate(id, { overlapMs, now: clock.now() });
  if (!made) return noKey(id, room);
  const { key, secret } = made;
  const until = key.before?.until ?? null;
  const old = until ? `The old one opens until ${until}, too.` : "The old one opens nothing any more.";
  return {
    ending: "done",
    text: secret,
    json: { id, key: secret, ...shownTerms(key), rotatedAt: key.rotatedAt, oldOpensUntil: until },
    note: `This is the new secret of the API key ${id}. It is shown this once. ${old}`,
  };
}

export async function revoke(id: string, room: KeyRoom): Promise<Result> {
  const { store, clock, by } = room;
  const key: KeptKey | undefined = await store.revoke(id, { by, now: clock.now() });
  if (!key) return noKey(id, room);
  const text = `The API key ${id} opens nothing any more. What was ordered with it continues.`;
  return { ending: "done", text, json: { id, revokedAt: key.revokedAt } };
}

function taken(id: string): Result {
  const remedy =
    id === ENVIRONMENT_KEY
      ? "That is the name of CERTFLEET_API_KEY. Choose another one."
      : `Choose another name, or give that key a new secret: certfleet key rotate ${id}`;
  return failure("conflict", `There is an API key ${id} already. ${remedy}`);
}

function noKey(id: string, { others }: KeyRoom): Result {
  const other = others.find((each) => each.id === id);
  if (!other) return failure("not-found", `There is no API key ${id}. Those that there are: certfleet key list`);
  const place = other.where === "file" ? "apiKeys of certfleet.yaml" : "CERTFLEET_API_KEY";
  return failure(
    "conflict",
    `The API key ${id} stands in ${place}: change it there. A gateway reads the file anew by itself.`,
  );
}
