// What must stay on an account: its minimum balance, unless the operator only wants to be warned of it.

import type { Money } from "../base/money.ts";
import type { FleetFile } from "../config/fleet-file.ts";

/** Whether the minimum keeps purchases back (`balance.blocksPurchases`); it does where the file says nothing. */
export function minimumBlocks({ balance }: Pick<FleetFile, "balance">): boolean {
  return balance?.blocksPurchases ?? true;
}

/** The amount that no purchase may touch, in the account's currency. */
export function mustStay(account: { minimumBalance?: Money | null | undefined; minimumBlocks: boolean }): Money {
  return account.minimumBlocks ? (account.minimumBalance ?? "0.00") : "0.00";
}
