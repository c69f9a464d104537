// Builds the workers of one process, starts them and stops them in order. Each kind reads its own settings and opens only what it needs.
import type { z } from "zod";
import { accountRecords } from "../shared/account-records.ts";
import { certificateStore, type RedisClient } from "../shared/certificates.ts";
import { type Clock, systemClock } from "../shared/clock.ts";
import { badSettings, checkTogether, readSettings } from "../shared/config.ts";
import { type FleetFile, readFleetFile } from "../shared/fleet-file.ts";
import type { JobName } from "../shared/jobs.ts";
import { type Keys, keysUnder } from "../shared/keys.ts";
import { type Lifecycle, lifecycle } from "../shared/lifecycle.ts";
import { createLog, type Log } from "../shared/log.ts";
import { openQueues, type Queues } from "../shared/queues.ts";
import { connectRedis, durabilityRisks, untilReady } from "../shared/redis.ts";
import { commonSettings, enomSettings, mailSettings, orderSettings, workerSettings } from "../shared/settings.ts";
import { readAccounts } from "./account-settings.ts";
import type { Accounts } from "./accounts.ts";
import { startHeartbeat } from "./heartbeat.ts";
import type { OrderNeeds } from "./open/needs.ts";
import { run, type Work } from "./run.ts";
import { startSweeper } from "./sweeper.ts";

const CONCURRENCY: Record<JobName, number> = { open: 8, reissue: 8, notify: 4, "balance-poll": 2 };
/** Redis' settings are looked at again so often: they can be changed while it runs. */
const RISKS_KEPT_MS = 60_000;

/** What every kind is handed. */
interface Base {
  env: NodeJS.ProcessEnv;
  redis: RedisClient;
  keys: Keys;
  queues: Queues;
  file: FleetFile;
  clock: Clock;
  log: Log;
  life: Lifecycle;
  /** Opened when the first kind asks, once for all kinds of the process. */
  accounts: () => Promise<Accounts>;
}

/** The kinds of worker: the settings each needs, and how its work is built from them. */
const kinds: { readonly [N in JobName]: { settings: z.ZodRawShape; build: (base: Base) => Promise<Work<N>> } } = {
  open: { settings: { ...enomSettings, ...orderSettings }, build: buildOpen },
  reissue: { settings: { ...enomSettings, ...orderSettings }, build: buildReissue },
  notify: { settings: mailSettings, build: buildNotify },
  "balance-poll": { settings: enomSettings, build: buildBalancePoll },
};

/**
 * Starts workers for these queues. Resolves when all of them listen.
 * @throws Error that lists every setting that is missing or wrong, of all these kinds at once
 */
export async function startWorkers(
  names: readonly JobName[],
  env: NodeJS.ProcessEnv,
  options: { concurrency?: number | undefined } = {},
): Promise<{ stop: () => Promise<void> }> {
  checkSettings(names, env);
  const settings = readSettings({ ...commonSettings, ...workerSettings }, env);
  const file = readFleetFile(settings.CERTFLEET_CONFIG);
  const log = createLog(settings.LOG_LEVEL, `worker ${names.join(",")}`);
  const life = lifecycle(log);
  const clock = systemClock;
  try {
    const trouble = (err: Error): void => log.warn({ event: "redis.trouble", err });
    const redis = connectRedis(settings.REDIS_URL, "never-give-up", trouble);
    life.add("redis", () => redis.disconnect());
    await untilReady(redis, 30_000);
    const keys = keysUnder(settings.CERTFLEET_PREFIX);
    const queues = openQueues(redis, settings.CERTFLEET_PREFIX, trouble);
    life.add("queues", () => queues.close());
    const base: Base = { env, redis, keys, queues, clock, log, life, file, accounts: once(() => openAccounts(base)) };
    for (const name of names)
      await startKind(name, base, { ...options, lockMs: settings.CERTFLEET_LOCK_SECONDS * 1_000 });
    log.info({ event: "workers.started", queues: names });
    return { stop: () => life.stop() };
  } catch (error) {
    await life.stop();
    throw error;
  }
}

async function startKind<N extends JobName>(
  name: N,
  base: Base,
  { concurrency = CONCURRENCY[name], lockMs }: { concurrency?: number | undefined; lockMs: number },
): Promise<void> {
  const { redis, keys, queues, clock, log, life } = base;
  const work = await kinds[name].build(base);
  const running = run(name, work, { connection: redis, prefix: keys.prefix, concurrency, log, clock, lockMs });
  life.add(`worker ${name}`, () => running.stop());
  await running.ready;
  const heartbeat = startHeartbeat(name, { redis, keys, clock, isRunning: running.isRunning });
  life.add(`heartbeat ${name}`, () => heartbeat.stop());
  if (name !== "open" && name !== "reissue") return;
  const sweeper = startSweeper(name, { redis, keys, ring: queues.ring, clock, log });
  life.add(`sweeper ${name}`, () => sweeper.stop());
}

async function buildOpen(base: Base): Promise<Work<"open">> {
  const needs = await orderNeeds(base, "worker open");
  const [{ acceptJob }, { openCertificate }] = await Promise.all([import("./accept.ts"), import("./open/road.ts")]);
  return async (job) => openCertificate(await acceptJob(job, needs), needs);
}

