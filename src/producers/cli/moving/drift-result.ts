// What people and programs see of a comparison with eNom: a line for each thing that differs.
import { failure, type Result } from "../../../shared/base/result.ts";
import type { Difference, DriftReport } from "../../../shared/moving/import-reports.ts";
import { type Column, listed, tableOf } from "../columns.ts";

const NAMES = ["account", "kind", "certId", "reference", "domain", "here", "there"] as const;
const COLUMNS: readonly Column<Difference>[] = NAMES.map((name) => ({ name, of: (each) => each[name] }));

export function driftResult(reports: DriftReport[] | undefined, account: string | undefined): Result {
  if (reports === undefined)
    return failure("not-found", `There is no account ${account ?? ""} in certfleet.yaml or the environment.`);
  const differences = reports.flatMap((each) => each.differences);
  const sums = reports.map(
    ({ account: id, listed: there, compared, isWhole, differences: of }) =>
      `Account ${id}: ${there} certificates at eNom, ${compared} records${isWhole ? "" : " (by the list alone)"}: ${of.length === 0 ? "no difference" : `${of.length} ${of.length === 1 ? "difference" : "differences"}`}.`,
  );
  const rows = listed(COLUMNS, differences);
  const text = [...(differences.length > 0 ? [tableOf(rows, differences)] : []), ...sums].join("\n");
  return { ending: differences.length > 0 ? "failed" : "done", text, json: { accounts: reports }, listed: rows };
}
