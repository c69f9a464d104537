// `certfleet backup` and `certfleet restore`, as the command line hands them in.
import type { BackupAsked } from "../../shared/backup/reports.ts";
import type { Asked } from "../commands/ledger-desk.ts";
import { makeBackup } from "./make-backup.ts";

export { restoreBackup } from "./restore-backup.ts";

export const backUp = (asked: Asked, told: BackupAsked) => makeBackup(asked, told);
