// How routes describe their answers for the OpenAPI document: what comes when all is well, and the problems by name.
import type { z } from "zod";
import { type ProblemName, problemBody, problemKind } from "./problems.ts";

interface Answer {
  description: string;
  content: Record<string, { schema: z.ZodType }>;
}
type Answers = Record<number, Answer>;

export function json(description: string, schema: z.ZodType): Answer {
  return { description, content: { "application/json": { schema } } };
}

export function text(description: string, mediaType: string, schema: z.ZodType): Answer {
  return { description, content: { [mediaType]: { schema } } };
}

/** What may be wrong with a call that carries a body, whatever it says. */
export const bodyProblems = ["malformed", "too-large", "unsupported-media-type", "invalid"] as const;

/** What may be wrong with a call under an Idempotency-Key. */
export const repeatProblems = ["idempotency-key-running", "idempotency-key-reused"] as const;

/** The answers of an API route: the good ones, and the problems beyond those that every route knows (401, 403, 429, 503). */
export function answers(good: Answers, ...problems: ProblemName[]): Answers {
  const all: Answers = { ...good };
  for (const name of [...problems, "unauthorized", "forbidden", "too-many-requests", "unavailable"] as const) {
    const { status, title } = problemKind(name);
    const before = all[status] ? `${all[status].description} ` : "";
    all[status] = {
      description: `${before}${title}`,
      content: { "application/problem+json": { schema: problemBody } },
    };
  }
  return all;
}
