// The kinds of worker: how the work of each is built from its settings. Each opens only what it needs.

import { accountRecords } from "../shared/account-records.ts";
import { certificateStore, type RedisClient } from "../shared/certificates.ts";
import { type Clock, systemClock } from "../shared/clock.ts";
import { badSettings, readSettings } from "../shared/config.ts";
import type { FleetFile } from "../shared/fleet-file.ts";
import type { JobName } from "../shared/jobs.ts";
import type { Keys } from "../shared/keys.ts";
import type { Lifecycle } from "../shared/lifecycle.ts";
import type { Log } from "../shared/log.ts";
import { partSettings } from "../shared/part-settings.ts";
import { policyDigest, policyFor } from "../shared/policy.ts";
import { getProduct } from "../shared/products.ts";
import type { Queues } from "../shared/queues.ts";
import { durabilityRisks } from "../shared/redis.ts";
import { orderSettings, policySettings } from "../shared/settings.ts";
import type { Accounts } from "./accounts.ts";
import type { Ledger } from "./ledger/place.ts";
import type { OrderNeeds } from "./open/needs.ts";
import type { Work } from "./run.ts";

/** Redis' settings are looked at again so often: they can be changed while it runs. */
const RISKS_KEPT_MS = 60_000;

/** What every kind is handed. */
export interface Base {
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

/** How the work of each kind is built. What each reads is in `partSettings`. */
export const builders: { readonly [N in JobName]: (base: Base) => Promise<Work<N>> } = {
  open: buildOpen,
  reissue: buildReissue,
  notify: buildNotify,
  "balance-poll": buildBalancePoll,
};

async function buildOpen(base: Base): Promise<Work<"open">> {
  const needs = await orderNeeds(base);
  const [{ acceptJob }, { openCertificate }, { startKeeper }] = await Promise.all([
    import("./accept.ts"),
    import("./open/road.ts"),
    import("./open/keeper.ts"),
  ]);
  const keeper = startKeeper(needs);
  base.life.add("keeper", () => keeper.stop());
  return async (job) => openCertificate(await acceptJob(job, needs), needs);
}

async function buildReissue(base: Base): Promise<Work<"reissue">> {
  const needs = await orderNeeds(base);
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
  const settings = readSettings(partSettings.notify, env);
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
  const mails = mailBook({ redis, keys, leaseMs: lockSeconds * 2_000 });
  return (job, { signal }) => notify(job, { mails, render, smtp, clock }, signal);
}

async function orderNeeds(base: Base): Promise<OrderNeeds> {
  const { env, redis, keys, queues, clock, log } = base;
  const settings = readSettings(orderSettings, env);
  const policies = readSettings(policySettings, env);
  const policy = policyFor(policies, base.file);
  const records = accountRecords(redis, keys);
  return {
    ...{ clock, log },
    policyFor: policy,
    policyDigest: policyDigest(policies, base.file),
    productFor: (service) => productFor(base.file, service),
    minimumBlocks: base.file.balance?.blocksPurchases ?? true,
    lastCheckFailed: async (id) => (await records.find(id))?.lastCheck?.ok === false,
    ledger: await openLedger(base, settings),
    priceCeiling: (service) => productEntry(base.file, service)?.priceCeiling,
    accounts: await base.accounts(),
    ring: queues.ring,
    certificates: certificateStore(redis, keys, policy),
    durabilityRisks: settings.CERTFLEET_ALLOW_WEAK_REDIS
      ? async () => []
      : keptFor(RISKS_KEPT_MS, () => durabilityRisks(redis)),
    pace: {
      pollSeconds: settings.CERTFLEET_POLL_SECONDS,
      validationDays: settings.CERTFLEET_VALIDATION_DAYS,
      rebuyBudget: settings.CERTFLEET_REBUY_BUDGET,
    },
  };
}

/** The money facts of this process, with the journal that all purchase workers share. */
async function openLedger({ redis, keys, clock, life }: Base, settings: LedgerSettings): Promise<Ledger> {
  const { openJournal } = await import("./journal/journal.ts");
  const journal = await openJournal(settings.CERTFLEET_JOURNAL, keys.prefix);
  life.add("journal", () => journal.close());
  if ((await redis.get(`${keys.prefix}:journal:id`)) === journal.id) {
    throw badSettings([
      "CERTFLEET_JOURNAL names the Redis of REDIS_URL: the second witness must be another one, or a folder",
    ]);
  }
  const settleMs = settings.CERTFLEET_SETTLE_SECONDS * 1_000;
  const turned = clock === systemClock ? {} : { now: () => clock.now().getTime() };
  return { redis, keys, journal, settleMs, ...turned, seen: new Map() };
}
type LedgerSettings = { CERTFLEET_JOURNAL: string; CERTFLEET_SETTLE_SECONDS: number };

function productEntry({ products }: FleetFile, service: string): FleetFile["products"][number] | undefined {
  return products.find((each) => each.service.toLowerCase() === service.toLowerCase());
}

/** The product table, and what the operator says otherwise. Where nobody says what it is sold for, a year. */
function productFor(file: FleetFile, service: string): ReturnType<OrderNeeds["productFor"]> {
  const { reissue, terms = [1] } = productEntry(file, service) ?? {};
  return { reissue: reissue ?? getProduct(service).reissue, terms };
}

/** Opens the accounts and makes them known to the producers, which have no eNom settings. */
export async function openAccounts({ env, redis, keys, file, clock, log, life }: Base): Promise<Accounts> {
  const [{ openEnomAccounts }, { answerSeconds }] = await Promise.all([
    import("./wiring.ts"),
    import("./open/pace.ts"),
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

/** Asks again only after so many milliseconds. */
function keptFor<T>(ms: number, ask: () => Promise<T>): () => Promise<T> {
  let kept: { at: number; answer: Promise<T> } | undefined;
  return () => {
    if (!kept || performance.now() - kept.at > ms) kept = { at: performance.now(), answer: ask() };
    return kept.answer;
  };
}
