// The order as it stands now: read again behind every script of the ledger, which changes it under the record.

import { Refused } from "../../shared/base/errors.ts";
import type { Certificate } from "../../shared/certificate/certificate.ts";
import type { OrderNeeds } from "./needs.ts";

/** @throws Refused when the order is gone. */
export async function loadOrder(reference: string, { certificates }: Pick<OrderNeeds, "certificates">) {
  const certificate: Certificate | undefined = await certificates.find(reference);
  if (!certificate) throw new Refused(`no order ${reference} is known here`);
  return certificate;
}
