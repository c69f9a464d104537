// The department's mails about money that nobody uses: what became of it when an order was cancelled, and seven days before a refund
// runs out. The keys make each one mail.

import type { IdleSlot } from "../../shared/account/ledger-reports.ts";
import { daysBetween } from "../../shared/base/dates.ts";
import type { Certificate } from "../../shared/certificate/certificate.ts";
import { findProduct, getProduct } from "../../shared/certificate/products.ts";
import type { CancellationFacts } from "../../shared/refund/cancellation.ts";
import type { Account } from "../accounts/accounts.ts";
import { accountOf, reachable } from "./attention-mail.ts";
import { tellDepartment } from "./department.ts";
import type { OrderNeeds } from "./needs.ts";

/** To be asked for before the cancellation is saved: a crash in between asks again with the same key. */
export async function tellOfMoney(
  certificate: Certificate,
  { money, price, currency, certId, refundBy, ticket }: CancellationFacts,
  needs: OrderNeeds,
): Promise<void> {
  const { order } = certificate;
  const account = accountOf(certificate, {}, needs);
  if (!account) return;
  const values = {
    stage: "cancelled",
    reference: order.reference,
    domain: order.domain,
    product: getProduct(order.product).name,
    account: account.entry.id,
    daysLeft: null,
    ...{ money, price, currency, certId, refundBy, ticket },
  };
  const mail = { key: `${order.reference}:cancelled`, template: "paid-slot", values } as const;
  await tellDepartment(reachable(account.entry, needs.accounts.fitting(order)), mail, needs);
}

/** A refund that ends within seven days, of a slot that nobody uses. */
export async function tellOfRefund(
  { entry }: Pick<Account, "entry">,
  slot: IdleSlot,
  needs: Pick<OrderNeeds, "enqueue" | "log" | "clock">,
): Promise<void> {
  const { certId, reference, domain, service, price, currency, refundUntil, ticket } = slot;
  if (refundUntil === null) return;
  const values = {
    stage: "refund-ends",
    ...{ reference, domain, certId, price, currency, ticket },
    product: findProduct(service ?? "")?.name ?? service ?? "certificate",
    account: entry.id,
    money: slot.kind === "unused" ? "unused-slot" : "refundable",
    refundBy: refundUntil,
    daysLeft: Math.max(0, daysBetween(needs.clock.now(), new Date(`${refundUntil}T00:00:00Z`))),
  };
  await tellDepartment(entry, { key: `refund-ends:${entry.id}:${certId}`, template: "paid-slot", values }, needs);
}
