// What a purchase would be: the term and the price by eNom's catalogue, and how much the account may have in flight.

import { Refused } from "../../../shared/base/errors.ts";
import { compareMoney, timesMoney } from "../../../shared/base/money.ts";
import { type Certificate, policyOf, subscriptionOf } from "../../../shared/certificate/certificate.ts";
import { yearsLeft, yearsToBuy } from "../../../shared/subscription/term.ts";
import type { Account } from "../../accounts/accounts.ts";
import type { CatalogueEntry } from "../../enom/commands/commands.ts";
import type { Limits } from "../../ledger/begin.ts";
import type { OrderNeeds } from "../../order/needs.ts";

/** Five times the dearest product, where nothing else is set. */
export async function limitsOf(service: string, account: Account, needs: OrderNeeds): Promise<Limits> {
  const { timings: pace } = needs;
  const { maxUnsettled, maxUnsettledMoney, perHour, perDay } = account.entry.purchasing;
  const guards = { maxUnsettled, perHour, perDay, rebuyBudget: pace.rebuyBudget };
  if (maxUnsettledMoney) return { ...guards, maxUnsettledMoney };
  const prices = (await catalogueFor(service, account, needs)).map((entry) =>
    timesMoney(entry.price, Math.max(1, ...entry.years)),
  );
  const dearest = prices.reduce((most, price) => (compareMoney(price, most) > 0 ? price : most), "0.00");
  return { ...guards, maxUnsettledMoney: timesMoney(dearest, 5) };
}

type Offer = Pick<CatalogueEntry, "service" | "enabled" | "years" | "price">;

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
  const isIt = (each: Offer): boolean => each.service === service.toLowerCase() && each.enabled;
  // What was not sold a moment ago may be by now: a catalogue that says no is not believed for ten minutes.
  const entry =
    (await catalogueFor(service, account, needs)).find(isIt) ??
    (await catalogueFor(service, account, needs, "anew")).find(isIt);
  if (!entry) return undefined;
  const { giveUpDays } = policyOf(certificate, needs.policyFor);
  const sold = entry.years.length > 0 ? entry.years : needs.productFor(service).terms;
  const years = yearsToBuy(sold, yearsLeft(subscriptionOf(certificate), needs.clock.now(), giveUpDays));
  return { years, price: timesMoney(entry.price, years) };
}

/**
 * What eNom sells to the account. Where the login may not ask for it, the product as certfleet.yaml has it, with its
 * highest price: eNom debits its own.
 */
async function catalogueFor(
  service: string,
  account: Account,
  needs: OrderNeeds,
  wanted?: "anew",
): Promise<readonly Offer[]> {
  try {
    return await account.catalogue(wanted);
  } catch (error) {
    unlessNotPermitted(error);
    const price = needs.priceCeiling(service);
    if (price !== undefined)
      return [{ service: service.toLowerCase(), enabled: true, years: [...needs.productFor(service).terms], price }];
    const { message, code, question } = error as Refused;
    const way = `To order ${service} without eNom's catalogue, set its priceCeiling under products: in certfleet.yaml.`;
    throw new Refused(`${message}. ${way}`, { code, question });
  }
}

/**
 * A login that may not list its orders buys all the same: from no order on, all of six months are looked at in doubt, and
 * where they may not be, a person is asked.
 */
export function unlessNotPermitted(error: unknown): undefined {
  if (!(error instanceof Refused) || error.question === undefined || error.code !== "enom-refused") throw error;
}
