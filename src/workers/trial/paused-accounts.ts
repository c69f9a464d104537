// The accounts of a trial purchase: each write to eNom waits until a person has seen what came before.
import { Unavailable } from "../../shared/base/errors.ts";
import type { Account, Accounts } from "../accounts/accounts.ts";
import type { Enom } from "../enom/commands/commands.ts";

/** A write that is about to leave, in words. Answers whether it may. */
export type MayWrite = (command: string, what: string) => Promise<boolean>;

export function pausedAccounts(accounts: Accounts, mayWrite: MayWrite): Accounts {
  const paused = (account: Account): Account => ({ ...account, enom: pausedEnom(account.enom, mayWrite) });
  return {
    all: accounts.all.map(paused),
    find: (id) => {
      const account = accounts.find(id);
      return account && paused(account);
    },
    fitting: (order) => accounts.fitting(order).map(paused),
  };
}

/** Asked before the purchase's gate: whatever changes while the person thinks, the gate still decides. */
function pausedEnom(enom: Enom, mayWrite: MayWrite): Enom {
  const must = async (command: string, what: string): Promise<void> => {
    if (!(await mayWrite(command, what))) throw stopped();
  };
  return {
    ...enom,
    async buySlot(slot, gate) {
      const may = await mayWrite("PurchaseServices", `buy ${slot.service} for ${slot.years} year(s): this costs money`);
      return may ? enom.buySlot(slot, gate) : { kind: "not-sent", error: stopped() };
    },
    async configure(configuration) {
      await must("CertConfigureCert", `give CertID ${configuration.certId} its CSR and contacts`);
      return enom.configure(configuration);
    },
    async submit(submission) {
      await must("CertPurchaseCert", `hand CertID ${submission.certId} to the certificate authority`);
      return enom.submit(submission);
    },
  };
}

function stopped(): Unavailable {
  return new Unavailable("The person ended the trial purchase.", { retryAfterSeconds: 60 });
}
