// Steps that change something at eNom, or lead to a mail to the customer, wait while the order's account observes.
import { mustBeLive, observing } from "../../shared/account/shadow/observed.ts";
import type { Certificate } from "../../shared/certificate/certificate.ts";
import type { OrderNeeds } from "../order/needs.ts";

type Asked = Pick<OrderNeeds, "accounts" | "ledger">;

/** @throws Unavailable `account-observes` */
export async function mustAct({ record }: Pick<Certificate, "record">, { accounts, ledger }: Asked): Promise<void> {
  const entry = accounts.find(record.account ?? "")?.entry;
  if (entry) await mustBeLive(ledger, entry);
}

export async function isObserved({ record }: Pick<Certificate, "record">, needs: Asked): Promise<boolean> {
  const entry = needs.accounts.find(record.account ?? "")?.entry;
  return entry !== undefined && (await observing(needs.ledger, entry)) !== null;
}
