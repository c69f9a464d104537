// Calls that a page of ours makes to our own API on behalf of who looks at it: the page's guard has judged the caller already.
import { randomBytes } from "node:crypto";
import type { FastifyRequest } from "fastify";
import type { Caller } from "./caller.ts";

const HEADER = "x-certfleet-page";
/** A name of 32 random bytes, made for one call and gone with it: nobody outside can know one. */
const callers = new Map<string, Caller>();

/** The headers of one call in the caller's name. `forget` ends it where the call was never made. */
export function vouchFor(caller: Caller): { headers: Record<string, string>; forget: () => void } {
  const name = randomBytes(32).toString("base64url");
  callers.set(name, caller);
  return { headers: { [HEADER]: name }, forget: () => void callers.delete(name) };
}

/** The caller of such a call, once; undefined for every request that came from outside. */
export function takeVouched({ headers }: FastifyRequest): Caller | undefined {
  const name = headers[HEADER];
  if (typeof name !== "string") return undefined;
  const caller = callers.get(name);
  callers.delete(name);
  return caller;
}
