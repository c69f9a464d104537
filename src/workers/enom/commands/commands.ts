// eNom in our words: every command this fleet uses. Beyond this file nobody meets CertID, XML or `1,234.50`.

import { documentedEnom, type EnomSwitches } from "../../../shared/enom/switches.ts";
import type { EnomClient } from "../client.ts";
import type { PurchaseOutcome } from "../wire/purchase-outcome.ts";
import { type AccountCommands, accountCommands } from "./account-commands.ts";
import { type CertificateCommands, certificateCommands } from "./certificate-commands.ts";
import { type ConfigurationCommands, configurationCommands } from "./configuration-commands.ts";
import { type HistoryCommands, historyCommands } from "./history-commands.ts";

export type { PurchaseOutcome } from "../wire/purchase-outcome.ts";
export type { RejectionCode } from "../wire/rejection.ts";
export type { Trouble } from "../wire/trouble.ts";
export type { CatalogueEntry } from "./account-commands.ts";
export type { CertDetail, CertificatePage } from "./certificate-commands.ts";
export type { ListedCertificate, UnreadRow } from "./certificate-rows.ts";
export type { Submission } from "./configuration-commands.ts";
export type { HistoryPage } from "./history-commands.ts";
export type { ListedOrder, OrderedThing, Transaction } from "./history-rows.ts";
export type { DnsRecord, FileProof } from "./proof.ts";

/** Take only what you need, as `Pick<Enom, "balance">`: who cannot call `buySlot` cannot spend. */
export interface Enom
  extends AccountCommands,
    CertificateCommands,
    ConfigurationCommands,
    HistoryCommands,
    PurchaseCommands {}

/** `switches`: what this account's eNom does otherwise than documented. */
export function enomCommands(client: EnomClient, switches: EnomSwitches = documentedEnom): Enom {
  return {
    ...accountCommands(client, switches),
    ...certificateCommands(client, switches),
    ...configurationCommands(client, switches),
    ...historyCommands(client, switches),
    ...purchaseCommands(client),
  };
}

export interface PurchaseCommands {
  /**
   * Buys one empty slot and debits the balance at once. It takes no domain, no CSR and no reference of ours, so eNom
   * cannot tell a repeated call from a second order: never call it twice for one order. `gate` is asked directly before
   * the request is written. Never throws. (eNom API, PurchaseServices)
   */
  buySlot(slot: { service: string; years: number }, gate: () => Promise<void>): Promise<PurchaseOutcome>;
}

function purchaseCommands(client: EnomClient): PurchaseCommands {
  return {
    buySlot: ({ service, years }, gate) =>
      client.spend("PurchaseServices", { Service: service, NumYears: String(years) }, gate),
  };
}
