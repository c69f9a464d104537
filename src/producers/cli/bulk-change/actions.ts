// What may be done to many certificates: asked for in words that can be kept, planned for each as it stands, and done so that a
// second time changes nothing.
import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import type { Fault } from "../../../shared/base/fault.ts";
import { compareMoney, type Money, sumMoney, timesMoney } from "../../../shared/base/money.ts";
import type { Certificate } from "../../../shared/certificate/certificate.ts";
import { requestReissue } from "../../../shared/certificate/changes/reissue-request.ts";
import { changeTerms, extendTerm, readTermsChange } from "../../../shared/certificate/changes/terms-change.ts";
import { type CostNeeds, costToCome } from "../../../shared/forecast/cost-to-come.ts";
import type { IntakeRules } from "../../../shared/intake/rules.ts";

export const wanted = z.discriminatedUnion("action", [
  z.strictObject({ action: z.literal("reissue"), reason: z.string().optional() }),
  z.strictObject({ action: z.literal("extend"), years: z.int().min(1).max(5) }),
  z.strictObject({ action: z.literal("policy"), body: z.record(z.string(), z.unknown()) }),
]);
export type Wanted = z.infer<typeof wanted>;

/** How the certificate stood when the run was planned: where it stands otherwise then, somebody else was faster. */
export const planned = z.strictObject({ years: z.int(), reissues: z.int() });
export type Planned = z.infer<typeof planned>;

export function plannedOf({ record }: Certificate): Planned {
  return { years: record.terms.years, reissues: record.reissues };
}

export interface ActionNeeds {
  now: Date;
  who: string;
  intake?: IntakeRules | undefined;
}

/** `same`: this run has done it, or there is nothing to do. */
export type Made = { certificate: Certificate } | { refused: string } | "same";

/** The certificate changed, to be saved. `run`: names the request: whatever it did once it does not do again. */
export async function makeChange(
  certificate: Certificate,
  asked: Wanted,
  { run, plan }: { run: string; plan: Planned },
  { now, who, intake }: ActionNeeds,
): Promise<Made> {
  const { record } = certificate;
  const id = `run:${run}`;
  switch (asked.action) {
    case "extend": {
      if (record.extension === id) return "same";
      if (record.terms.years !== plan.years)
        return {
          refused: `It was paid for ${plan.years} years when the run began, and is for ${record.terms.years} now.`,
        };
      const made = extendTerm(certificate, { years: asked.years, id }, { now, who });
      if (made === "same") return made;
      return "conflict" in made ? { refused: made.conflict } : made;
    }
    case "reissue": {
      if (record.reissueRequest === id) return "same";
      if (record.reissues !== plan.reissues) return { refused: "It was reissued since the run began." };
      const made = await requestReissue(certificate, { id, who, reason: asked.reason }, now, intake);
      if (made.kind === "conflict") return { refused: made.message };
      if (made.kind === "wrong") return { refused: textOf(made.faults) };
      return made.kind === "same" ? "same" : { certificate: made.certificate };
    }
    case "policy": {
      if (certificate.state === "CANCELLED" || certificate.state === "REFUSED")
        return { refused: "The order is cancelled or failed." };
      const given = readTermsChange(asked.body);
      if ("faults" in given) return { refused: textOf(given.faults) };
      const made = changeTerms(certificate, given, { now, who });
      if ("faults" in made) return { refused: textOf(made.faults) };
      return areAlike(made.certificate, certificate) ? "same" : made;
    }
  }
}

/** One line on what it becomes. */
export function changeText(asked: Wanted, before: Certificate, after: Certificate): string {
  switch (asked.action) {
    case "extend":
      return `paid for ${after.record.terms.years} years instead of ${before.record.terms.years}`;
    case "reissue":
      return "reissued";
    case "policy":
      return `policy ${JSON.stringify({ ...after.record.terms.policy, ...remainderOf(after) })}`;
  }
}

function remainderOf({ record }: Certificate): { remainder?: unknown } {
  const { remainder } = record.terms;
  return remainder === undefined ? {} : { remainder };
}

/** By today's prices, to the end of the paid term; null where nobody knows a price. A reissue costs nothing. */
export async function costOf(
  before: Certificate,
  after: Certificate,
  now: Date,
  needs: CostNeeds,
): Promise<Money | null> {
  if (areAlike(before, after)) return "0.00";
  const [was, becomes] = await Promise.all([costToCome(before, now, needs), costToCome(after, now, needs)]);
  if (was === null || becomes === null) return null;
  const cost = sumMoney([becomes, timesMoney(was, -1)]);
  return compareMoney(cost, "0.00") > 0 ? cost : "0.00";
}

/** Of what people may change; a field that is absent and one that is undefined are kept alike. */
function areAlike(a: Certificate, b: Certificate): boolean {
  const kept = ({ record }: Certificate): unknown => JSON.parse(JSON.stringify(record.terms));
  return isDeepStrictEqual(kept(a), kept(b));
}

function textOf(faults: readonly Fault[]): string {
  return faults.map(({ field, message }) => `${field}: ${message}`).join(" ");
}
