// Who can ever be asked to approve: constructed addresses at the name or at its parents, up to the domain that somebody
// registered (TLS Baseline Requirements 3.2.2.4.4; addresses from WHOIS ended on 2025-07-15, 3.2.2.4.2).

import type { Fault } from "../base/fault.ts";
import { bareName, registrableDomain } from "./public-name.ts";
import type { IntakeRules } from "./rules.ts";

export interface PossibleApprover {
  email: string;
  /** At the registrable domain every CA offers it; whether at a name below it, eNom's own list says after the purchase. */
  sure: boolean;
}

/**
 * All that can be offered for a name, those of the registrable domain first, then downwards. Empty for a name that
 * nobody can have registered. `name`: lower case, with or without `*.`.
 */
export function possibleApprovers(name: string, { approvers }: Pick<IntakeRules, "approvers">): PossibleApprover[] {
  const registrable = registrableDomain(name);
  if (registrable === undefined) return [];
  return placesOf(bareName(name), registrable).flatMap((place) =>
    approvers.map((local) => ({ email: `${local}@${place}`, sure: place === registrable })),
  );
}

/** Why this address can never be offered for the name, with those that can; nothing where it can, in any letter case. */
export function approverFaults(email: string, name: string, rules: Pick<IntakeRules, "approvers">): Fault[] {
  const possible = possibleApprovers(name, rules);
  if (possible.length === 0 || possible.some((each) => each.email === email.toLowerCase())) return [];
  const places = [...new Set(possible.map((each) => each.email.replace(/^.*@/, "")))];
  const locals = `${rules.approvers.slice(0, -1).join("@, ")}${rules.approvers.length > 1 ? "@ or " : ""}${rules.approvers.at(-1)}@`;
  const message = `${email} can never approve ${name}: the CA writes to ${locals} ${places.join(" or ")} and to nobody else (BR 3.2.2.4.4). Choose one of ${possible.map((each) => each.email).join(", ")}.`;
  return [{ field: "approver/email", message }];
}

/** From the registrable domain down to the name itself. */
function placesOf(bare: string, registrable: string): string[] {
  const labels = bare.split(".");
  const deepest = labels.length - registrable.split(".").length;
  return Array.from({ length: deepest + 1 }, (_, i) => labels.slice(deepest - i).join("."));
}
