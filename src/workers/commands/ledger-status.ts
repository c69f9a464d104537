// `ledger status`: whether each account's ledger is whole, and what is in the air.
import { type Desk, wantedAccounts } from "./ledger-desk.ts";
import { readStanding, type Standing } from "./ledger-standing.ts";

/** Empty when no account has that id. Asks no eNom, takes no step. */
export async function readStatus(account: string | undefined, desk: Desk): Promise<Standing[]> {
  return Promise.all(wantedAccounts(desk, account).map(({ entry }) => readStanding(desk, entry.id)));
}
