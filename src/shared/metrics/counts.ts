// What is counted, where it is done. Each is called after the record was made: a crash in between leaves one uncounted, and
// nothing is counted that did not happen.
import {
  type DeliveryResult,
  deliveryOutcomes,
  type MailResult,
  mailOutcomes,
  type PurchaseResult,
  purchaseOutcomes,
  type Stage,
  stages,
} from "./definitions.ts";
import { count, observe, showZero } from "./registry.ts";

/** `price`: of the whole term, in the account's currency. Only what is known to be bought is spent. */
export function countPurchase(
  { account, currency, price }: { account: string; currency: string; price: string },
  outcome: PurchaseResult,
): void {
  count("certfleet_purchases_total", { account, outcome });
  if (outcome === "bought" || outcome === "found") count("certfleet_spent_total", { account, currency }, Number(price));
}

/** An account that bought nothing yet shows zeros. */
export function showAccount(account: string, currency: string): void {
  for (const outcome of purchaseOutcomes) count("certfleet_purchases_total", { account, outcome }, 0);
  count("certfleet_spent_total", { account, currency }, 0);
}

export function countMail(template: string, outcome: MailResult): void {
  count("certfleet_mails_total", { template, outcome });
}

export function showMails(templates: readonly string[]): void {
  for (const template of templates)
    for (const outcome of mailOutcomes) count("certfleet_mails_total", { template, outcome }, 0);
}

export function countDelivery(outcome: DeliveryResult): void {
  count("certfleet_webhook_deliveries_total", { outcome });
}

export function showDeliveries(): void {
  for (const outcome of deliveryOutcomes) count("certfleet_webhook_deliveries_total", { outcome }, 0);
}

export function timeEnomRequest(
  { account, command, ms }: { account: string; command: string; ms: number },
  outcome: string,
): void {
  count("certfleet_enom_requests_total", { account, command, outcome });
  observe("certfleet_enom_request_duration_seconds", { account, command }, ms / 1_000);
}

export function timeStage(stage: Stage, seconds: number): void {
  observe("certfleet_order_stage_duration_seconds", { stage }, seconds);
}

export function showStages(): void {
  for (const stage of stages) showZero("certfleet_order_stage_duration_seconds", { stage });
}
