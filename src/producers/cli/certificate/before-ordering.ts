// `certificate approvers` and `certificate open --dry-run`: what can be known before anything is ordered.

import { systemClock } from "../../../shared/base/clock.ts";
import { failure, type Result } from "../../../shared/base/result.ts";
import { findProduct, unknownProduct } from "../../../shared/certificate/products.ts";
import { fleetFileOf } from "../../../shared/config/fleet-file.ts";
import { remainderText } from "../../../shared/forecast/remainder.ts";
import { approverList } from "../../../shared/intake/approver-list.ts";
import { intakeRules, type Warning } from "../../../shared/intake/rules.ts";
import { type Rehearsal, rehearseOrder } from "../../../shared/queue/rehearse-order.ts";
import type { Fleet } from "../fleet.ts";
import { wrong } from "../input.ts";
import { table } from "../table.ts";

/**
 * Who can approve a domain by e-mail; as JSON it is what `GET /v1/approvers` answers.
 * @throws Error that lists what is wrong in the configuration file
 */
export function listApprovers(domain: string, service: string | undefined, env: NodeJS.ProcessEnv): Result {
  const product = service === undefined ? undefined : findProduct(service);
  const list = approverList(domain, product, { rules: intakeRules(fleetFileOf(env)), at: systemClock.now() });
  const faults = [
    ...("faults" in list ? list.faults : []),
    ...(service !== undefined && !product ? [unknownProduct(service)] : []),
  ];
  if ("faults" in list || faults.length > 0) return wrong(faults);
  const rows = list.approvers.map(({ email, sure }) => [email, sure ? "yes" : "eNom decides after the purchase"]);
  return {
    ending: "done",
    text: rows.length === 0 ? "" : table(["ADDRESS", "OFFERED"], rows),
    json: list,
    note: `${list.domain} can be validated by ${list.methods.join(", ") || "no method"}.`,
  };
}

/** What would become of the order; as JSON it is what `POST /v1/certificates?dryRun=true` answers. */
export async function rehearse(body: unknown, fleet: Fleet): Promise<Result> {
  const found = await rehearseOrder(body, fleet);
  if ("faults" in found) return invalid(wrong(found.faults));
  if ("conflict" in found) {
    const message = `Reference ${found.conflict} belongs to an order with other content. Choose a new reference.`;
    return invalid(failure("conflict", message));
  }
  const { rehearsal } = found;
  return {
    ending: "done",
    text: page(rehearsal),
    json: rehearsal,
    note: "The order would be accepted. Nothing was kept: this was a dry run.",
  };
}

/** A dry run always says whether the order would be taken. */
function invalid(result: Result): Result {
  return { ...result, json: { ...(result.json as object), valid: false } };
}

/** A line each, for the notes of an order that was taken, too. */
export function warningLines(warnings: readonly Warning[]): string[] {
  return warnings.map(({ code, message }) => `Warning (${code}): ${message}`);
}

function page({ product, names, price, currency, account, normalised, warnings, remainder }: Rehearsal): string {
  const facts = table(
    [],
    [
      ["Product", product],
      ["Names", names.join(", ")],
      ["Price", price === null ? "not known" : `${price} ${currency ?? ""} for the first purchase`],
      ["Account", account ?? "–"],
      ...(remainder ? [["Remainder", remainderText(remainder, currency ?? "")]] : []),
      ...normalised.map(({ field, from, to }) => ["Changed", `${field}: ${from} → ${to}`]),
    ],
  );
  return [facts, ...warningLines(warnings)].join("\n");
}