async function buildReissue(base: Base): Promise<Work<"reissue">> {
  const needs = await orderNeeds(base, "worker reissue");
  const { reissueCertificate } = await import("./reissue/reissue.ts");
  return (job, { id }) => reissueCertificate(job, id, needs);
}

async function buildBalancePoll(base: Base): Promise<Work<"balance-poll">> {
  const { redis, keys, queues, clock, log } = base;
  const accounts = await base.accounts();
  const records = accountRecords(redis, keys);
  for (const { entry } of accounts.all) await queues.ring("balance-poll", { account: entry.id, check: true });
  const { pollBalance } = await import("./balance-poll.ts");
  return (job) => pollBalance(job, { accounts, records, clock, log });
}

async function buildNotify({ env, redis, keys, file, clock, life }: Base): Promise<Work<"notify">> {
  const settings = readSettings({ ...mailSettings, ...workerSettings }, env);
  const { SMTP_URL: url, MAIL_FROM: from, CERTFLEET_LOCK_SECONDS: lockSeconds } = settings;
  const [{ notify }, { mailBook }, { renderer }, { openSmtp }] = await Promise.all([
    import("./notify/notify.ts"),
    import("./notify/mails.ts"),
    import("./notify/render.ts"),
    import("./notify/smtp.ts"),
  ]);
  const smtp = openSmtp({ url, from });
  life.add("smtp", () => smtp.close());
  const { directory, brand, language } = file.templates ?? {};
  const render = renderer({
    ...(directory && { directory }),
    ...(brand && brand !== "default" && { brand }),
    ...(language && { language }),
  });
  // A dead sender's mail is taken over after two locks: by then the queue has given its job to another worker.
  const mails = mailBook({ redis, prefix: keys.prefix, leaseMs: lockSeconds * 2_000 });
  return (job, { signal }) => notify(job, { mails, render, smtp, clock }, signal);
}

async function orderNeeds(base: Base, by: string): Promise<OrderNeeds> {
  const { env, redis, keys, queues, clock, log } = base;
  const settings = readSettings(orderSettings, env);
  return {
    ...{ redis, keys, clock, log, by },
    accounts: await base.accounts(),
    ring: queues.ring,
    certificates: certificateStore(redis, keys),
    durabilityRisks: settings.CERTFLEET_ALLOW_WEAK_REDIS
      ? async () => []
      : keptFor(RISKS_KEPT_MS, () => durabilityRisks(redis)),
    pace: {
      pollSeconds: settings.CERTFLEET_POLL_SECONDS,
      validationDays: settings.CERTFLEET_VALIDATION_DAYS,
      settleSeconds: settings.CERTFLEET_SETTLE_SECONDS,
    },
  };
}

/** Opens the accounts and makes them known to the producers, which have no eNom settings. */
async function openAccounts({ env, redis, keys, file, clock, log, life }: Base): Promise<Accounts> {
  const [{ openEnomAccounts }, { answerSeconds }] = await Promise.all([
    import("./wiring.ts"),
    import("./open/doubt.ts"),
  ]);
  const { CERTFLEET_SETTLE_SECONDS: settleSeconds } = readSettings(orderSettings, env);
  const { accounts, close } = openEnomAccounts(env, {
    file,
    clock,
    log,
    writeMs: answerSeconds(settleSeconds) * 1_000,
  });
  life.add("enom", close);
  const records = accountRecords(redis, keys);
  for (const { entry } of accounts.all) await records.publish(entry);
  return accounts;
}

/** One complaint about everything that these kinds miss, whichever part misses it. */
function checkSettings(names: readonly JobName[], env: NodeJS.ProcessEnv): void {
  const needsEnom = names.some((name) => name !== "notify");
  checkTogether(
    () => readSettings({ ...commonSettings, ...workerSettings }, env),
    ...names.map((name) => () => readSettings(kinds[name].settings, env)),
    () =>
      needsEnom &&
      readAccounts(
        env,
        readFleetFile(readSettings({ CERTFLEET_CONFIG: commonSettings.CERTFLEET_CONFIG }, env).CERTFLEET_CONFIG),
      ),
  );
}

function once<T>(open: () => Promise<T>): () => Promise<T> {
  let opened: Promise<T> | undefined;
  return () => (opened ??= open());
}

/** Asks again only after so many milliseconds. */
function keptFor<T>(ms: number, ask: () => Promise<T>): () => Promise<T> {
  let kept: { at: number; answer: Promise<T> } | undefined;
  return () => {
    if (!kept || performance.now() - kept.at > ms) kept = { at: performance.now(), answer: ask() };
    return kept.answer;
  };
}

/** The queue names a person gave, checked. @throws Error naming the ones there are. */
export function queuesNamed(names: readonly string[]): JobName[] {
  const known = Object.keys(kinds) as JobName[];
  const strange = names.filter((name) => !known.includes(name as JobName));
  if (strange.length > 0)
    throw badSettings([`there is no queue ${strange.join(", ")}; queues are ${known.join(", ")}`]);
  return names as JobName[];
}
