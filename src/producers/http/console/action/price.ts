// What a product costs by the catalogue of an account, as a worker last read it from eNom.

import { money } from "../frame/pieces.ts";
import type { Visit } from "../frame/visit.ts";

/** Of one year, such as `9.95 USD`; undefined where no account was chosen yet, or its catalogue does not have it. */
export async function findYearPrice(
  visit: Visit,
  { product, account }: { product: string; account: string | null },
): Promise<string | undefined> {
  if (account === null) return undefined;
  const { accounts } = visit.needs;
  const [record, offers] = await Promise.all([accounts.find(account), accounts.catalogue(account)]);
  const price = offers.find((each) => each.service === product)?.price;
  return price === undefined || !record ? undefined : money(visit, price, record.currency);
}
