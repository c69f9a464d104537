// The gateway process: HTTP API, Bull Board and schedules on one Redis connection; built, started and stopped in plain sight.

import { accountRecords } from "../shared/account/records.ts";
import { openKeptHide } from "../shared/authority/audit/hide.ts";
import { auditTrail } from "../shared/authority/audit/trail.ts";
import { ENVIRONMENT_KEY } from "../shared/authority/keys/key.ts";
import { hashOf } from "../shared/authority/keys/secret.ts";
import { signInRulesOf } from "../shared/authority/people/sign-in-settings.ts";
import { realTime } from "../shared/base/clock.ts";
import { type Lifecycle, lifecycle } from "../shared/base/lifecycle.ts";
import { createLog } from "../shared/base/log.ts";
import { badSettings, checkTogether, readSettings, settingsAsGiven } from "../shared/base/read-settings.ts";
import { certificateStore } from "../shared/certificate/store.ts";
import { configuredKey } from "../shared/config/api-key-entry.ts";
import { type FleetFile, fleetFileOf } from "../shared/config/fleet-file.ts";
import { watchFleetFile } from "../shared/config/fleet-file-watch.ts";
import { partSettings } from "../shared/config/part-settings.ts";
import { policyFor } from "../shared/config/policy.ts";
import { commonSettings } from "../shared/config/settings.ts";
import { intakeRules } from "../shared/intake/rules.ts";
import { startMetrics } from "../shared/metrics/registry.ts";
import { refuseNewer } from "../shared/process/data-format.ts";
import { type OwnProcess, ownProcess } from "../shared/process/own-process.ts";
import { repeat } from "../shared/process/repeat.ts";
import { startReports, whyNoWrites } from "../shared/process/report.ts";
import { openQueues } from "../shared/queue/queues.ts";
import { checkRedisAccess } from "../shared/redis/access.ts";
import { connectRedis, untilReady } from "../shared/redis/client.ts";
import { redisNews } from "../shared/redis/connection/news.ts";
import { risksToWarnOf } from "../shared/redis/durability.ts";
import { keysUnder } from "../shared/redis/keys.ts";
import { checkClock, openClock } from "../shared/redis/virtual-clock.ts";
import { keepSchedules } from "../shared/schedules/keep.ts";
import type { PolicyFor } from "../shared/subscription/policy.ts";
import { openTracing } from "../shared/tracing/open.ts";
import { openSealer } from "../shared/webhooks/sealing.ts";
import { checkExposure } from "./door/exposure.ts";
import { openDoor } from "./door/listen.ts";
import { buildGateway, type GatewayNeeds } from "./gateway.ts";
import { isAnyKey } from "./http/access/anybody.ts";
import { keepLists } from "./lists.ts";

const REDIS_READY_MS = 30_000;
/** What is still being answered at a stop gets so long; well within the deadline of the process. */
const LAST_ANSWERS_MS = 10_000;
/** A Redis that was emptied has the secret of the audit trail again within so long. */
const SECRET_KEPT_MS = 15_000;

const gatewayProcess = { ...commonSettings, ...partSettings.gateway };
type Settings = ReturnType<typeof readSettings<typeof gatewayProcess>>;

/**
 * Starts the gateway and resolves when it listens. `stop` takes no new connection, lets running requests end and closes all.
 * @param running the process that it is a part of; without one it is a process of its own
 * @throws Error that lists every setting that is missing or wrong, or that says that Redis does not answer
 */
