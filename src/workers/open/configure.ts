// Gives the slot its CSR and contacts (rule 14): only the owner, only into an empty slot or one that carries our own CSR.
import { type Certificate, csrOf } from "../../shared/certificate.ts";
import { withEvent } from "../../shared/certificate-record.ts";
import { csrHash } from "../../shared/csr.ts";
import { Refused, Uncertain } from "../../shared/errors.ts";
import { getProduct } from "../../shared/products.ts";
import type { Account } from "../accounts.ts";
import type { CertDetail } from "../enom/commands.ts";
import { endConfiguring, refundSeen, startConfiguring } from "../ledger/moves.ts";
import type { Outcome } from "../outcome.ts";
import { isBoundTo } from "./first-binding.ts";
import { fresh } from "./fresh.ts";
import { hold, recovered } from "./hold.ts";
import type { OrderNeeds } from "./needs.ts";
import { askPerson } from "./parked.ts";
import { isRefundedSlot } from "./slots.ts";

/** "Other" in eNom's two lists of web servers; the value has no effect on the certificate. */
const OTHER_SERVER = { geotrust: 18, comodo: 1000 } as const;

/** Statuses in which eNom lets a slot be configured: awaiting configuration, rejected by the customer. */
const CONFIGURABLE = new Set([1, 6]);

/** A crash between request and note is harmless: the next run reads the slot and finds its own CSR there. */
export async function configure(certificate: Certificate, needs: OrderNeeds): Promise<Certificate | Outcome> {
  const { order, record } = certificate;
  const { account, slot } = slotOf(certificate, needs);
  const csr = csrOf(certificate);
  const wanted = csrHash(csr);
  await isBoundTo(needs, account); // of an order that was bought before this account had a journal
  const before = await account.enom.detail(slot.certId);
  if (isRefundedSlot(before)) return refunded(certificate, before, needs);
  if (isConfiguredOtherwise(before, csr) && before.statusId !== 6) return holdOtherwise(certificate, before, needs);
  const moved = await startConfiguring(needs, slot, wanted);
  if (moved !== "ok") throw new Uncertain(`slot ${slot.certId} may not be configured: ${moved}`);
  if (CONFIGURABLE.has(before.statusId)) {
    const { admin, tech = admin, billing = admin } = record.terms.contacts;
    const webServerType = OTHER_SERVER[getProduct(order.product).family];
    const configuration = { certId: slot.certId, csr, webServerType, contacts: { admin, tech, billing } };
    await account.enom.configure(configuration).catch(async (error: unknown) => {
      // An earlier one may have taken effect since the look, and its order been submitted: eNom then refuses this one.
      if (!(error instanceof Refused) || error.code !== "enom-refused") throw error;
      const now = await account.enom.detail(slot.certId);
      if (now.csr === "" || csrHash(now.csr) !== wanted || CONFIGURABLE.has(now.statusId)) throw error;
    });
  }
  await endConfiguring(needs, slot);
  const now = needs.clock.now();
  const next = await fresh(order.reference, needs);
  return needs.certificates.save(
    { ...next, record: withEvent(recovered(next.record, now), now, "certificate.configured", order.domain) },
    now,
  );
}

/** Account and slot of an order that has one. @throws Refused when its account is not configured here any more. */
export function slotOf({ order, record, certId }: Certificate, needs: OrderNeeds) {
  const account: Account | undefined = needs.accounts.find(record.account ?? "");
  if (!account || certId === null)
    throw new Refused(`account ${record.account ?? "–"} of this order is not configured here`);
  return { account, slot: { reference: order.reference, account: account.entry.id, certId } };
}

/** Whether the slot carries a CSR, or at least a domain, that is not this order's. */
export function isConfiguredOtherwise({ csr, domain }: CertDetail, wanted: string): boolean {
  return csr === "" ? domain !== "" : csrHash(csr) !== csrHash(wanted);
}

export function holdOtherwise(certificate: Certificate, detail: CertDetail, needs: OrderNeeds): Promise<Outcome> {
  const { certId, domain, statusText } = detail;
  const message = `Slot ${certId} is configured for ${domain || "another CSR"} at eNom (${statusText}).`;
  return hold(certificate, { code: "configured-otherwise", message }, needs);
}

export async function refunded(
  certificate: Certificate,
  detail: CertDetail,
  needs: OrderNeeds,
): Promise<Certificate | Outcome> {
  const { order, record } = certificate;
  const bought = { service: order.product, years: record.plan?.years ?? record.terms.years };
  const seen = await refundSeen(needs, { ...slotOf(certificate, needs).slot, ...bought });
  if (seen !== "ok") throw new Uncertain(`slot ${detail.certId} may not be given back: ${seen}`);
  return askPerson(
    await fresh(order.reference, needs),
    needs,
    `eNom shows slot ${detail.certId} as: ${detail.statusText}.`,
  );
}
