// One line of the audit trail: who did what, from where, on what, and what came of it.
import { hash } from "node:crypto";
import { z } from "zod";
import { actor } from "../actor.ts";

/** Facts, small and without personal data: `summary.ts` makes those of an order. */
const facts = z.record(z.string(), z.unknown());
export type Facts = z.infer<typeof facts>;

const outcomes = ["done", "refused", "failed"] as const;
export type Outcome = (typeof outcomes)[number];

/** What a caller of the trail says of an action. */
export interface Action {
  who: z.infer<typeof actor>;
  /** The address that it came from; null where there is none: a terminal, a queue, a Unix socket. */
  from: string | null;
  /** `noun.verb`, such as `certificate.order`; names never change. */
  action: string;
  /** What it was done on: a reference, an account, the id of a key, the name of a person. */
  subject: string | null;
  before?: Facts | undefined;
  after?: Facts | undefined;
  /** The id of the request over HTTP that asked for it (`X-Request-Id`). */
  request?: string | undefined;
}

/** As it is kept. Two lines tell of an action that takes time: `begun` before it, and one that names it in `of`. */
export const line = z.object({
  seq: z.int().positive(),
  at: z.string(),
  who: actor,
  from: z.string().nullable(),
  action: z.string(),
  subject: z.string().nullable(),
  before: facts.nullable(),
  after: facts.nullable(),
  outcome: z.enum([...outcomes, "begun"]),
  /** The line with which the action began. */
  of: z.int().nullable(),
  request: z.string().optional(),
  /** SHA-256 of the text of the line before it; of the first line: of nothing. */
  prev: z.string(),
});
export type Line = z.infer<typeof line>;

/** As people and programs read it: one an action. `unknown`: it was begun, and nothing was written after it. */
export const auditEntry = z
  .object({
    at: z.string().meta({ format: "date-time", description: "When" }),
    who: actor.meta({ description: "`key`, `person`, `system` (a user at the command line), `queue` or `fleet`" }),
    from: z
      .string()
      .nullable()
      .meta({ description: "The address that it came from; null where there is none", example: "198.51.100.7" }),
    action: z.string().meta({ description: "What was done, as `noun.verb`", example: "certificate.order" }),
    subject: z.string().nullable().meta({ description: "What it was done on", example: "bill-1001" }),
    before: facts
      .nullable()
      .meta({ description: "What was changed, as it was; personal data as keyed hashes", example: { years: 1 } }),
    after: facts.nullable().meta({ description: "The same, as it was then", example: { years: 2 } }),
    outcome: z.enum([...outcomes, "unknown"]).meta({
      description: "`unknown`: the action was begun, and the process ended before it wrote what came of it",
    }),
    request: z.string().optional().meta({
      description: "The X-Request-Id of the request that asked for it",
      example: "5f0c8f52-3c5e-4f6b-9a53-0c8f6d1f2a10",
    }),
    seq: z.int().meta({ description: "Its place in the trail", example: 17 }),
  })
  .meta({ id: "AuditEntry" });
export type AuditEntry = z.infer<typeof auditEntry>;

/** What the first line names as the hash of the line before it. */
export const CHAIN_START = hashOf("");

export function hashOf(text: string): string {
  return hash("sha256", text, "hex");
}

/** An action as a line, without its place in the chain. */
export function lineOf(
  { who, from, action, subject, before = {}, after = {}, request }: Action,
  { at, outcome, of = null }: { at: Date; outcome: Line["outcome"]; of?: number | null },
): Omit<Line, "seq" | "prev"> {
  const kept = (given: Facts): Facts | null => (Object.keys(given).length > 0 ? given : null);
  const facts = { before: kept(before), after: kept(after) };
  return { at: at.toISOString(), who, from, action, subject, ...facts, outcome, of, ...(request && { request }) };
}
