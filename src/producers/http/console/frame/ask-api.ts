// The console is a client of our own API: what a page shows and changes goes through the same routes, scopes and audit trail.

import { vouchFor } from "../../caller/vouched.ts";
import type { Problem, ProblemName } from "../../problems.ts";
import { problem } from "../../problems.ts";
import { REQUEST_ID } from "../../requests/request-id.ts";
import type { Visit } from "./visit.ts";

export interface Ask {
  method?: "GET" | "POST" | "PATCH" | "PUT" | "DELETE";
  /** With `/v1` in front. */
  path: string;
  body?: object;
  /** The same one is done once (`Idempotency-Key`). */
  once?: string | undefined;
}

/** RFC 9457, as our API writes it. */
export interface SaidNo extends Omit<Problem, "name" | "headers"> {
  code: ProblemName;
  title: string;
  status: number;
}

export interface Answer<T> {
  status: number;
  /** What the API answered where it did as asked. */
  body: T;
  /** Why it did not. */
  no: SaidNo | undefined;
}

/** Asks in the name of who looks at the page, with what that person may. */
export async function askApi<T = unknown>(
  { app, request }: Pick<Visit, "app" | "request">,
  { method = "GET", path, body, once }: Ask,
): Promise<Answer<T>> {
  const { headers, forget } = vouchFor(request.caller);
  try {
    const answer = await app.inject({
      ...{ method, url: path },
      headers: { ...headers, [REQUEST_ID]: request.id, ...(once && { "idempotency-key": once }) },
      ...(body && { payload: body }),
    });
    const isJson = /[/+]json\b/.test(`${answer.headers["content-type"]}`);
    const read: unknown = isJson && answer.body !== "" ? answer.json() : answer.body;
    return { status: answer.statusCode, body: read as T, no: answer.statusCode >= 400 ? (read as SaidNo) : undefined };
  } finally {
    forget();
  }
}

/** What a page cannot do without. @throws ProblemError what the API said, as a page */
export async function readApi<T>(visit: Pick<Visit, "app" | "request">, path: string): Promise<T> {
  const { body, no } = await askApi<T>(visit, { path });
  if (no) throw problem(no.code, no.detail, { ...(no.errors && { errors: no.errors }) });
  return body;
}