export async function startGateway(
  environment: NodeJS.ProcessEnv,
  running?: { life: Lifecycle; own: OwnProcess },
  { keepEveryMs }: { keepEveryMs?: number } = {},
): Promise<{ url: string; stop: () => Promise<void> }> {
  checkGateway(environment);
  const settings = readSettings(gatewayProcess, environment);
  const file = fleetFileOf(environment);
  // The sandbox has a prefix of its own; it is what keeps its orders apart from real ones.
  const env = settings.CERTFLEET_PREFIX.includes("sandbox") ? "sandbox" : "live";

  const log = createLog(settings.LOG_LEVEL, "gateway");
  const life = running?.life ?? lifecycle(log, settings.CERTFLEET_DRAIN_SECONDS * 1_000);
  const own = running?.own ?? ownProcess(["gateway"], life);
  startMetrics("gateway");
  try {
    const news = redisNews(log);
    await openTracing(settings, "gateway", life);
    const redis = connectRedis(settings, "fail-fast", news);
    life.add("redis", () => redis.disconnect());
    await untilReady(redis, REDIS_READY_MS);
    if (file.withoutEffect.length > 0) log.warn({ event: "config.without-effect", places: file.withoutEffect });
    for (const risk of await risksToWarnOf(redis)) log.warn({ event: "redis.risk", risk });

    if (settings.CERTFLEET_API_KEY) log.warn({ event: "key.unlimited", key: ENVIRONMENT_KEY });

    const keys = keysUnder(settings.CERTFLEET_PREFIX);
    await refuseNewer({ redis, keys });
    const isKeyInRedis = await isAnyKey({ apiKeys: [], redis, keys });
    const safeKeysOf = (version: FleetFile): GatewayNeeds["apiKeys"] => {
      const given = keysOf(settings, version);
      checkExposure({ ...settings, env }, given.length > 0 || isKeyInRedis);
      return given;
    };
    safeKeysOf(file);
    const clock = await openClock(settings, { redis, keys, life, news });
    const queues = openQueues(redis, keys.prefix, news.trouble, realTime(clock));
    life.add("queues", () => queues.close());
    await queues.adoptOldMails(clock.now());
    const accounts = accountRecords(redis, keys);
    const keeping = {
      ...{ queues, accounts, redis, keys, clock, log },
      by: "gateway" as const,
      sweepSeconds: settings.CERTFLEET_SWEEP_SECONDS,
      balanceSeconds: settings.CERTFLEET_BALANCE_SECONDS,
    };
    const schedules = await keepSchedules(keeping, keepEveryMs);
    life.addWork("schedule", schedules.stop);

    life.addWork("lists", keepLists({ redis, keys, clock, log }).stop);

    const live = watchFleetFile(environment, log);
    life.add("configuration", live.stop);
    const apiKeys = live.derive(safeKeysOf);
    const policyNow = live.derive((version) => policyFor(settings, version));
    const policies: PolicyFor = (service) => policyNow()(service);
    const mailSettings = live.derive(({ templates }) => templates);
    const intake = live.derive(intakeRules);
    const secret = await openKeptHide({ redis, keys });
    const keepSecret = repeat(secret.keep, SECRET_KEPT_MS, () => undefined);
    life.addWork("audit secret", () => keepSecret.stop());
    const needs: GatewayNeeds = {
      ...{ redis, keys, accounts, queues, log, clock, env },
      board: boardOf(settings),
      publicUrl: settings.CERTFLEET_PUBLIC_URL,
      trustedProxies: settings.CERTFLEET_TRUSTED_PROXIES,
      boardMode: settings.CERTFLEET_BOARD,
      signIn: signInRulesOf(settings),
      get apiKeys() {
        return apiKeys();
      },
      get templates() {
        return mailSettings();
      },
      get intake() {
        return intake();
      },
      certificates: certificateStore(redis, keys, policies),
      audit: auditTrail({ redis, keys, clock }, (err) => log.warn({ event: "audit.lost", err })),
      hide: secret.hide,
      policyFor: policies,
      connections: { most: settings.CERTFLEET_CONNECTIONS },
      limits: settings.CERTFLEET_LIMITS,
      sealer: openSealer(environment),
    };
    const app = await buildGateway(needs);
    life.addWork("http", async () => {
      const late = setTimeout(() => app.server.closeAllConnections(), LAST_ANSWERS_MS);
      await app.close().finally(() => clearTimeout(late));
    });
    const door = await openDoor(app, settings);
    life.add("socket", door.remove);
    const { url } = door;
    own.add({ name: "gateway", whyNotReady: () => whyNoWrites({ redis, keys }) });
    const reports = startReports(own, { redis, keys, log });
    life.add("reports", reports.stop);
    log.info({ event: "gateway.started", url });
    return { url, stop: () => life.stop() };
  } catch (error) {
    await life.stop();
    throw error;
  }
}

/** @throws Error that lists every setting that is missing or wrong, and every place of the configuration file that is */
export function checkGateway(env: NodeJS.ProcessEnv): void {
  const given = settingsAsGiven(gatewayProcess, env) as Settings;
  let file: FleetFile | undefined;
  checkTogether(
    () => readSettings(gatewayProcess, env),
    () => {
      file = fleetFileOf(env);
    },
    () => boardOf(given),
    () => signInRulesOf(given),
    () => policyFor(given, file ?? NO_FILE),
    () => checkClock(given),
    () => checkRedisAccess(given, env),
  );
}

const NO_FILE: Parameters<typeof policyFor>[1] = { policy: undefined, products: [], whereIs: () => "" };

function keysOf({ CERTFLEET_API_KEY: key }: Settings, { apiKeys }: FleetFile): GatewayNeeds["apiKeys"] {
  const ofFile = apiKeys.map(configuredKey);
  const environment = key && { id: ENVIRONMENT_KEY, sha256: hashOf(key), scopes: ["admin" as const] };
  return environment ? [...ofFile, environment] : ofFile;
}

/** @throws Error of settings when half a login was given */
function boardOf({ BOARD_USER: user, BOARD_PASSWORD: password }: Settings): GatewayNeeds["board"] {
  if (Boolean(user) !== Boolean(password)) throw badSettings(["BOARD_USER and BOARD_PASSWORD: set both, or neither"]);
  return user && password ? { user, password } : null;
}
