// `ledger rebuild`: a person lets a ledger that Redis lost, or lost the end of, be written again from its journal (rule
// 3).
import type { RebuildAnswer } from "../../shared/account/ledger-reports.ts";
import { rebuild } from "../ledger/rebuild.ts";
import type { Desk } from "./ledger-desk.ts";
import { readLedgerStatus } from "./ledger-standing.ts";

export async function rebuildLedger(
  { account, reason }: { account: string; reason: string },
  desk: Desk,
): Promise<RebuildAnswer> {
  const { state } = await readLedgerStatus(desk, account);
  switch (state) {
    case "unused":
      return { state: "no-journal" };
    case "other-journal":
      return { state };
    case "well":
    case "frozen":
      return { state: "whole" };
    case "lost":
    case "behind": {
      const words = `${reason} (${desk.who})`;
      return {
        state: "rebuilt",
        ...(await rebuild(desk, { account, words }, { certificates: desk.certificates, now: desk.clock.now() })),
      };
    }
  }
}
