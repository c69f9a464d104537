// `account purchases`: switches the purchases of an account, felt by the next gate of any machine.
import type { PurchasesSwitched } from "../../shared/account/ledger-reports.ts";
import { Refused } from "../../shared/base/errors.ts";
import { switchPurchases } from "../ledger/maintenance.ts";
import { type Desk, wantedAccounts } from "./ledger-desk.ts";
import { readLedgerStatus } from "./ledger-standing.ts";

/** The switch lies in the ledger, which begins with the first purchase. */
const UNUSED =
  "Nothing was ever bought on this account. To keep it so, set purchases: false for the account in the configuration file.";

/** Each account by itself: one that refuses keeps no other from being switched. Empty when no account has that id. */
export async function switchAccounts(
  { account, to, reason }: { account?: string | undefined; to: "on" | "off"; reason: string },
  desk: Desk,
): Promise<PurchasesSwitched[]> {
  return Promise.all(
    wantedAccounts(desk, account).map(async ({ entry }): Promise<PurchasesSwitched> => {
      const about = { account: entry.id, isOffInFile: !entry.purchases };
      if ((await readLedgerStatus(desk, entry.id)).state === "unused")
        return { ...about, state: "refused", message: UNUSED };
      try {
        await switchPurchases(desk, entry.id, to, `${reason} (${desk.who})`);
        return { ...about, state: "switched", message: "" };
      } catch (error) {
        if (error instanceof Refused) return { ...about, state: "refused", message: error.message };
        throw error;
      }
    }),
  );
}
