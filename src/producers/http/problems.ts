// Every way in which the gateway says no, in one table: stable names, statuses and titles, sent as problem details (RFC 9457).

import type { FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { type Scope, scopes } from "../../shared/authority/scopes.ts";
import type { Fault } from "../../shared/base/fault.ts";

/** Names never change: callers compare `code`. What each means is written in problem-pages/texts.ts. */
const kinds = {
  malformed: { status: 400, title: "The request cannot be read." },
  unauthorized: { status: 401, title: "A valid API key or login is required." },
  forbidden: { status: 403, title: "Not allowed." },
  "not-found": { status: 404, title: "Not found." },
  "method-not-allowed": { status: 405, title: "The address does not take this method." },
  "reference-taken": { status: 409, title: "The reference belongs to an order with other content." },
  "not-now": { status: 409, title: "Not possible in the current state." },
  "events-gone": { status: 410, title: "Events that old are not kept any more." },
  "idempotency-key-running": { status: 409, title: "The same request is being carried out." },
  "too-large": { status: 413, title: "The request is too large." },
  "unsupported-media-type": { status: 415, title: "Send JSON." },
  invalid: { status: 422, title: "Some fields are wrong." },
  "idempotency-key-reused": { status: 422, title: "The Idempotency-Key belongs to another request." },
  "too-many-requests": { status: 429, title: "Too many requests." },
  "quota-exceeded": { status: 429, title: "The quota of the API key is used up." },
  internal: { status: 500, title: "Internal error." },
  unavailable: { status: 503, title: "Temporarily unavailable; try again." },
} as const;

export type ProblemName = keyof typeof kinds;
export const problemNames = Object.keys(kinds) as readonly ProblemName[];

/** Where the page of each kind is; below it lies the base path of the public address. */
export const PROBLEM_PAGES = "/docs/problems";

/** An answer that says no: what happened this time, and what the caller needs beside it. */
export interface Problem {
  name: ProblemName;
  detail: string;
  /** Each wrong field, all at once. */
  errors?: readonly Fault[];
  headers?: Readonly<Record<string, string>>;
  /** What the caller would have to be allowed. */
  scope?: Scope;
  /** Of a dry run, which always says whether the order would be taken. */
  valid?: false;
}

/** Thrown by routes; the error handler sends what it carries. */
export interface ProblemError extends Error {
  problem: Problem;
}

export const problemBody = z
  .object({
    type: z.string().meta({
      description: "The page that explains this kind of problem, relative to the address that was asked",
      example: `${PROBLEM_PAGES}/invalid`,
    }),
    code: z.string().meta({
      description: `The kind of problem, for programs; it never changes: ${problemNames.join(", ")}`,
      example: "invalid",
    }),
    title: z.string().meta({ description: "The kind of problem, for people", example: kinds.invalid.title }),
    status: z.int().meta({ description: "The HTTP status", example: kinds.invalid.status }),
    detail: z.string().meta({
      description: "What went wrong this time, for people",
      example: "contacts/admin/email: must be one plain e-mail address.",
    }),
    instance: z.string().meta({ description: "The path of the request", example: "/v1/certificates" }),
    requestId: z.string().meta({
      description: "The id of the request, as in the header X-Request-Id and in the log",
      example: "5f0c8f52-3c5e-4f6b-9a53-0c8f6d1f2a10",
    }),
    errors: z
      .array(
        z.object({
          field: z.string().meta({
            description: "Its JSON pointer without the first slash; empty: the whole body",
            example: "contacts/admin/email",
          }),
          message: z
            .string()
            .meta({ description: "What is wrong with it", example: "must be one plain e-mail address." }),
        }),
      )
      .optional()
      .meta({ description: "Each wrong field, all at once" }),
    scope: z
      .enum(scopes)
      .optional()
      .meta({ description: "The scope that the API key lacks for this call", example: "money:decide" }),
    valid: z.literal(false).optional().meta({ description: "Only in a dry run: the order would not be taken" }),
  })
  .meta({ id: "Problem", description: "Problem details, RFC 9457" });

export function problem(name: ProblemName, detail: string, more: Omit<Problem, "name" | "detail"> = {}): ProblemError {
  return Object.assign(new Error(detail), { name: "Problem", problem: { name, detail, ...more } });
}

/** The problem of wrong fields. */
export function invalid(errors: readonly Fault[], more: Pick<Problem, "valid"> = {}): ProblemError {
  const [first, ...others] = errors;
  if (!first) return problem("invalid", "Some fields are wrong.", { errors, ...more });
  const beside =
    others.length === 0 ? "" : ` ${others.length} more ${others.length === 1 ? "is" : "are"} listed in errors.`;
  return problem("invalid", `${first.field || "body"}: ${first.message}${beside}`, { errors, ...more });
}

export function problemKind(name: ProblemName): { status: number; title: string } {
  return kinds[name];
}

declare module "fastify" {
  interface FastifyInstance {
    /** Where the pages of the problems are, the base path of the public address included. */
    problemPages: string;
  }
}

/** The page of a kind as a whole path, so that it is found from wherever the answer came (RFC 9457, 3.1.1). */
export function typeOf(name: ProblemName, pages: string): string {
  return `${pages}/${name}`;
}

export function sendProblem(
  request: FastifyRequest,
  reply: FastifyReply,
  { name, detail, errors, headers, scope, valid }: Problem,
): FastifyReply {
  const { status, title } = kinds[name];
  const instance = request.originalUrl.replace(/\?.*$/s, "");
  const body: z.infer<typeof problemBody> = {
    type: typeOf(name, request.server.problemPages),
    code: name,
    title,
    status,
    detail,
    instance,
    requestId: request.id,
  };
  reply
    .code(status)
    .headers({ "x-request-id": request.id, ...headers })
    .type("application/problem+json; charset=utf-8");
  // As text: an answer that says no never fails on the schema of the answer that would have said yes.
  return reply.send(
    JSON.stringify({ ...body, ...(errors && { errors }), ...(scope && { scope }), ...(valid === false && { valid }) }),
  );
}
