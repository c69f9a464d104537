// API keys at a gateway: the same verbs, which say the same.
import type { KeyTerms } from "../../../shared/authority/keys/key.ts";
import { failure, type Result } from "../../../shared/base/result.ts";
import type { Call } from "../port/http-call.ts";
import { isResult } from "../port/orders.ts";
import { keysResult, type ShownKey } from "./list.ts";
import { type Made, madeResult, type Rotated, revokedResult, rotatedResult } from "./said.ts";
import { shownTerms } from "./shown.ts";

export type KeysAfar = ReturnType<typeof keysAfar>;

export function keysAfar(call: Call) {
  const got = async <T extends object>(work: (body: T) => Result, ...asked: Parameters<Call>): Promise<Result> => {
    const answer = await call(...asked);
    return isResult(answer) ? answer : work(answer.body as T);
  };
  const of = (id: string): string => `/keys/${encodeURIComponent(id)}`;
  return {
    create: ({ id, terms }: { id: string; terms: KeyTerms }) =>
      got<Made>(shownOnce(id, madeResult), "POST", "/keys", { body: { name: id, ...shownTerms(terms) } }),
    list: ({ all = false }: { all?: boolean }) =>
      got<{ items: ShownKey[] }>(({ items }) => keysResult(items), "GET", "/keys", {
        query: { ...(all && { all: "true" }) },
      }),
    revoke: (id: string) => got<{ id: string; revokedAt: string | null }>(revokedResult, "DELETE", of(id)),
    rotate: (id: string, overlapMs: number) =>
      got<Rotated>(shownOnce(id, rotatedResult), "POST", `${of(id)}/rotate`, {
        body: { overlapSeconds: overlapMs / 1_000 },
      }),
  };
}

/** The first answer was lost on the way, and the gateway keeps no secret to say it again. */
function shownOnce<T extends { secret: string | null }>(id: string, words: (made: T & { secret: string }) => Result) {
  return (made: T): Result => {
    const { secret } = made;
    if (secret !== null) return words({ ...made, secret });
    const remedy = `Make it another one: certfleet key rotate ${id}`;
    return failure("unknown", `It was done, but the answer with the secret of ${id} was lost. ${remedy}`);
  };
}
