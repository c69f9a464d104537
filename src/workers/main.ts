// Starts the workers of one process and stops them in order, last started first.

import { accountRecords } from "../shared/account/records.ts";
import { realTime } from "../shared/base/clock.ts";
import { type Lifecycle, lifecycle } from "../shared/base/lifecycle.ts";
import { createLog } from "../shared/base/log.ts";
import { checkTogether, readSettings, settingsAsGiven } from "../shared/base/read-settings.ts";
import { type FleetFile, fleetFileOf } from "../shared/config/fleet-file.ts";
import { watchFleetFile } from "../shared/config/fleet-file-watch.ts";
import { partSettings } from "../shared/config/part-settings.ts";
import { policyFor } from "../shared/config/policy.ts";
import { commonSettings, workerSettings } from "../shared/config/settings.ts";
import { startMetrics } from "../shared/metrics/registry.ts";
import { refuseNewer } from "../shared/process/data-format.ts";
import { type OwnProcess, ownProcess } from "../shared/process/own-process.ts";
import { startReports, whyNoWrites } from "../shared/process/report.ts";
import type { JobName } from "../shared/queue/jobs.ts";
import { openQueues } from "../shared/queue/queues.ts";
import { isShared } from "../shared/queue/waiting.ts";
import { checkRedisAccess } from "../shared/redis/access.ts";
import { connectRedis, type RedisClient, untilReady } from "../shared/redis/client.ts";
import { redisNews } from "../shared/redis/connection/news.ts";
import type { News } from "../shared/redis/connection/watch.ts";
import { durabilityRisks, risksToWarnOf } from "../shared/redis/durability.ts";
import { keysUnder } from "../shared/redis/keys.ts";
import { whileReachable } from "../shared/redis/reachable.ts";
import { checkClock, openClock } from "../shared/redis/virtual-clock.ts";
import { keepSchedules } from "../shared/schedules/keep.ts";
import { scheduleSettings } from "../shared/standing/settings.ts";
import { openTracing } from "../shared/tracing/open.ts";
import { readAccounts } from "./accounts/settings.ts";
import type { Base } from "./base.ts";
import { builders, openAccounts } from "./compose.ts";
import { startArranger } from "./fair/arranger.ts";
import { startJobRetention } from "./runtime/job-retention.ts";
import { startLateJobs } from "./runtime/misdated/misdated.ts";
import { run } from "./runtime/run.ts";
import { startSweeper } from "./runtime/sweeper.ts";

const CONCURRENCY: Record<JobName, number> = { open: 8, reissue: 8, notify: 4, "balance-poll": 2, webhook: 32 };

export interface WorkersOptions {
  concurrency?: number | undefined;
  /** The process that they are parts of; without one they are a process of their own. */
  process?: { life: Lifecycle; own: OwnProcess };
  /** How often schedules and accounts that Redis lost are put back; 0: schedules never, where a test counts jobs. */
  keepEveryMs?: number | undefined;
}

/**
 * Starts workers for these queues. Resolves when all of them listen.
 * @throws Error that lists every setting that is missing or wrong, of all these kinds at once
 */
export async function startWorkers(
  names: readonly JobName[],
  env: NodeJS.ProcessEnv,
  { keepEveryMs, ...options }: WorkersOptions = {},
): Promise<{ stop: () => Promise<void> }> {
  await checkWorkers(names, env);
  const settings = readSettings({ ...commonSettings, ...workerSettings }, env);
  const log = createLog(settings.LOG_LEVEL, `worker ${names.join(",")}`);
  const life = options.process?.life ?? lifecycle(log, settings.CERTFLEET_DRAIN_SECONDS * 1_000);
  const own = options.process?.own ?? ownProcess(names, life);
  startMetrics("worker");
  try {
    const live = watchFleetFile(env, log);
    life.add("configuration", live.stop);
    const news = redisNews(log);
    await openTracing(settings, "worker", life);
    const redis = connectRedis(settings, "never-give-up", news);
    life.add("redis", () => redis.disconnect());
    await untilReady(redis, 30_000);
    const { withoutEffect } = live.file;
    const buys = names.includes("open") || names.includes("reissue");
    if (withoutEffect.length > 0) log.warn({ event: "config.without-effect", places: withoutEffect });
    for (const risk of await (buys ? durabilityRisks : risksToWarnOf)(redis)) log.warn({ event: "redis.risk", risk });
    const keys = keysUnder(settings.CERTFLEET_PREFIX);
    await refuseNewer({ redis, keys });
    const clock = await openClock(settings, { redis, keys, life, news });
    const queues = openQueues(redis, settings.CERTFLEET_PREFIX, news.trouble, realTime(clock));
    life.add("queues", () => queues.close());
    // Webhooks have no mails, and no rights to their queue.
    if (names.some((name) => name !== "webhook")) await queues.adoptOldMails(clock.now());
    const base: Base = {
      ...{ env, redis, keys, queues, clock, log, live, own, keepEveryMs, life: impatient(life, redis) },
      accounts: once(() => openAccounts(base)),
    };
    for (const name of names) {
      await startKind(name, base, { ...options, news, lockMs: settings.CERTFLEET_LOCK_SECONDS * 1_000 });
      const retention = startJobRetention(queues.all[name], { keepDays: settings.CERTFLEET_KEEP_JOBS_DAYS, log });
      base.life.addWork(`retention ${name}`, () => retention.stop());
    }
    await keepFleet(names, base);
    const reports = startReports(own, { redis, keys, log });
    life.add("reports", reports.stop);
    log.info({ event: "workers.started", queues: names });
    return { stop: () => life.stop() };
  } catch (error) {
    await life.stop();
    throw error;
  }
}

