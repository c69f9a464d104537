// A reissue policy: what it may say, how it is refused when it says something else, and the one that holds for an
// order.
import { z } from "zod";
import { must } from "../base/fault.ts";

const MODES = "must be auto, manual or none";
const DAYS = "must be a whole number from 1 to 200";

export const policyMode = z.enum(["auto", "manual", "none"], must(MODES));
/** The same from sources that know only text, and are written by hand: `AUTO` is auto. */
export const policyModeText = z.string(must(MODES)).trim().toLowerCase().pipe(policyMode);
/** Days before the end of a certificate at which the policy acts. */
export const beforeDays = z.int(must(DAYS)).min(1, DAYS).max(200, DAYS);
/** The same from sources that know only text. */
export const beforeDaysText = z.string(must(DAYS)).trim().regex(/^\d+$/, DAYS).transform(Number).pipe(beforeDays);

export const policy = z.strictObject({
  mode: policyMode.meta({
    description: "auto: reissue and renew by itself; manual: remind the customer; none: do nothing",
    example: "auto",
  }),
  beforeDays: beforeDays.meta({ description: "Days before the end at which that happens", example: 10 }),
});
export type Policy = z.infer<typeof policy>;

/** As an order says it: what it leaves out is what holds for its product at the time. */
export const ownPolicy = policy.partial();
export type OwnPolicy = z.infer<typeof ownPolicy>;

const GIVE_UP = "must be a whole number of days from 1 to 365";

const giveUpDays = z
  .int(must(GIVE_UP))
  .min(1, GIVE_UP)
  .max(365, GIVE_UP)
  .meta({ description: "A last purchase that would cover fewer days than this is not made", example: 60 });

/**
 * What becomes of the last days of a paid term that only one more purchase would cover: it is bought all the same, or
 * given up where it would cover fewer days than that.
 */
export const remainder = z.union(
  [z.literal("buy"), z.strictObject({ giveUpDays })],
  must('must be buy, or {"giveUpDays": N}'),
);
export type RemainderSetting = z.infer<typeof remainder>;

/** 0 where everything is bought. */
export function giveUpDaysOf(setting: RemainderSetting | undefined): number {
  return setting === undefined || setting === "buy" ? 0 : setting.giveUpDays;
}

/** A policy with what becomes of a remainder. */
export interface HeldPolicy extends Policy {
  /** A last purchase that covers fewer days is not made; absent: 0. */
  giveUpDays?: number | undefined;
}

export interface EffectivePolicy extends HeldPolicy {
  source: "default" | "billmgr.conf" | "config" | "environment" | "product" | "certificate";
}

export type PolicyFor = (service: string) => EffectivePolicy;
