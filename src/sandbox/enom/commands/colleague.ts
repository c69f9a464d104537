// Somebody else in the same account, a person in eNom's control panel: buys and configures slots behind the fleet's
// back.

import { productOf, type Slot } from "../books/slot.ts";
import { approversFor } from "./approvers.ts";
import { findUsableRequest } from "./configuring.ts";
import { assertGranted } from "./issuing.ts";
import type { Office } from "./office.ts";
import { sell } from "./shopping.ts";
import { submit } from "./submitting.ts";

export interface Colleague {
  /**
   * Buys an empty slot with the account's money.
   * @throws RangeError eNom would refuse: no such `Service` code, not sold (for so many years), or not enough money
   */
  buys(service: string, years: number): Slot;
  /**
   * Configures a slot in status 1 for the domain of a PEM CSR and submits it: status 2 (Comodo: 9), later issued as
   * every other.
   * @throws RangeError no such slot, one in another status, no readable CSR, or one that the CA refuses
   */
  configures(certId: number, csr: string): Promise<Slot>;
}

/** "Other", as a panel offers it, in the list of each family. (eNom API, CertConfigureCert, WebServerType) */
const OTHER_SERVER = { geotrust: 18, comodo: 1000 };

/** `inTurn` keeps the colleague from stepping into a command that is just being carried out. */
export function colleagueAt(office: Office, inTurn: (work: () => Promise<Slot>) => Promise<Slot>): Colleague {
  const { books, settings } = office;
  return {
    buys: (service, years) => {
      const sold = sell(service, String(years), office);
      if ("texts" in sold) throw new RangeError(sold.texts.join("; "));
      return sold;
    },
    configures: (certId, csr) =>
      inTurn(async () => {
        const request = await findUsableRequest(csr);
        if (request === undefined) throw new RangeError("not a readable CSR");
        await assertGranted(csr);
        const slot = books.findSlot(certId);
        if (slot?.statusId !== 1) throw new RangeError(`no slot ${certId} in status 1`);
        const { domain } = request;
        const webServerType = OTHER_SERVER[productOf(slot).family];
        const configured = { ...slot, configuration: { csr, domain, webServerType, contacts: {} } };
        const [approver] = approversFor(domain, slot, settings);
        return submit(configured, { method: "Email", approverEmail: approver?.email ?? "" }, office);
      }),
  };
}
