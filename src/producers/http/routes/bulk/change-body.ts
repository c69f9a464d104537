// What a change of many certificates by a filter takes.
import { z } from "zod";
import { termsChange } from "../../../../shared/certificate/changes/terms-change.ts";
import { reissueRequest } from "../../../../shared/queue/jobs.ts";
import type { Wanted } from "../../../cli/bulk-change/actions.ts";
import { CONDITIONS } from "../../../cli/bulk-change/where.ts";
import { shownWith } from "../../answers.ts";
import { invalid } from "../../problems.ts";

const MOST_A_SECOND = 100;
const action = <A extends string>(word: A, does: string) => z.literal(word).meta({ description: does });

const { policy, remainder } = termsChange.shape;
const change = z
  .discriminatedUnion("action", [
    z.strictObject({
      action: action("reissue", "Reissue each with its current CSR"),
      reason: reissueRequest.shape.reason,
    }),
    z.strictObject({
      action: action("extend", "Add paid years; needs the scope money:decide"),
      years: z.int().min(1).max(4).meta({ description: "How many years more", example: 1 }),
    }),
    z.strictObject({ action: action("policy", "Give each a policy of its own"), policy, remainder }),
  ])
  .meta({ description: "What is done to each" });

const fields = z.strictObject({
  change: change.optional(),
  where: z
    .array(z.string().min(1).max(1_000))
    .min(1)
    .max(20)
    .optional()
    .meta({
      description: `Which certificates: conditions that all hold, of ${CONDITIONS.join(", ")}; * stands for any characters`,
      example: ["tenant=acme", "status=issued"],
    }),
  all: z.literal(true).optional().meta({ description: "In place of where: every certificate", example: true }),
  expect: z
    .int()
    .min(0)
    .optional()
    .meta({ description: "How many certificates match; with another number nothing is done", example: 12 }),
  run: z
    .string()
    .regex(/^[0-9a-f-]{8,40}$/, "must be the id of a run")
    .optional()
    .meta({ description: "In place of all others: goes on with this run", example: "2026-11-30-1e47d0ff" }),
  action: z
    .enum(["reissue", "extend", "policy"])
    .optional()
    .meta({ description: "With run: what it must be", example: "extend" }),
  rate: z
    .int()
    .min(1)
    .max(MOST_A_SECOND)
    .default(10)
    .meta({ description: "At most so many certificates a second", example: 10 }),
});

/** Examples match nothing, and can be pasted. */
export const changeBody = shownWith(fields, {
  extend: {
    summary: "A year more for all of a tenant",
    value: { change: { action: "extend", years: 1 }, where: ["tenant=nobody", "status=issued"], expect: 0 },
  },
  policy: {
    summary: "Another policy",
    value: { change: { action: "policy", policy: { mode: "manual" } }, where: ["customer=nobody@*"], expect: 0 },
  },
  reissue: {
    summary: "New certificates",
    value: { change: { action: "reissue", reason: "new roots" }, where: ["domain=*.nobody.example"], expect: 0 },
  },
});

export type ChangeBody = z.infer<typeof fields>;

export interface Begins {
  wanted: Wanted;
  /** None: every certificate. */
  where: readonly string[];
  expect: number | undefined;
  rate: number;
}

/** A run that goes on, or one that begins. @throws the problem `invalid` */
export function readChange(body: ChangeBody): { run: string; action: Wanted["action"] | undefined } | Begins {
  const { change, where, all, expect, run, action: must, rate } = body;
  if (run !== undefined) {
    const more = Object.keys({ ...(change && { change }), ...(where && { where }), ...(all && { all }) });
    if (more.length > 0 || expect !== undefined)
      throw invalid([
        { field: more[0] ?? "expect", message: "does not go with run, which is done as it was planned." },
      ]);
    return { run, action: must };
  }
  if (!change) throw invalid([{ field: "change", message: "is missing: say what is done to each." }]);
  if (all && where) throw invalid([{ field: "all", message: "does not go with where." }]);
  if (!all && !where)
    throw invalid([{ field: "where", message: "is missing: it never means every certificate. That is all: true." }]);
  return { wanted: wantedOf(change), where: where ?? [], expect, rate };
}

function wantedOf(given: z.infer<typeof change>): Wanted {
  if (given.action !== "policy") return given.action === "extend" ? given : { action: "reissue", ...reasonOf(given) };
  const { action: _action, ...body } = given;
  if (body.policy === undefined && body.remainder === undefined)
    throw invalid([{ field: "change/policy", message: "is missing: send policy, remainder, or both." }]);
  return { action: "policy", body: { ...body } };
}

function reasonOf({ reason }: { reason?: string | undefined }): { reason?: string } {
  return reason === undefined ? {} : { reason };
}
