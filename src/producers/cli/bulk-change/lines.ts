// The lines in which a gateway tells of changes of many certificates: the route writes them, the verb from afar reads them.
import { z } from "zod";
import { outcome } from "./run-store.ts";

const reference = z.string().meta({ description: "The order's name", example: "bill-1001" });

const begun = z.object({
  kind: z.literal("run").meta({ description: "The run is kept, and begins" }),
  run: z.string().meta({ description: "Its id: whoever sends it goes on with it", example: "2026-11-30-1e47d0ff" }),
  filter: z.string().meta({ description: "Which certificates were meant", example: "tenant=acme status=issued" }),
  count: z.int().min(0).meta({ description: "How many certificates it has", example: 12 }),
  ended: z.int().min(0).meta({ description: "How many of them were decided before", example: 0 }),
});

const changed = z.object({
  kind: z.literal("certificate").meta({ description: "What became of a certificate" }),
  reference,
  outcome: outcome.meta({
    description:
      "done; same: the run did it before, or nothing was to be changed; refused; later: not decided, send the run once more",
    example: "done",
  }),
  why: z.string().optional().meta({ description: "Why it was refused, or not decided", example: "It is cancelled." }),
});

const rehearsed = z.object({
  kind: z.literal("rehearsal").meta({ description: "Of a dry run: what would become of a certificate" }),
  reference,
  domain: z.string().meta({ description: "Its domain", example: "shop.example.com" }),
  plan: z
    .object({
      years: z.int().meta({ description: "How many years are paid", example: 1 }),
      reissues: z.int().meta({ description: "How often it was reissued", example: 0 }),
    })
    .meta({ description: "How it stands" }),
  change: z.string().optional().meta({ description: "What it would become", example: "paid for 2 years instead of 1" }),
  cost: z
    .string()
    .nullable()
    .optional()
    .meta({ description: "What that costs to the end of the paid term; null: nobody knows", example: "9.95" }),
  refused: z.string().optional().meta({ description: "Why nothing would be done", example: "It is cancelled." }),
});

const ended = z.object({
  kind: z.literal("end").meta({ description: "The last line" }),
  complete: z.boolean().meta({ description: "false: the gateway stopped before all were decided", example: true }),
});

/** One line of the answer. */
export const changeLine = z
  .discriminatedUnion("kind", [begun, changed, rehearsed, ended])
  .meta({ id: "BulkChangeLine", description: "A line of the answer" });

export type ChangeLine = z.infer<typeof changeLine>;
