// Before anything is bought: whether what the order needs was bought already, and a restore forgot it.

import { timesMoney } from "../../../shared/base/money.ts";
import { type Certificate, csrOf } from "../../../shared/certificate/certificate.ts";
import { csrHash } from "../../../shared/certificate/csr.ts";
import type { Account } from "../../accounts/accounts.ts";
import type { OrderNeeds } from "../../order/needs.ts";
import type { SlotClaim } from "../claim.ts";
import { type FoundSlot, giveFound, listFound, serviceOf, yearsOf } from "./found.ts";

export type Taken =
  /** Nothing of the order's product is left over. */
  | { nothing: true }
  /** The slot carries the order's CSR: it is the order's now, also where an earlier run took it. */
  | { slot: Omit<SlotClaim, "at"> }
  /** Something of the product belongs to nobody, and may be this order's: nothing is bought. */
  | { message: string; account: string };

/**
 * Exact evidence alone gives a slot (rule 10 a): the CSR of the order in it. While any other slot of the product belongs to nobody,
 * it may be the one that this order had under another CSR or name, so the order waits until a person has said whose it is.
 * @throws Refused `ledger-frozen`
 */
export async function takeFound(certificate: Certificate, needs: OrderNeeds): Promise<Taken> {
  const { order } = certificate;
  const service = order.product.toLowerCase();
  const ours = csrHash(csrOf(certificate));
  const lists = await Promise.all(
    needs.accounts.all.map(async (account) => ({ account, found: await listFound(needs, account.entry.id) })),
  );
  const ofProduct = lists.flatMap(({ account, found }) =>
    found.filter(({ slotClass }) => serviceOf(slotClass) === service).map((slot) => ({ account, slot })),
  );
  // What eNom has refunded serves nobody. Its order is told by CSR or name; without a name it may be any order of the product.
  const repaid = ofProduct.filter(({ slot }) => slot.refunded && isLikelyOf(slot, { csr: ours, domain: order.domain }));
  const exact = ofProduct.find(({ slot }) => !slot.refunded && slot.csr === ours);
  if (exact) {
    const taken = await take(certificate, exact, needs);
    if (taken) return { slot: taken };
  }
  // One that an order keeps which is not cancelled stays in the way, whatever its CSR.
  const inTheWay = ofProduct.filter(
    (each) => !each.slot.refunded && (each !== exact || each.slot.holder !== undefined),
  );
  const [first] = inTheWay;
  if (!first) return refundedFor(repaid);
  const { entry } = first.account;
  const names = inTheWay.map(({ slot }) => `CertID ${slot.certId} (${slot.domain || "no name yet"})`).join(", ");
  const message =
    `Since the backup that this fleet was restored from, eNom sold ${names} of this product, and no order here has it. ` +
    "It may have been bought for this order, so nothing is bought. Say whose it is: certfleet ledger found.";
  return { message, account: entry.id };
}

function isLikelyOf(slot: FoundSlot, { csr, domain }: { csr: string; domain: string }): boolean {
  return slot.csr === csr || slot.domain === "" || slot.domain.toLowerCase() === domain;
}

/** Somebody had the money back: the order was cancelled, which the backup does not know. */
function refundedFor(repaid: readonly { account: Account; slot: FoundSlot }[]): Taken {
  const [first] = repaid;
  if (!first) return { nothing: true };
  const { certId, domain } = first.slot;
  const message =
    `Since the backup that this fleet was restored from, CertID ${certId} (${domain || "no name"}) of this product was bought, and eNom has given ` +
    "the money back. If this order was cancelled then, cancel it again. If it is still wanted, say so: " +
    `certfleet ledger found --foreign ${certId}.`;
  return { message, account: first.account.entry.id };
}

async function take(
  { order, attempt }: Certificate,
  { account, slot }: { account: Account; slot: FoundSlot },
  needs: OrderNeeds,
): Promise<Omit<SlotClaim, "at"> | undefined> {
  const { reference, product: service } = order;
  const { id } = account.entry;
  const price = await priceOf(account, slot);
  const given = await giveFound(needs, { reference, account: id, newest: attempt, slot, price, at: needs.clock.now() });
  if (given !== "given") return undefined;
  const { certId, orderId } = slot;
  needs.log.info({ event: "slot.found", reference, account: id, certId });
  return { reference, account: id, service, years: yearsOf(slot.slotClass), number: 0, certId, orderId };
}

/** What eNom asks today; the purchase itself is in no ledger. */
export async function priceOf(account: Account, { slotClass }: FoundSlot): Promise<string> {
  const catalogue = await account.catalogue().catch(() => []);
  const entry = catalogue.find(({ service }) => service.toLowerCase() === serviceOf(slotClass));
  return timesMoney(entry?.price ?? "0.00", yearsOf(slotClass));
}
