// The approvers that a panel can offer in its form, before anything is ordered.

import type { Fault } from "../base/fault.ts";
import { EMAIL_VALIDATION_ENDS } from "../subscription/limits.ts";
import { type PossibleApprover, possibleApprovers } from "./approvers.ts";
import { hostNameFault } from "./host-name.ts";
import { keptName } from "./identities.ts";
import { commonNameFault, publicNameFault, registrableDomain } from "./public-name.ts";
import type { IntakeRules } from "./rules.ts";

type Method = "email" | "dns" | "file";

export interface ApproverList {
  domain: string;
  /** The part of it that somebody registered. */
  registrableDomain: string;
  /** How the product's domains can be validated at this time. */
  methods: Method[];
  /** Empty where e-mail is not among the methods. */
  approvers: PossibleApprover[];
}

/**
 * `domain` as a person typed it, with or without `*.`; without a product all methods count. Answers with what is wrong
 * where no public CA can certify the name.
 */
export function approverList(
  domain: string,
  product: { methods: readonly Method[] } | undefined,
  { rules, at }: { rules: IntakeRules; at: Date },
): ApproverList | { faults: Fault[] } {
  const name = keptName(domain);
  const fault = hostNameFault(name) ?? publicNameFault(name) ?? commonNameFault(name);
  const registrable = registrableDomain(name);
  if (fault !== undefined || registrable === undefined)
    return { faults: [{ field: "domain", message: fault ?? "Nobody can have registered this name." }] };
  const all = product?.methods ?? (["email", "dns", "file"] as const);
  const methods = all.filter((each) => each !== "email" || at < EMAIL_VALIDATION_ENDS);
  const approvers = methods.includes("email") ? possibleApprovers(name, rules) : [];
  return { domain: name, registrableDomain: registrable, methods, approvers };
}
