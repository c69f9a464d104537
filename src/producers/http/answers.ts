// How routes describe their answers for the OpenAPI document: what comes when all is well, and the problems by name.
import type { z } from "zod";
import { type ProblemName, problemBody, problemKind } from "./problems.ts";

/** A header of an answer, as JSON Schema. */
export interface HeaderText {
  description: string;
  type: "string" | "integer";
  example: string | number;
}

export interface Answer {
  description: string;
  content: Record<string, { schema: z.ZodType; example?: unknown; problems?: ProblemName[] }>;
  /** By their names as they are written, such as `Location`; those of every answer are added (assets/answer-headers.ts). */
  headers?: Record<string, HeaderText>;
}
export type Answers = Record<number, Answer>;

export function json(description: string, schema: z.ZodType, headers?: Record<string, HeaderText>): Answer {
  return { description, content: { "application/json": { schema } }, ...(headers && { headers }) };
}

/** `example`: of what is no JSON; of lines of JSON, one line. */
export function text(
  description: string,
  mediaType: string,
  schema: z.ZodType,
  example?: unknown,
  headers?: Record<string, HeaderText>,
): Answer {
  const shown = { schema, ...(example !== undefined && { example }) };
  return { description, content: { [mediaType]: shown }, ...(headers && { headers }) };
}

/** Of an answer that comes piece by piece. */
export const unbuffered: Record<string, HeaderText> = {
  "X-Accel-Buffering": { description: "`no`: a proxy sends on at once what is there", type: "string", example: "no" },
};

export interface Example {
  summary: string;
  value: unknown;
}

/** A body with examples, by name: the first is the schema's own, too. A test sends each of them to a gateway. */
export function shownWith<S extends z.ZodType>(body: S, examples: Readonly<Record<string, Example>>): S {
  const [first] = Object.values(examples);
  return body.meta({ ...body.meta(), example: first?.value, "x-examples": examples });
}

/** Where that what was asked for can be read. */
export function locationOf(what: string, example: string): Record<string, HeaderText> {
  return { Location: { description: `Where ${what} can be read`, type: "string", example } };
}

/** What may be wrong with a call that carries a body, whatever it says. */
export const bodyProblems = ["malformed", "too-large", "unsupported-media-type", "invalid"] as const;

/** What may be wrong with a call under an Idempotency-Key. */
export const repeatProblems = ["idempotency-key-running", "idempotency-key-reused"] as const;

/** Of every route: the head of a request may be wrong, and nobody knows in what way we are. */
const everywhere = [
  "malformed",
  "unauthorized",
  "forbidden",
  "too-many-requests",
  "internal",
  "unavailable",
] as const satisfies readonly ProblemName[];

/** The answers of an API route: the good ones, and the problems beyond those that every route knows. */
export function answers(good: Answers, ...problems: ProblemName[]): Answers {
  return withProblems(good, [...problems, ...everywhere]);
}

/** Of a route that asks nobody who it is. */
export function openAnswers(good: Answers, ...problems: ProblemName[]): Answers {
  return withProblems(good, [...problems, "malformed", "internal"]);
}

/** The answers, and more problems that can come. */
export function withProblems(given: Answers, problems: readonly ProblemName[]): Answers {
  const all: Answers = { ...given };
  for (const [status, more] of Map.groupBy(problems, (name) => problemKind(name).status)) {
    const names = [...new Set([...(all[status]?.content["application/problem+json"]?.problems ?? []), ...more])];
    all[status] = {
      description: names.map((name) => problemKind(name).title).join(" "),
      content: { "application/problem+json": { schema: problemBody, problems: names } },
    };
  }
  return all;
}
