// What the ledger's verbs work with: the ledger with its journal, and the eNom accounts for those that ask; closed when
// the verb ends.

import type { Clock } from "../../shared/base/clock.ts";
import { Refused } from "../../shared/base/errors.ts";
import { createLog } from "../../shared/base/log.ts";
import { readSettings } from "../../shared/base/read-settings.ts";
import { type CertificateStore, certificateStore } from "../../shared/certificate/store.ts";
import { fleetFileOf } from "../../shared/config/fleet-file.ts";
import { policyFor } from "../../shared/config/policy.ts";
import { commonSettings, orderSettings, policySettings } from "../../shared/config/settings.ts";
import { redisAccessSettings } from "../../shared/redis/access.ts";
import type { RedisClient } from "../../shared/redis/client.ts";
import { fleetClock } from "../../shared/redis/fleet-clock.ts";
import type { Keys } from "../../shared/redis/keys.ts";
import type { Account, Accounts } from "../accounts/accounts.ts";
import { type OpenedAccounts, openEnomAccounts } from "../accounts/open.ts";
import { openJournal } from "../journal/open.ts";
import { findBinding } from "../ledger/bind.ts";
import type { LedgerContext } from "../ledger/context.ts";

/** Where a verb is said: a connected Redis, the settings, and the person at the keyboard. */
export interface Asked {
  redis: RedisClient;
  keys: Keys;
  env: NodeJS.ProcessEnv;
  who: string;
}

export interface Desk extends LedgerContext {
  certificates: CertificateStore;
  clock: Clock;
  who: string;
  /** Opened when first asked for. @throws Error listing what is missing, when no eNom login is configured here */
  accounts: () => Accounts;
}

/** @throws Unavailable when the journal cannot be opened; Error when settings are wrong */
export async function atDesk<T>({ redis, keys, env, who }: Asked, work: (desk: Desk) => Promise<T>): Promise<T> {
  const { CERTFLEET_JOURNAL, CERTFLEET_SETTLE_SECONDS } = readSettings(orderSettings, env);
  const { LOG_LEVEL } = readSettings({ LOG_LEVEL: commonSettings.LOG_LEVEL }, env);
  const log = createLog(LOG_LEVEL, "ledger");
  const clock = await fleetClock({ redis, keys }, { everyMs: 0 });
  let opened: OpenedAccounts | undefined;
  const journal = await openJournal(CERTFLEET_JOURNAL, keys.prefix, readSettings(redisAccessSettings, env));
  try {
    return await work({
      ...{ clock, who },
      ledger: { redis, keys, journal, settleMs: CERTFLEET_SETTLE_SECONDS * 1_000, seen: new Map() },
      certificates: certificateStore(redis, keys, policyFor(readSettings(policySettings, env), fleetFileOf(env))),
      accounts: () => {
        opened ??= openEnomAccounts(env, { file: fleetFileOf(env), clock, log, fleet: { redis, keys } });
        return opened.accounts;
      },
    });
  } finally {
    await opened?.close();
    await journal.close();
  }
}

/** One account, or all of them; none when no account has that id. */
export function wantedAccounts({ accounts }: Pick<Desk, "accounts">, id: string | undefined): Accounts["all"] {
  return accounts().all.filter(({ entry }) => id === undefined || entry.id === id);
}

/**
 * eNom's list of one login says nothing about the ledger of another.
 * @throws Refused the account was first used with another login
 */
export async function mustBeItsLogin(desk: Desk, { entry }: Account): Promise<void> {
  if ((await findBinding(desk, entry)) !== "bound-elsewhere") return;
  throw new Refused(`Account ${entry.id} was first used with another eNom host or user. Nothing can be compared.`);
}
