// `account check` and `account balance`: asks eNom itself, now, and shows what it says.

import type { ConnectionCheck } from "../../shared/account/connection-check.ts";
import { accountRecords } from "../../shared/account/records.ts";
import { systemClock } from "../../shared/base/clock.ts";
import { Refused, Unavailable } from "../../shared/base/errors.ts";
import { createLog } from "../../shared/base/log.ts";
import { readSettings } from "../../shared/base/read-settings.ts";
import { type FleetFile, fleetFileOf } from "../../shared/config/fleet-file.ts";
import { commonSettings, enomSettings } from "../../shared/config/settings.ts";
import { proxyTo } from "../../shared/enom/way-settings.ts";
import type { ProbeReport } from "../../shared/probe/report.ts";
import { openQueues } from "../../shared/queue/queues.ts";
import { redisAccessSettings } from "../../shared/redis/access.ts";
import { connectRedis, untilReady } from "../../shared/redis/client.ts";
import { keysUnder } from "../../shared/redis/keys.ts";
import type { Account } from "../accounts/accounts.ts";
import { openEnomAccounts, type WiringNeeds } from "../accounts/open.ts";
import { readAccounts } from "../accounts/settings.ts";
import { checkConnection, passesByItself } from "../balance/connection-check.ts";
import { openInteractionLog } from "../enom/wire/interaction-log.ts";
import { type ProbeOptions, probeAccount } from "../probe/probe.ts";

export { replayAnswers } from "../probe/probe.ts";
export { buyTrial } from "../trial/trial.ts";

/** Whose answer it is, and what it means. `refused`: somebody must act; `away`: ask again later. */
interface About {
  account: string;
  host: string;
  state: "well" | "refused" | "away";
}

export type CheckAnswer = About & ConnectionCheck;

export interface BalanceAnswer extends About {
  /** eNom's words, where there is no balance. */
  message: string;
  available?: string;
  balance?: string;
  currency?: string;
}

/** A person waits: without an answer so soon the budget is kept without the fleet. */
const REDIS_MS = 1_000;

/**
 * Proves connection, login and address (CheckLogin). Costs nothing. `file`: instead of the one that the environment
 * names.
 */
export function checkAccounts(
  env: NodeJS.ProcessEnv,
  id?: string,
  file: FleetFile = fleetFileOf(env),
): Promise<CheckAnswer[]> {
  return askEach(env, { id, file }, async (account) => {
    const check = await checkConnection(account, systemClock);
    const state = check.ok ? "well" : passesByItself(check) ? "away" : "refused";
    return { ...aboutOf(account), state, ...check };
  });
}

/**
 * Has the running fleet check these accounts with its own eyes, so that it shows no older finding than the one a person
 * was just told. Answers whom it knows and was asked about: nobody where its Redis is not known, or away.
 */
export function askFleetToCheck(env: NodeJS.ProcessEnv, ids: readonly string[]): Promise<string[]> {
  return withFleetOf(env, async (fleet) => {
    const asked: string[] = [];
    if (fleet?.redis.status !== "ready") return asked;
    const records = accountRecords(fleet.redis, fleet.keys);
    const queues = openQueues(fleet.redis, fleet.keys.prefix, () => undefined);
    try {
      for (const id of ids) {
        if (!(await records.find(id))?.enabled) continue;
        await queues.enqueue("balance-poll", { account: id, check: true });
        asked.push(id);
      }
    } catch {
      // The answer was eNom's; the fleet is a courtesy, and its next check comes by itself.
    }
    await queues.close();
    return asked;
  });
}

/** Reads what can be spent now (GetBalance). */
export function readBalances(env: NodeJS.ProcessEnv, id?: string): Promise<BalanceAnswer[]> {
  return askEach(env, { id, file: fleetFileOf(env) }, async (account) => {
    const about = aboutOf(account);
    try {
      const { available, balance } = await account.enom.balance();
      return { ...about, state: "well", message: "", available, balance, currency: account.entry.currency };
    } catch (error) {
      if (error instanceof Refused) return { ...about, state: "refused", message: error.message };
      if (error instanceof Unavailable) return { ...about, state: "away", message: error.message };
      throw error;
    }
  });
}

/**
 * A first contact: harmless questions, a report, a folder of masked answers (`workers/probe`). Undefined: no account has
 * that id.
 * @throws Error when no account is configured, or its login is not; Refused where the folder cannot be used
 */
export function probe(env: NodeJS.ProcessEnv, id: string, options: ProbeOptions): Promise<ProbeReport | undefined> {
  const login = readAccounts(env, fleetFileOf(env)).find(({ entry }) => entry.id === id);
  if (!login) return Promise.resolve(undefined);
  return withFleetOf(env, async (fleet) => {
    const settings = readSettings(enomSettings, env);
    const log = openInteractionLog(settings.ENOM_LOG, systemClock);
    const proxy = proxyTo(login.entry.apiUrl, settings);
    try {
      return await probeAccount({ login, fleet, record: log.record, clock: systemClock, proxy }, options);
    } finally {
      await log.close();
    }
  });
}

function aboutOf({ entry }: Account): { account: string; host: string } {
  return { account: entry.id, host: new URL(entry.apiUrl).host };
}

/** Empty when no account has that id. @throws Error when no account is configured */
async function askEach<T>(
  env: NodeJS.ProcessEnv,
  { id, file }: { id: string | undefined; file: FleetFile },
  ask: (account: Account) => Promise<T>,
): Promise<T[]> {
  const { LOG_LEVEL } = readSettings({ LOG_LEVEL: commonSettings.LOG_LEVEL }, env);
  return withFleetOf(env, async (fleet) => {
    const log = createLog(LOG_LEVEL, "account");
    const { accounts, close } = openEnomAccounts(env, { file, clock: systemClock, log, fleet });
    try {
      const wanted = accounts.all.filter(({ entry }) => id === undefined || entry.id === id);
      return await Promise.all(wanted.map(ask));
    } finally {
      await close();
    }
  });
}

/**
 * A verb's requests count in the fleet's budget, where its Redis is known. A Redis that does not respond keeps nobody
 * from asking eNom.
 */
async function withFleetOf<T>(env: NodeJS.ProcessEnv, work: (fleet: WiringNeeds["fleet"]) => Promise<T>): Promise<T> {
  const {
    REDIS_URL: url,
    CERTFLEET_PREFIX: prefix,
    ...access
  } = readSettings(
    {
      REDIS_URL: commonSettings.REDIS_URL.optional(),
      CERTFLEET_PREFIX: commonSettings.CERTFLEET_PREFIX,
      ...redisAccessSettings,
    },
    env,
  );
  if (!url) return work(undefined);
  const redis = connectRedis({ ...access, REDIS_URL: url }, "once", () => undefined);
  try {
    await untilReady(redis, REDIS_MS).catch(() => undefined);
    return await work({ redis, keys: keysUnder(prefix) });
  } finally {
    redis.disconnect();
  }
}
