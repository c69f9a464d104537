// Opens this process's eNom accounts: a client each, one interaction log for all.

import type { Cause } from "../../shared/account/connection-check.ts";
import { mustBeLive } from "../../shared/account/shadow/observed.ts";
import { mustBeCompared } from "../../shared/backup/restored-fleet.ts";
import type { Clock } from "../../shared/base/clock.ts";
import type { Log } from "../../shared/base/log.ts";
import { readSettings } from "../../shared/base/read-settings.ts";
import type { AccountEntry, FleetFile } from "../../shared/config/fleet-file.ts";
import { enomSettings, orderSettings } from "../../shared/config/settings.ts";
import { proxyTo } from "../../shared/enom/way-settings.ts";
import type { RedisClient } from "../../shared/redis/client.ts";
import type { Keys } from "../../shared/redis/keys.ts";
import { type EnomClient, type EnomNeeds, enomClient } from "../enom/client.ts";
import { enomCommands } from "../enom/commands/commands.ts";
import { breakerPauses, openBreaker } from "../enom/traffic/breaker.ts";
import { openBudget } from "../enom/traffic/budget.ts";
import type { LineKeys } from "../enom/traffic/line.ts";
import { type Traffic, trafficOf } from "../enom/traffic/traffic.ts";
import { openInteractionLog } from "../enom/wire/interaction-log.ts";
import { openWhose } from "../fair/whose.ts";
import { mustBeBound } from "../ledger/bind.ts";
import { type Account, type Accounts, account, openAccounts } from "./accounts.ts";
import { answersNotUnderstood } from "./answers-not-understood.ts";
import { type Login, readAccounts } from "./settings.ts";

export interface OpenedAccounts {
  accounts: Accounts;
  close: () => Promise<void>;
}

/**
 * Opens the accounts of one version of the file. A login that was opened before keeps its client, and what is known of
 * its catalogue.
 */
export interface AccountOpener {
  /**
   * @throws Error listing what is missing in the settings, or an API URL that secrets may not be sent to. Opens no
   * connection.
   */
  open: (file: FleetFile) => Accounts;
  /** Of all versions: waits for questions under way. */
  close: () => Promise<void>;
}

export interface WiringNeeds {
  clock: Clock;
  log: Log;
  /** Where the budget and the breaker of each account are shared. Without it the process keeps the budget alone. */
  fleet?: { redis: RedisClient; keys: Keys } | undefined;
  /** As `Road.onTrouble`, of any account; only where there is a fleet. */
  onTrouble?: (trouble: { account: string; cause: Cause }) => void;
  /** Hears each answer as it came (`EnomNeeds.hear`). */
  hear?: EnomNeeds["hear"];
  /** How long a write's answer is waited for; a purchase's doubt begins after it. */
  writeMs?: number;
}

/** The accounts of one file, for as long as a verb runs. @throws Error as `AccountOpener.open` */
export function openEnomAccounts(
  env: NodeJS.ProcessEnv,
  { file, ...needs }: WiringNeeds & { file: FleetFile },
): OpenedAccounts {
  const { open, close } = accountOpener(env, needs);
  return { accounts: open(file), close };
}

export function accountOpener(env: NodeJS.ProcessEnv, needs: WiringNeeds): AccountOpener {
  const { clock, log, writeMs, fleet } = needs;
  const settings = readSettings(enomSettings, env);
  const interactions = openInteractionLog(settings.ENOM_LOG, clock, (err) =>
    log.warn({ event: "enom-log.failed", err }),
  );
  const limits = writeMs === undefined ? {} : { writeMs };
  // Never forgotten: a step may still hold one that is gone from the file, and an idle client holds no connection.
  const opened = new Map<string, { client: EnomClient; account: Account }>();
  const connect = ({ entry, username, password }: Login): { client: EnomClient; account: Account } => {
    const { errors, tlsMinimum } = entry.enom;
    const way = { tlsMinimum, proxy: proxyTo(entry.apiUrl, settings) };
    const access = { account: entry.id, apiUrl: entry.apiUrl, username, password, errors, ...way };
    const traffic = trafficTo(entry, env, needs);
    const guard = fleet && {
      mayNameCertificates: () => mustBeBound(fleet, entry),
      mayChange: async () => {
        await mustBeLive(fleet, entry);
        await mustBeCompared(fleet);
      },
    };
    const heard = needs.hear && { hear: needs.hear };
    const tellNotUnderstood = answersNotUnderstood(entry.id, needs);
    const told = { record: interactions.record, tellNotUnderstood, ...guard, ...heard };
    const client = enomClient(access, { ...told, traffic, limits });
    return { client, account: account(entry, enomCommands(client, entry.enom)) };
  };
  const accountOf = (login: Login): Account => {
    const { entry, username, password } = login;
    const key = JSON.stringify([
      entry.id,
      entry.apiUrl,
      username,
      password,
      entry.requestsPerSecond,
      entry.enom,
      entry.mode,
    ]);
    const one = opened.get(key) ?? connect(login);
    opened.set(key, one);
    return { ...one.account, entry };
  };
  return {
    open: (file) => openAccounts(readAccounts(env, file).map(accountOf), file),
    async close() {
      await Promise.all([...opened.values()].map(({ client }) => client.close()));
      await interactions.close();
    },
  };
}

function lineOf(id: string, keys: Keys): LineKeys {
  return { rate: keys.rate(id), line: keys.line(id), turns: keys.lineTurns(id) };
}

function trafficTo(
  { id, requestsPerSecond }: AccountEntry,
  env: NodeJS.ProcessEnv,
  { fleet, log, onTrouble }: WiringNeeds,
): Traffic {
  const about = { account: id, requestsPerSecond };
  if (!fleet) return trafficOf(id, { budget: openBudget(about) });
  const { redis, keys } = fleet;
  const { CERTFLEET_POLL_SECONDS } = readSettings(
    { CERTFLEET_POLL_SECONDS: orderSettings.CERTFLEET_POLL_SECONDS },
    env,
  );
  const pauses = breakerPauses(CERTFLEET_POLL_SECONDS);
  return trafficOf(id, {
    budget: openBudget(about, { redis, keys: lineOf(id, keys), whose: openWhose(fleet) }),
    breaker: openBreaker({ redis, keys, account: id, pauses, log }),
    onTrouble: (cause) => onTrouble?.({ account: id, cause }),
  });
}
