// A ledger belongs to one login at one eNom host and to one journal: sandbox and live, or two resellers, never meet under one account id.

import { Unavailable } from "../../shared/base/errors.ts";
import { enomLogin } from "../../shared/config/enom-address.ts";
import { isFrozen, type Ledger, type LedgerContext } from "./context.ts";
import { ledgerScript, once } from "./script.ts";

const BIND = ledgerScript({
  step: "bind",
  whenFrozen: "goes-on",
  whenShut: "goes-on",
  keys: ["owner"],
  args: ["login"],
});

export interface Login {
  id: string;
  apiUrl: string;
  username: string;
}

/** Whether the account's ledger is in use, and whether by this login. */
export async function findBinding(
  { ledger }: { ledger: Pick<Ledger, "redis" | "keys"> },
  account: Login,
): Promise<"unbound" | "bound" | "bound-elsewhere"> {
  const [login, epoch] = await ledger.redis.hmget(ledger.keys.ledger.meta(account.id), "login", "epoch");
  if (!login || !epoch) return "unbound";
  return login === enomLogin(account) ? "bound" : "bound-elsewhere";
}

/** Why nothing is sent: the slots of the ledger are those of another login. Nothing was written. */
export function isBoundElsewhere(account: string): Unavailable {
  return new Unavailable(`Account ${account} was first used with another eNom host or user.`, {
    code: "account-bound-elsewhere",
  });
}

/**
 * Asked before each command that names a certificate: a CertID of one login may be a stranger's at another. An account
 * that was never used has no ledger yet, which no other login can have.
 * @throws Unavailable `account-bound-elsewhere`
 */
export async function mustBeBound(ledger: Pick<Ledger, "redis" | "keys">, account: Login): Promise<void> {
  if ((await findBinding({ ledger }, account)) === "bound-elsewhere") throw isBoundElsewhere(account.id);
}

/**
 * Takes the account into use. `slots` is what eNom lists at that moment, refunded ones apart.
 * @throws Refused `ledger-frozen` when the journal knows this account: then Redis has lost the ledger.
 */
export async function bind(
  context: LedgerContext,
  account: Login,
  slots: { legacy: number[]; refunded: number[] },
): Promise<void> {
  const { keys, journal } = context.ledger;
  if (await journal.highest(account.id)) {
    if ((await findBinding(context, account)) !== "unbound") return; // by another process, a moment ago
    throw isFrozen(
      account.id,
      `Redis has no ledger, and the journal has one. See docs/runbook.md#redis-was-lost-or-restored, then run: certfleet ledger rebuild ${account.id} --reason "…"`,
    );
  }
  await once(context, BIND, {
    account: account.id,
    keys: { owner: keys.ledger.owner(account.id) },
    args: { login: enomLogin(account) },
    moreArgs: [...slots.legacy, ...slots.refunded.map((slot) => -slot)],
  });
}
