// The order and its record that an import makes of what it read: bought, issued, and looked at by nobody until it is adopted.
import { createHash } from "node:crypto";
import { FLEET, type Share, shareOf } from "../../../shared/authority/share.ts";
import { type Money, timesMoney } from "../../../shared/base/money.ts";
import type { Certificate } from "../../../shared/certificate/certificate.ts";
import { newRecord } from "../../../shared/certificate/new-record.ts";
import type { Order } from "../../../shared/certificate/order.ts";
import { type CertificateRecord, withEvent } from "../../../shared/certificate/record.ts";
import { slotClass } from "../../ledger/attempt.ts";
import type { Reading } from "./read-certificate.ts";

/** As long as a reference may be. */
const LONGEST = 64;

/** The reference of a certificate that no match file names: the same in every run, and on every machine. */
export function ownReference(account: string, certId: number): string {
  const name = `enom-${account}-${certId}`;
  if (name.length <= LONGEST) return name;
  return `enom-${createHash("sha256").update(account).digest("hex").slice(0, 16)}-${certId}`;
}

export interface ImportContext {
  account: string;
  currency: string;
  /** Of the product, for one year; undefined where the account's catalogue does not say. */
  priceOf: (service: string) => Money | undefined;
  now: Date;
}

/** Its policy and brand are the fleet's: the order names none. */
export function importedOrder(
  reading: Reading,
  reference: string,
  { account, currency, priceOf, now }: ImportContext,
): Certificate {
  const { certId, orderId, product, years, boughtAt, domain, csr, issue, approver, contacts, customer } = reading;
  const order: Order = {
    ...{ reference, product: product.service, years, csr, domain, approver, contacts, customer, account },
  };
  const at = boughtAt.toISOString();
  const begun = newRecord(order, now);
  const record: CertificateRecord = {
    ...begun,
    account,
    origin: { kind: "imported", at: now.toISOString(), account },
    plan: { years, price: timesMoney(priceOf(product.service.toLowerCase()) ?? "0.00", years), currency },
    submittedAt: issue.notBefore,
    issue,
    toldSerial: issue.serialNumber,
    timeline: [],
  };
  const told = withEvent(
    record,
    now,
    "certificate.imported",
    `CertID ${certId} of account ${account}, bought ${at.slice(0, 10)}`,
  );
  return {
    ...{ order, record: told, told, acceptedAt: boughtAt, state: "CONFIGURED", certId, slotBoughtAt: boughtAt },
    ...{ term: 1, attempt: 0, rebuys: 0, version: 1, purchases: [{ certId, orderId, at, years }] },
  };
}

/** Nobody of this fleet asked for it; within the fleet's own work it is its customer's. */
export function shareOfImported({ customer }: Pick<Order, "customer">): Share {
  return { ...shareOf({ customer }), by: FLEET.by };
}

export function classOfReading({ product, years }: Pick<Reading, "product" | "years">): string {
  return slotClass(product.service, years);
}
