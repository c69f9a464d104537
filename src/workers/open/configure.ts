// Gives the slot its CSR and contacts (rule 14): only the owner, only into an empty slot or one that carries our own CSR:
// the order's, one that it had before it was corrected, or that of the cancelled order which the slot was bought for.

import { Refused, Uncertain } from "../../shared/base/errors.ts";
import { type Certificate, csrOf } from "../../shared/certificate/certificate.ts";
import { isFormerOwn } from "../../shared/certificate/changes/csr-correction.ts";
import { csrHash, readSubject } from "../../shared/certificate/csr.ts";
import { getProduct } from "../../shared/certificate/products.ts";
import { withEvent } from "../../shared/certificate/record.ts";
import { withOrganization } from "../../shared/panel/organization.ts";
import { isLeftOver } from "../ledger/left-over.ts";
import { endConfiguring, startConfiguring } from "../ledger/transitions.ts";
import { loadOrder } from "../order/load.ts";
import type { OrderNeeds } from "../order/needs.ts";
import {
  isConfiguredAsWanted,
  isConfiguredOtherwise,
  isSubmitted,
  raiseConfiguredOtherwise,
  raiseUnknownStatus,
  slotOf,
  wantedOf,
} from "../order/slot.ts";
import { clearTrouble } from "../order/waiting.ts";
import { bindOrVerify } from "../purchase/binding.ts";
import { isConfigurable, isRefundedSlot } from "../purchase/listing.ts";
import { parkRefunded } from "../purchase/parked.ts";
import type { Outcome } from "../runtime/outcome.ts";
import { callBackFormer } from "./cancel.ts";

/** "Other" in eNom's two lists of web servers; the value has no effect on the certificate. */
const OTHER_SERVER = { geotrust: 18, comodo: 1000 } as const;

/** A crash between request and note is harmless: the next run reads the slot and finds its own CSR there. */
export async function configure(certificate: Certificate, needs: OrderNeeds): Promise<Certificate | Outcome> {
  const { order, record } = certificate;
  const { account, slot } = slotOf(certificate, needs);
  const csr = csrOf(certificate);
  const wanted = csrHash(csr);
  await bindOrVerify(needs, account); // of an order that was bought before this account had a journal
  const before = await account.enom.detail(slot.certId);
  if (isRefundedSlot(before)) return parkRefunded(certificate, before, needs);
  const ours = wantedOf(certificate, account);
  if (isConfiguredOtherwise(before, ours) && before.statusId !== 6) {
    const isOurs = isFormerOwn(certificate, before) || (await isLeftOver(needs, slot, before));
    if (isOurs && !isConfigurable(before) && (await callBackFormer(certificate, before, needs)) === "done")
      throw new Uncertain(`slot ${slot.certId} was submitted with a CSR that was corrected: it is looked at once more`);
    if (!isOurs || !isConfigurable(before)) return raiseConfiguredOtherwise(certificate, before, needs);
  }
  // Taken for configured is only what eNom shows so: else the CSR would never be sent.
  if (!isConfigurable(before) && !isSubmitted(before)) return raiseUnknownStatus(certificate, before, needs);
  const moved = await startConfiguring(needs, slot, wanted, record.correction);
  if (moved !== "ok") throw new Uncertain(`slot ${slot.certId} may not be configured: ${moved}`);
  if (isConfigurable(before)) {
    const { contacts } = record.terms;
    const admin = withOrganization(contacts.admin, readSubject(csr));
    const { tech = admin, billing = admin } = contacts;
    const webServerType = OTHER_SERVER[getProduct(order.product).family];
    const configuration = { certId: slot.certId, csr, webServerType, contacts: { admin, tech, billing } };
    await account.enom.configure(configuration).catch(async (error: unknown) => {
      // An earlier one may have taken effect since the look, and its order been submitted: eNom then refuses this one.
      if (!(error instanceof Refused) || error.code !== "enom-refused") throw error;
      const now = await account.enom.detail(slot.certId);
      if (!isConfiguredAsWanted(now, ours) || isConfigurable(now)) throw error;
    });
  }
  await endConfiguring(needs, slot);
  const now = needs.clock.now();
  const next = await loadOrder(order.reference, needs);
  return needs.certificates.save(
    { ...next, record: withEvent(clearTrouble(next.record, now), now, "certificate.configured", order.domain) },
    now,
  );
}
