// Decides what is bought at once, and for how much, from what eNom sells to this account today.

import { timesMoney } from "../../shared/base/money.ts";
import { type Certificate, subscriptionOf } from "../../shared/certificate/certificate.ts";
import { withEvent } from "../../shared/certificate/record.ts";
import { yearsLeft, yearsToBuy } from "../../shared/subscription/term.ts";
import type { Account } from "../accounts/accounts.ts";
import type { OrderNeeds } from "../order/needs.ts";

export interface Planned {
  years: number;
  /** Of the whole term, decimal. */
  price: string;
}

/**
 * The longest term that eNom sells the product for, up to what is left of the years that were paid for; its price today.
 * Undefined when eNom does not sell it to this account.
 */
export async function planPurchase(
  certificate: Certificate,
  account: Account,
  needs: OrderNeeds,
): Promise<Planned | undefined> {
  const service = certificate.order.product;
  const entry = (await account.catalogue()).find((each) => each.service === service.toLowerCase());
  if (!entry?.enabled) return undefined;
  const sold = entry.years.length > 0 ? entry.years : needs.productFor(service).terms;
  const years = yearsToBuy(sold, yearsLeft(subscriptionOf(certificate), needs.clock.now()));
  return { years, price: timesMoney(entry.price, years) };
}

/** Keeps account and plan in the record, where people see them; the attempt in the ledger has its own copy. */
export async function keepPlan(
  certificate: Certificate,
  account: Account,
  planned: Planned,
  needs: OrderNeeds,
): Promise<Certificate> {
  const { record } = certificate;
  const known = record.plan?.years === planned.years && record.plan.price === planned.price;
  if (record.account === account.entry.id && known) return certificate;
  const now = needs.clock.now();
  const { currency, id } = account.entry;
  const detail = `${planned.years} ${planned.years === 1 ? "year" : "years"} for ${planned.price} ${currency} on account ${id}`;
  const next = withEvent(
    { ...record, account: id, plan: { ...planned, currency } },
    now,
    "certificate.planned",
    detail,
  );
  return needs.certificates.save({ ...certificate, record: next }, now);
}
