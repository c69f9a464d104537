// Another certificate of the same slot: CertReissueCert, what eNom's support does on request, and the owner's approval
// by hand.

import { approvedAt } from "../books/moving.ts";
import { playOf } from "../books/plays.ts";
import { productOf, type Slot, STATUS_TEXTS } from "../books/slot.ts";
import { closed, group, leaf } from "../wire/elements.ts";
import { refusal, unreadableCsr, wrongStatus } from "../wire/refusals.ts";
import { findUsableRequest } from "./configuring.ts";
import { assertGranted, refusalOfCa } from "./issuing.ts";
import type { Office, SlotRun } from "./office.ts";

/**
 * A new key for the same domain, GeoTrust family only, as often as wanted within the paid term. (eNom API,
 * CertReissueCert)
 */
export const reissueCert: SlotRun = async (slot, { csr = "" }, office) => {
  const { clock, settings } = office;
  if (productOf(slot).family !== "geotrust")
    return refusal("706397", "This type of certificate cannot be reissued here");
  if (!isReissuable(slot)) return wrongStatus(settings, STATUS_TEXTS[slot.statusId]);
  if (clock.now() >= new Date(slot.endsAt)) return refusal("717397", "The certificate has expired");
  const request = await findUsableRequest(csr);
  if (request === undefined) return unreadableCsr();
  if (request.domain !== slot.configuration?.domain)
    return refusal("304153", "The domain of a certificate cannot change");
  const objection = await refusalOfCa(csr);
  if (objection !== undefined) return objection;
  if (playOf(slot) === "no-reissue") return refusal("706397", "This certificate cannot be reissued here");
  begin(slot, csr, office);
  return [group("CertReissueCert", [leaf("Success", "True"), closed("Message")])];
};

/** A person at eNom or in the CA's portal. */
export interface Support {
  /**
   * Has an issued slot of either family reissued, by another CSR or by the one it has; the owner is asked as ever.
   * @throws RangeError no such slot, none that is issued and within its term, or a CSR that is unreadable, of another
   * domain, or refused by the CA
   */
  reissue(certId: number, wish?: { csr?: string }): Promise<Slot>;
  /**
   * Puts right what goes wrong on demand with a slot: from now on it is like any other.
   * @throws RangeError no such slot
   */
  correct(certId: number): Promise<Slot>;
}

/** The owner of a domain, who also answers while `settings.owner` is "silent". */
export interface DomainOwner {
  /** @throws RangeError nothing waits for this owner */
  approve(certId: number): Promise<Slot>;
}

/** `inTurn` keeps the people from stepping into a command that is just being carried out. */
type InTurn = (work: () => Promise<Slot>) => Promise<Slot>;

export function supportAt(office: Office, inTurn: InTurn): Support {
  const { books, clock } = office;
  return {
    reissue: (certId, wish = {}) =>
      inTurn(async () => {
        const slot = books.findSlot(certId);
        if (!slot || !isReissuable(slot) || clock.now() >= new Date(slot.endsAt))
          throw new RangeError(`no slot ${certId} that can be reissued`);
        const { csr = slot.issues.at(-1)?.csr ?? "" } = wish;
        const request = await findUsableRequest(csr);
        if (request?.domain !== slot.configuration?.domain) throw new RangeError("not a readable CSR of this domain");
        await assertGranted(csr);
        return begin(slot, csr, office);
      }),
    correct: (certId) =>
      inTurn(async () => {
        const slot = books.findSlot(certId);
        if (!slot) throw new RangeError(`no slot ${certId}`);
        const isWrong = playOf(slot) === "wrong-cert";
        // Signed anew at the next look, with the right key.
        const issues = slot.issues.map(({ pem, ...issue }) =>
          isWrong || pem === undefined ? issue : { ...issue, pem },
        );
        const next = { ...slot, corrected: true, issues };
        books.put(next);
        return next;
      }),
  };
}

export function ownerAt({ books, clock, settings }: Office, inTurn: InTurn): DomainOwner {
  return {
    approve: (certId) =>
      inTurn(async () => {
        const slot = books.findSlot(certId);
        const approved = slot && approvedAt(clock.now(), slot, settings);
        if (!approved) throw new RangeError(`slot ${certId} waits for no owner`);
        books.put(approved);
        return approved;
      }),
  };
}

function isReissuable({ statusId, reissue }: Slot): boolean {
  return statusId === 4 && reissue === undefined;
}

/** Comodo's reissues go past eNom, whose status does not tell of them. */
function begin(slot: Slot, csr: string, { books, clock, settings }: Office): Slot {
  const at = clock.now().toISOString();
  const isShown = productOf(slot).family === "geotrust" && !settings.variants.reissueKeepsStatus;
  const next: Slot = { ...slot, statusId: isShown ? 2 : 4, since: at, reissue: { csr, at } };
  books.put(next);
  return next;
}
