// What the verbs about API keys say of what was done, in Redis or by a gateway.
import { ENVIRONMENT_KEY } from "../../../shared/authority/keys/key.ts";
import { failure, type Result } from "../../../shared/base/result.ts";
import { type ShownTerms, termsText } from "./shown.ts";

export interface Made extends ShownTerms {
  id: string;
  createdAt: string;
  secret: string;
}

export interface Rotated extends ShownTerms {
  id: string;
  rotatedAt: string | null;
  oldOpensUntil: string | null;
  secret: string;
}

export function madeResult({ id, secret, createdAt, ...terms }: Made): Result {
  return {
    ending: "done",
    text: secret,
    json: { id, key: secret, ...terms, createdAt },
    note: `This is the API key ${id}. It is shown this once: Certfleet keeps only its hash. It opens at once: ${termsText(terms)}.`,
  };
}

export function rotatedResult({ id, secret, rotatedAt, oldOpensUntil, ...terms }: Rotated): Result {
  const old = oldOpensUntil ? `The old one opens until ${oldOpensUntil}, too.` : "The old one opens nothing any more.";
  return {
    ending: "done",
    text: secret,
    json: { id, key: secret, ...terms, rotatedAt, oldOpensUntil },
    note: `This is the new secret of the API key ${id}. It is shown this once. ${old}`,
  };
}

export function revokedResult({ id, revokedAt }: { id: string; revokedAt: string | null }): Result {
  const text = `The API key ${id} opens nothing any more. What was ordered with it continues.`;
  return { ending: "done", text, json: { id, revokedAt } };
}

export function takenKey(id: string): Result {
  const remedy =
    id === ENVIRONMENT_KEY
      ? "That is the name of CERTFLEET_API_KEY. Choose another one."
      : `Choose another name, or give that key a new secret: certfleet key rotate ${id}`;
  return failure("conflict", `There is an API key ${id} already. ${remedy}`);
}
