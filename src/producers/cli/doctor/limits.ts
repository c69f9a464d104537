// Whether somebody is told of trouble with an account, and whether anything limits what is spent on it.
import { type AccountRecord, accountRecords } from "../../../shared/account/records.ts";
import type { Finding } from "../../../shared/base/result.ts";
import type { Connection } from "../connection.ts";
import { notLookedAt } from "./looked.ts";

/** As the workers published the accounts: certfleet.yaml may lie where they run, and not here. */
export async function examineLimits({ redis, keys }: Pick<Connection, "redis" | "keys">): Promise<Finding[]> {
  const accounts = (await accountRecords(redis, keys).all()).filter(({ enabled }) => enabled);
  if (accounts.length === 0) {
    return [notLookedAt("Accounts", "no worker has made an account known in this Redis: start one with an eNom login")];
  }
  return [
    buying(accounts),
    unset(accounts, {
      name: "Operator mailbox",
      isSet: ({ department }) => department !== null,
      lacks: "has none: no mail tells of parked purchases, low balances and what else needs attention",
      remedy: "Set department: of the account in certfleet.yaml (docs/howto/accounts.md)",
    }),
    unset(accounts, {
      name: "Minimum balance",
      isSet: ({ minimumBalance }) => minimumBalance !== null,
      lacks: "has none: nobody is warned before the money is gone",
      remedy: "Set minimumBalance: of the account in certfleet.yaml (docs/howto/accounts.md)",
    }),
    unset(accounts, {
      name: "Spend caps",
      isSet: ({ perHour, perDay }) => perHour !== null && perDay !== null,
      lacks: "has no cap for an hour, or none for a day: a fault, or a stolen key, may spend everything",
      remedy: "Set purchasing: { perHour, perDay } of the account in certfleet.yaml (docs/howto/accounts.md)",
    }),
  ];
}

/** By certfleet.yaml; what a person switched off is among the troubles of the account. */
function buying(accounts: readonly AccountRecord[]): Finding {
  const name = "Purchases";
  const off = accounts.filter(({ purchases }) => !purchases);
  if (off.length === 0) return { name, state: "ok", detail: "no account is kept from buying by certfleet.yaml" };
  const none = off.length === accounts.length;
  return {
    name,
    state: none ? "ill" : "warn",
    detail: `${named(off)} may not buy (purchases: false)${none ? ", and there is no other account" : ""}`,
    remedy: "Where that is not wanted any more: remove purchases: false of the account from certfleet.yaml",
  };
}

function unset(
  accounts: readonly AccountRecord[],
  check: { name: string; isSet: (account: AccountRecord) => boolean; lacks: string; remedy: string },
): Finding {
  const { name, isSet, lacks, remedy } = check;
  const without = accounts.filter((each) => !isSet(each));
  if (without.length === 0) return { name, state: "ok", detail: `set for ${named(accounts)}` };
  return { name, state: "warn", detail: `${named(without)} ${lacks}`, remedy };
}

function named(accounts: readonly AccountRecord[]): string {
  return `${accounts.length === 1 ? "account" : "accounts"} ${accounts.map(({ id }) => id).join(", ")}`;
}
