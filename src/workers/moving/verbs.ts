// The verbs that move certificates into, out of and between fleets: each at a desk of its own, cleared when the verb ends.
import { keepDrift } from "../../shared/moving/drift-notes.ts";
import type { DriftReport } from "../../shared/moving/import-reports.ts";
import { type Asked, mustBeItsLogin, wantedAccounts } from "../commands/ledger-desk.ts";
import { adoptImported } from "./adopt.ts";
import { exportCertificates } from "./between/export-certificates.ts";
import { restoreCertificates } from "./between/restore-certificates.ts";
import { atMovingDesk, type MovingDesk } from "./desk/moving-desk.ts";
import { compareAccount } from "./drift/drift.ts";
import { importAccount } from "./import-account.ts";

export const importFrom = said(importAccount);
export const adopt = said(adoptImported);
export const drift = said(compareAccounts);
export const exportTo = said(exportCertificates);
export const restoreFrom = said(restoreCertificates);

/** One account, or all. Undefined: there is no account of that id. */
async function compareAccounts(
  { account: id, isWhole }: { account: string | undefined; isWhole: boolean },
  desk: MovingDesk,
): Promise<DriftReport[] | undefined> {
  const wanted = wantedAccounts(desk, id);
  if (wanted.length === 0) return undefined;
  const reports: DriftReport[] = [];
  for (const account of wanted) {
    await mustBeItsLogin(desk, account);
    const report = await compareAccount(account, { isWhole }, desk);
    await keepDrift(desk.ledger, report, account.entry.drift === "daily");
    reports.push(report);
  }
  return reports;
}

function said<Told, Answer>(verb: (told: Told, desk: MovingDesk) => Promise<Answer>) {
  return (asked: Asked, told: Told): Promise<Answer> => atMovingDesk(asked, (desk) => verb(told, desk));
}
