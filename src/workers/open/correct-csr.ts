// Gives an order that is not issued another CSR, and with it another name: the slot and its money stay (rule 14). What is at the CA is
// called back first; the slot is then configured anew by the next step.

import { Uncertain } from "../../shared/base/errors.ts";
import type { Certificate } from "../../shared/certificate/certificate.ts";
import { correct } from "../../shared/certificate/changes/csr-correction.ts";
import type { OperatorRequest } from "../../shared/certificate/record.ts";
import { reopenConfiguration } from "../ledger/transitions.ts";
import type { OrderNeeds } from "../order/needs.ts";
import { slotOf } from "../order/slot.ts";
import { parkRefunded } from "../purchase/parked.ts";
import type { Outcome } from "../runtime/outcome.ts";
import { withdraw } from "./cancel.ts";
import { AFRESH, type Done } from "./decide.ts";

type CsrWish = Extract<OperatorRequest, { kind: "csr" }>;

/**
 * May be repeated after a crash at any point: eNom shows what was withdrawn, the ledger what was reopened. A purchase in flight is
 * settled before.
 */
export async function correctCsr(
  certificate: Certificate,
  wish: CsrWish,
  needs: OrderNeeds,
): Promise<Done | Certificate | Outcome> {
  const { order, record, state } = certificate;
  const event = "csr.corrected" as const;
  const detail = order.domain === wish.domain ? order.domain : `${order.domain} is now ${wish.domain}`;
  const corrected = correct(certificate, wish);
  const { approver } = wish;
  // Terms may be changed meanwhile: only the approver is the one of this request.
  const change: Changed = {
    ...{ event, detail },
    change: (newest) => ({ ...corrected, ...(approver && { terms: { ...newest.terms, approver } }) }),
  };
  if (record.issue && !record.renewal)
    return { refusal: "The certificate was issued meanwhile. For a new key, ask for a reissue." };
  switch (state) {
    case "REFUSED":
    case "CANCELLED":
      return { refusal: "The order is cancelled or refused: its CSR stays as it is." };
    case "APPROVED":
    case "BUYING":
    case "PARKED":
      // What it waits for is the purchase: no CSR cures that.
      return { ...change, change: (newest) => ({ ...change.change(newest), attention: newest.attention }) };
    case "OWNED":
      return anew(change);
    case "CONFIGURING":
    case "CONFIGURED": {
      const { account, slot } = slotOf(certificate, needs);
      const freed = await withdraw(slot.certId, account.enom);
      if (freed === "refunded") {
        const seen = await account.enom.detail(slot.certId);
        return parkRefunded(certificate, seen, needs);
      }
      if (freed === "too-late")
        return {
          refusal:
            "eNom does not let the order be changed now: it cannot be called back from the certificate authority. Once it is issued, ask for a reissue with the new CSR; for another name, cancel it and place a new order.",
        };
      const moved = await reopenConfiguration(needs, slot);
      if (moved !== "ok" && moved !== "OWNED") throw new Uncertain(`slot ${slot.certId} may not be reopened: ${moved}`);
      return anew(change);
    }
  }
}

type Changed = Done & { change: (newest: Certificate["record"]) => Partial<Certificate["record"]> };

/** It is configured and submitted once more, and its owner asked anew. */
function anew(done: Changed): Done {
  return { ...done, change: (newest) => ({ ...AFRESH, ...done.change(newest) }) };
}
