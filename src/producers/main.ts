// The gateway process: HTTP API, Bull Board and schedules on one Redis connection; built, started and stopped in plain sight.

import type { AddressInfo } from "node:net";
import { accountRecords } from "../shared/account/records.ts";
import { openHide } from "../shared/authority/audit/hide.ts";
import { auditTrail } from "../shared/authority/audit/trail.ts";
import { signInRulesOf } from "../shared/authority/people/sign-in-settings.ts";
import { defaultScopes } from "../shared/authority/scopes.ts";
import { lifecycle } from "../shared/base/lifecycle.ts";
import { createLog } from "../shared/base/log.ts";
import { badSettings, checkTogether, readSettings } from "../shared/base/read-settings.ts";
import { certificateStore } from "../shared/certificate/store.ts";
import { type FleetFile, fleetFileOf } from "../shared/config/fleet-file.ts";
import { watchFleetFile } from "../shared/config/fleet-file-watch.ts";
import { policyFor } from "../shared/config/policy.ts";
import { commonSettings, gatewaySettings, policySettings } from "../shared/config/settings.ts";
import { intakeRules } from "../shared/intake/rules.ts";
import { openQueues } from "../shared/queue/queues.ts";
import { connectRedis, risksToWarnOf, untilReady } from "../shared/redis/client.ts";
import { keysUnder } from "../shared/redis/keys.ts";
import { checkClock, openClock } from "../shared/redis/virtual-clock.ts";
import type { PolicyFor } from "../shared/subscription/policy.ts";
import { type App, buildGateway, type GatewayNeeds } from "./gateway.ts";
import { sha256 } from "./http/access/guards.ts";
import { isLoopback } from "./http/access/this-machine.ts";
import { keepLists } from "./lists.ts";
import { keepBalancePolls, scheduleSweep } from "./schedule.ts";

const REDIS_READY_MS = 30_000;
/** What is still being answered at a stop gets so long; well within the deadline of the process. */
const LAST_ANSWERS_MS = 10_000;

const gatewayProcess = { ...commonSettings, ...gatewaySettings, ...policySettings };
type Settings = ReturnType<typeof readSettings<typeof gatewayProcess>>;

/**
 * Starts the gateway and resolves when it listens. `stop` takes no new connection, lets running requests end and closes all.
 * @throws Error that lists every setting that is missing or wrong, or that says that Redis does not answer
 */
export async function startGateway(env: NodeJS.ProcessEnv): Promise<{ url: string; stop: () => Promise<void> }> {
  const settings = readSettings(gatewayProcess, env);
  const file = fleetFileOf(env);
  const board = boardOf(settings);
  checkTogether(
    () => safeKeysOf(settings, file),
    () => policyFor(settings, file),
    () => checkClock(settings),
    () => signInRulesOf(settings),
  );

  const log = createLog(settings.LOG_LEVEL, "gateway");
  const life = lifecycle(log);
  try {
    const trouble = (err: Error): void => log.warn({ event: "redis.trouble", err });
    const redis = connectRedis(settings.REDIS_URL, "fail-fast", trouble);
    life.add("redis", () => redis.disconnect());
    await untilReady(redis, REDIS_READY_MS);
    if (file.withoutEffect.length > 0) log.warn({ event: "config.without-effect", places: file.withoutEffect });
    for (const risk of await risksToWarnOf(redis)) log.warn({ event: "redis.risk", risk });

    const keys = keysUnder(settings.CERTFLEET_PREFIX);
    const queues = openQueues(redis, keys.prefix, trouble);
    life.add("queues", () => queues.close());
    const clock = await openClock(settings, { redis, key: keys.clock, life, onError: trouble });
    const accounts = accountRecords(redis, keys);
    const polls = await keepBalancePolls({
      queue: queues.all["balance-poll"],
      accounts,
      everySeconds: settings.CERTFLEET_BALANCE_SECONDS,
      log,
    });
    life.add("schedule", polls.stop);
    await scheduleSweep(queues.all.reissue, settings.CERTFLEET_SWEEP_SECONDS);

    life.add("lists", keepLists({ redis, keys, clock, log }).stop);

    const live = watchFleetFile(env, log);
    life.add("configuration", live.stop);
    const apiKeys = live.derive((version) => safeKeysOf(settings, version));
    const policyNow = live.derive((version) => policyFor(settings, version));
    const policies: PolicyFor = (service) => policyNow()(service);
    const mailSettings = live.derive(({ templates }) => templates);
    const intake = live.derive(intakeRules);
    const app = await buildGateway({
      ...{ redis, keys, accounts, queues, log, board },
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
      hide: await openHide({ redis, keys }),
      policyFor: policies,
      connections: { most: settings.CERTFLEET_CONNECTIONS },
      clock,
      // The sandbox has a prefix of its own; it is what keeps its orders apart from real ones.
      env: keys.prefix.includes("sandbox") ? "sandbox" : "live",
    });
    life.add("http", async () => {
      const late = setTimeout(() => app.server.closeAllConnections(), LAST_ANSWERS_MS);
      await app.close().finally(() => clearTimeout(late));
    });
    await listen(app, settings);
    const url = urlOf(settings.HOST, app.server.address() as AddressInfo);
    log.info({ event: "gateway.started", url });
    return { url, stop: () => life.stop() };
  } catch (error) {
    await life.stop();
    throw error;
  }
}

/** @throws Error as `checkExposure` */
function safeKeysOf(settings: Settings, { apiKeys }: FleetFile): GatewayNeeds["apiKeys"] {
  const { CERTFLEET_API_KEY: key } = settings;
  const ofFile = apiKeys.map((each) => ({ ...each, scopes: defaultScopes }));
  const environment = key && { id: "environment", sha256: sha256(key).toString("hex"), scopes: ["admin" as const] };
  const keys = environment ? [...ofFile, environment] : ofFile;
  checkExposure(settings, keys);
  return keys;
}

function boardOf({ BOARD_USER: user, BOARD_PASSWORD: password }: Settings): GatewayNeeds["board"] {
  return user && password ? { user, password } : null;
}

/** @throws Error when anybody on the network could order, or half a login was given */
function checkExposure({ HOST, BOARD_USER, BOARD_PASSWORD }: Settings, apiKeys: GatewayNeeds["apiKeys"]): void {
  const problems: string[] = [];
  if (apiKeys.length === 0 && !isLoopback(HOST)) {
    problems.push(
      "HOST lets other machines in, but no API key is configured: set CERTFLEET_API_KEY (or apiKeys in the configuration file), or set HOST to 127.0.0.1",
    );
  }
  if (Boolean(BOARD_USER) !== Boolean(BOARD_PASSWORD))
    problems.push("BOARD_USER and BOARD_PASSWORD: set both, or neither");
  if (problems.length > 0) throw badSettings(problems);
}

/** @throws Error about HOST and PORT when nobody can listen there */
async function listen(app: App, { HOST: host, PORT: port }: Settings): Promise<void> {
  try {
    await app.listen({ host, port });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EADDRINUSE")
      throw badSettings([
        `PORT ${port} of ${host} is in use (${code}): stop the program that uses it, or set another PORT`,
      ]);
    if (code) throw badSettings([`HOST and PORT: the gateway cannot listen at ${host}:${port} (${code})`]);
    throw error;
  }
}

function urlOf(host: string, { port }: AddressInfo): string {
  const reachable = host === "0.0.0.0" ? "127.0.0.1" : host === "::" ? "::1" : host;
  return `http://${reachable.includes(":") ? `[${reachable}]` : reachable}:${port}`;
}