/** Kinds that speak with others than eNom: they know no accounts, and have no rights to what the schedules put in. */
function isOutward(name: JobName): boolean {
  return name === "notify" || name === "webhook";
}

/** A worker that only sends mails or webhooks has no rights to what the schedules put in. */
async function keepFleet(names: readonly JobName[], base: Base): Promise<void> {
  if (base.keepEveryMs === 0 || names.every(isOutward)) return;
  const { redis, keys, queues, clock, log, env, life } = base;
  const settings = readSettings(scheduleSettings, env);
  const needs = {
    ...{ redis, keys, queues, clock, log, by: "worker" as const, accounts: accountRecords(redis, keys) },
    sweepSeconds: settings.CERTFLEET_SWEEP_SECONDS,
    balanceSeconds: settings.CERTFLEET_BALANCE_SECONDS,
  };
  const schedules = await keepSchedules(needs, base.keepEveryMs);
  life.addWork("schedules", () => schedules.stop());
}

async function startKind<N extends JobName>(
  name: N,
  base: Base,
  { concurrency = CONCURRENCY[name], lockMs, news }: { concurrency?: number | undefined; lockMs: number; news: News },
): Promise<void> {
  const { redis, keys, queues, clock, log, life, own } = base;
  const work = await builders[name](base);
  const accounts = isOutward(name) ? undefined : await base.accounts();
  if (life.isStopping) return;
  const running = run(name, work, {
    ...{ connection: redis, prefix: keys.prefix, concurrency, log, clock, lockMs, news },
    ...(accounts && { countAccounts: () => accounts.all.length }),
  });
  life.addWork(`worker ${name}`, () => running.stop());
  await running.ready;
  own.add({ name, whyDead: running.whyDead, whyNotReady: () => whyNotReady(name, base) });
  if (name === "notify") {
    const { startLostMails } = await import("./notify/lost-mails.ts");
    const lost = startLostMails({ redis, keys, enqueue: queues.enqueue, seal: queues.seal, log, clock });
    life.addWork("lost mails", () => lost.stop());
  }
  const late = startLateJobs(name, { redis, keys, clock, log, queues, lockMs });
  life.addWork(`late jobs ${name}`, () => late.stop());
  if (isShared(name)) {
    const arranger = startArranger(name, { redis, keys, queues, clock, log });
    life.addWork(`arranger ${name}`, () => arranger.stop());
  }
  if (name !== "open" && name !== "reissue") return;
  const sweeper = startSweeper(name, { redis, keys, enqueue: queues.enqueue, clock, log });
  life.addWork(`sweeper ${name}`, () => sweeper.stop());
}

/** Redis takes writes, and where purchases are made their journal does, too. */
async function whyNotReady(name: JobName, { env, redis, keys }: Base): Promise<string | null> {
  const why = await whyNoWrites({ redis, keys });
  if (why !== null || (name !== "open" && name !== "reissue")) return why;
  const [{ whyNotWritable }, { CERTFLEET_JOURNAL }] = [
    await import("./journal/writable.ts"),
    readSettings(partSettings[name], env),
  ];
  return whyNotWritable(CERTFLEET_JOURNAL);
}

/**
 * Work that waits for a Redis that is away is not waited for: it may be killed anywhere. Only the workers themselves
 * finish their steps, see `run`.
 */
function impatient(life: Lifecycle, redis: RedisClient): Lifecycle {
  return {
    ...life,
    get isStopping() {
      return life.isStopping;
    },
    addWork: (name, stop) => life.addWork(name, () => whileReachable(redis, Promise.resolve(stop()))),
  };
}

/**
 * One complaint about everything that these kinds miss, whichever part misses it.
 * @throws Error that lists every setting that is missing or wrong, and every place of the configuration file that is
 */
export async function checkWorkers(names: readonly JobName[], env: NodeJS.ProcessEnv): Promise<void> {
  const mail = names.includes("notify") ? await import("./notify/check-settings.ts") : undefined;
  const isEnoms = !names.every(isOutward);
  const hooks = names.includes("webhook") ? await import("./webhook/file-endpoints.ts") : undefined;
  const trust = isEnoms ? await import("./delivery/trust.ts") : undefined;
  const given = settingsAsGiven({ ...commonSettings, ...partSettings.open }, env) as OpenSettings;
  let file: FleetFile | undefined;
  checkTogether(
    () => readSettings(commonSettings, env),
    ...names.map((name) => () => readSettings(partSettings[name], env)),
    () => {
      file = fleetFileOf(env);
    },
    () => checkClock(given),
    () => checkRedisAccess(given, env),
    () => policyFor(given, file ?? { policy: undefined, products: [], whereIs: () => "" }),
    () => isEnoms && file && readAccounts(env, file),
    () => file && trust?.trustOf(file),
    () => mail?.checkMailSettings(env),
    () => file && hooks?.fileSecrets(file, env),
  );
}
type OpenSettings = ReturnType<typeof readSettings<typeof commonSettings & typeof partSettings.open>>;

function once<T>(open: () => Promise<T>): () => Promise<T> {
  let opened: Promise<T> | undefined;
  return () => (opened ??= open());
}
