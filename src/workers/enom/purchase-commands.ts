// The only command that spends money.
import type { EnomClient } from "./client.ts";
import type { PurchaseOutcome } from "./purchase-outcome.ts";

export interface PurchaseCommands {
  /**
   * Buys one empty slot and debits the balance at once. It takes no domain, no CSR and no reference of ours, so eNom cannot tell
   * a repeated call from a second order: never call it twice for one order. `gate` is asked directly before the request is
   * written. Never throws.
   * (eNom API, PurchaseServices)
   */
  buySlot(slot: { service: string; years: number }, gate: () => Promise<void>): Promise<PurchaseOutcome>;
}

export function purchaseCommands(client: EnomClient): PurchaseCommands {
  return {
    buySlot: ({ service, years }, gate) =>
      client.spend("PurchaseServices", { Service: service, NumYears: String(years) }, gate),
  };
}
