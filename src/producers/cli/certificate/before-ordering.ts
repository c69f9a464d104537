// `certificate approvers` and `certificate open --dry-run`: what can be known before anything is ordered.

import type { Result } from "../../../shared/base/result.ts";
import { remainderText } from "../../../shared/forecast/remainder.ts";
import type { Warning } from "../../../shared/intake/rules.ts";
import type { Rehearsal } from "../../../shared/queue/rehearse-order.ts";
import { listed } from "../columns.ts";
import { type Approvers, isResult, type Orders } from "../port/orders.ts";
import { table } from "../table.ts";

/** Who can approve a domain by e-mail; as JSON it is what `GET /v1/approvers` answers. */
export function approversResult(list: Approvers | Result): Result {
  if (isResult(list)) return list;
  const rows = list.approvers.map(({ email, sure }) => [email, sure ? "yes" : "eNom decides after the purchase"]);
  return {
    ending: "done",
    text: rows.length === 0 ? "" : table(["ADDRESS", "OFFERED"], rows),
    json: list,
    note: `${list.domain} can be validated by ${list.methods.join(", ") || "no method"}.`,
    listed: listed(
      [
        { name: "email", of: ({ email }) => email },
        { name: "sure", of: ({ sure }) => sure },
      ],
      list.approvers,
    ),
  };
}

/** What would become of the order; as JSON it is what `POST /v1/certificates?dryRun=true` answers. */
export async function rehearse(body: unknown, orders: Pick<Orders, "rehearse">): Promise<Result> {
  const found = await orders.rehearse(body);
  if (isResult(found)) return invalid(found);
  return {
    ending: "done",
    text: page(found),
    json: found,
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
