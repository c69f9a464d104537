// eNom in our words: every command this fleet uses. Beyond this file nobody meets CertID, XML or `1,234.50`.
import { type AccountCommands, accountCommands } from "./account-commands.ts";
import { type CertificateCommands, certificateCommands } from "./certificate-commands.ts";
import type { EnomClient } from "./client.ts";
import { type ConfigurationCommands, configurationCommands } from "./configuration-commands.ts";
import { type HistoryCommands, historyCommands } from "./history-commands.ts";
import { type PurchaseCommands, purchaseCommands } from "./purchase-commands.ts";

export type { CatalogueEntry } from "./account-commands.ts";
export type { CertDetail, CertificatePage, ListedCertificate } from "./certificate-commands.ts";
export type { CsrDetails, Submission } from "./configuration-commands.ts";
export type { HistoryPage } from "./history-commands.ts";
export type { ListedOrder, OrderedThing, Transaction } from "./history-rows.ts";
export type { DnsRecord, FileProof } from "./proof.ts";
export type { PurchaseOutcome } from "./purchase-outcome.ts";
export type { RejectionCode } from "./rejection.ts";
export type { Trouble } from "./trouble.ts";

/** Take only what you need, as `Pick<Enom, "balance">`: who cannot call `buySlot` cannot spend. */
export interface Enom
  extends AccountCommands,
    CertificateCommands,
    ConfigurationCommands,
    HistoryCommands,
    PurchaseCommands {}

export function enomCommands(client: EnomClient): Enom {
  return {
    ...accountCommands(client),
    ...certificateCommands(client),
    ...configurationCommands(client),
    ...historyCommands(client),
    ...purchaseCommands(client),
  };
}
