// What an operator may decide about the intake, as certfleet.yaml has it under `intake`.

import { DEBIAN_LISTS } from "./weak-keys.ts";

/** The local parts that a CA may write to. (TLS Baseline Requirements 3.2.2.4.4) */
export const CONSTRUCTED = ["admin", "administrator", "webmaster", "hostmaster", "postmaster"] as const;

export interface IntakeRules {
  /** Local parts of the addresses that can approve, lower case, in the order in which they are listed. */
  approvers: readonly string[];
  /** What becomes of CSRs that are signed with SHA-1. */
  sha1: "refuse" | "accept";
  /** The folder with Debian's lists of weak keys. */
  weakKeyLists: string;
}

export const defaultRules: IntakeRules = { approvers: CONSTRUCTED, sha1: "refuse", weakKeyLists: DEBIAN_LISTS };

type Given = { [Each in keyof IntakeRules]?: IntakeRules[Each] | undefined };

/** As the file has them; what it leaves out is as `defaultRules`. */
export function intakeRules({ intake }: { intake?: Given | undefined }): IntakeRules {
  return {
    approvers: intake?.approvers ?? defaultRules.approvers,
    sha1: intake?.sha1 ?? defaultRules.sha1,
    weakKeyLists: intake?.weakKeyLists ?? defaultRules.weakKeyLists,
  };
}

/** Names never change: callers compare them. */
export const warningCodes = [
  "covered-by-wildcard",
  "key-exponent",
  "accepted-before",
  "price-unknown",
  "product-not-sold",
  "no-account",
  "no-account-with-funds",
  "purchases-stopped",
  "email-validation-ends",
] as const;
export type WarningCode = (typeof warningCodes)[number];

/** Told beside an order that is taken. `field`: its JSON pointer without the first slash. */
export interface Warning {
  code: WarningCode;
  message: string;
  field?: string;
}
