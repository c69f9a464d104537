// Composes the work of each kind of worker from its settings. Each kind opens only what it needs.

import { isFailedLately } from "../shared/account/connection-check.ts";
import { minimumBlocks } from "../shared/account/minimum-balance.ts";
import { accountRecords } from "../shared/account/records.ts";
import { auditTrail } from "../shared/authority/audit/trail.ts";
import { canBeTurned, realTime } from "../shared/base/clock.ts";
import { badSettings, readSettings } from "../shared/base/read-settings.ts";
import { certificateStore } from "../shared/certificate/store.ts";
import { policyDigest } from "../shared/config/policy.ts";
import { findProductEntry, productFor } from "../shared/config/product-entry.ts";
import { orderSettings, policySettings } from "../shared/config/settings.ts";
import { intakeRules } from "../shared/intake/rules.ts";
import { showAccount, showStages } from "../shared/metrics/counts.ts";
import { probe } from "../shared/metrics/registry.ts";
import { BY_HAND, isByHand } from "../shared/queue/by-hand.ts";
import type { JobName } from "../shared/queue/jobs.ts";
import { redisAccessSettings } from "../shared/redis/access.ts";
import { durabilityRisks } from "../shared/redis/durability.ts";
import type { Accounts } from "./accounts/accounts.ts";
import { type Base, livePolicy } from "./base.ts";
import { buildNotify } from "./build-notify.ts";
import { buildWebhook } from "./build-webhook.ts";
import type { Ledger } from "./ledger/context.ts";
import type { OrderNeeds } from "./order/needs.ts";
import type { Work } from "./runtime/run.ts";
import { timingStages } from "./runtime/stage-times.ts";

/** How the work of each kind is built. What each reads is in `partSettings`. */
export const builders: { readonly [N in JobName]: (base: Base) => Promise<Work<N>> } = {
  open: buildOpen,
  reissue: buildReissue,
  notify: buildNotify,
  "balance-poll": buildBalancePoll,
  webhook: buildWebhook,
};

async function buildOpen(base: Base): Promise<Work<"open">> {
  const needs = await orderNeeds(base);
  const [{ acceptJob, acceptQueued }, { advanceOrder: openCertificate }, { startInbox }, ...watching] =
    await Promise.all([
      import("./open/accept.ts"),
      import("./open/workflow.ts"),
      import("./inbox/take-in.ts"),
      import("./audit/keeper.ts"),
      import("./troubles/watch.ts"),
      import("./journal/audit-copy.ts"),
    ]);
  const [{ startKeeper }, { startTroubleWatch }, { startAuditCopy }] = watching;
  const copy = startAuditCopy({ ...needs.ledger, log: base.log });
  base.life.addWork("audit copy", () => copy.stop());
  const keeper = startKeeper(needs);
  base.life.addWork("keeper", () => keeper.stop());
  const watch = startTroubleWatch({ ...base, ...needs });
  base.life.addWork("trouble watch", () => watch.stop());
  const { startDriftWatch } = await import("./moving/drift/drift-watch.ts");
  const drift = startDriftWatch(needs);
  base.life.addWork("drift watch", () => drift.stop());
  const audit = auditTrail(base, (err) => base.log.warn({ event: "audit.lost", err }));
  // What the file says of the intake may change meanwhile.
  const accepting = () => ({ ...needs, audit });
  const accept = (body: object, reference: string) => acceptQueued(body, reference, accepting());
  const inbox = startInbox({ ...base, enqueue: needs.enqueue, accept });
  base.life.addWork("inbox", () => inbox.stop());
  const [{ queues }, { tellJob }] = [base, await import("./awaited/tell-job.ts")];
  return async (job, { id }) => {
    const reference = await acceptJob(job, accepting());
    const told = { queue: "open", id, reference, awaits: job.await === "issued" } as const;
    const work = async () => ((await isByHand(base, reference)) ? BY_HAND : openCertificate(reference, needs));
    return tellJob(told, work, { orders: needs, queues });
  };
}

async function buildReissue(base: Base): Promise<Work<"reissue">> {
  const needs = await orderNeeds(base);
  const { reissueCertificate } = await import("./reissue/reissue.ts");
  const [{ queues }, { tellJob }] = [base, await import("./awaited/tell-job.ts")];
  return async (job, { id }) => {
    if ("sweep" in job) return reissueCertificate(job, id, needs);
    const told = { queue: "reissue", id, reference: job.reference, awaits: job.await === "issued" } as const;
    return tellJob(told, () => reissueCertificate(job, id, needs), { orders: needs, queues });
  };
}

async function buildBalancePoll(base: Base): Promise<Work<"balance-poll">> {
  const { env, redis, keys, queues, live, clock, log } = base;
  const accounts = await base.accounts();
  const policy = livePolicy(readSettings(policySettings, env), live);
  const fleet = { certificates: certificateStore(redis, keys, policy), policyFor: policy, clock };
  const records = accountRecords(redis, keys);
  const [{ pollBalance }, { planPurchases }, { takeOver }] = await Promise.all([
    import("./balance/poll.ts"),
    import("../shared/forecast/planned-purchases.ts"),
    import("./balance/changed.ts"),
  ]);
  await takeOver(accounts, { redis, keys, log, enqueue: queues.enqueue });
  const needs = {
    ...{ accounts, records, redis, keys, clock, log, certificates: fleet.certificates },
    enqueue: queues.enqueue,
    get restoredMargin() {
      return live.file.balance?.restoredMargin ?? "20%";
    },
    get minimumBlocks() {
      return minimumBlocks(live.file);
    },
    planPurchases: () => planPurchases({ ...fleet, accounts: records }),
  };
  return async (job, { isScheduled }) => {
    if (!isScheduled) return pollBalance(job, needs);
    // One poll an account, however long it waits for eNom or for money: schedules add none beside it.
    await queues.enqueue("balance-poll", job);
    return "done";
  };
}

/** What the steps of orders are handed, from the settings; also for who takes one order by hand (`workers/trial`). */
export async function orderNeeds(base: Omit<Base, "own">): Promise<OrderNeeds> {
  const { env, redis, keys, queues, live, clock, log } = base;
  const settings = readSettings(orderSettings, env);
  const policies = readSettings(policySettings, env);
  const policy = livePolicy(policies, live);
  const digest = live.derive((file) => policyDigest(policies, file));
  const records = accountRecords(redis, keys);
  probe("certfleet_redis_durable", async () => (await durabilityRisks(redis)).length === 0);
  showStages();
  return {
    ...{ clock, log },
    isStopping: () => base.life.isStopping,
    policyFor: policy,
    get policyDigest() {
      return digest();
    },
    productFor: (service) => productFor(live.file.products, service),
    get minimumBlocks() {
      return minimumBlocks(live.file);
    },
    get intake() {
      return intakeRules(live.file);
    },
    trust: (await import("./delivery/trust.ts")).liveTrust(live, { mayDownload: settings.CERTFLEET_AIA, log }),
    lastCheckFailed: async (id) => isFailedLately((await records.find(id))?.lastCheck, clock.now()),
    ledger: await openLedger(base, settings),
    lookForProof: (await import("./proof/look.ts")).openLook(settings, canBeTurned(clock)),
    priceCeiling: (service) => findProductEntry(live.file.products, service)?.priceCeiling,
    accounts: await base.accounts(),
    enqueue: queues.enqueue,
    certificates: timingStages(certificateStore(redis, keys, policy)),
    durabilityRisks: settings.CERTFLEET_ALLOW_WEAK_REDIS ? async () => [] : () => durabilityRisks(redis),
    timings: {
      pollSeconds: settings.CERTFLEET_POLL_SECONDS,
      validationDays: settings.CERTFLEET_VALIDATION_DAYS,
      rebuyBudget: settings.CERTFLEET_REBUY_BUDGET,
      keepEndedDays: settings.CERTFLEET_KEEP_ENDED_DAYS,
    },
  };
}

/** The money facts of this process, with the journal that all purchase workers share. */
async function openLedger(
  { env, redis, keys, clock, log, life }: Omit<Base, "own">,
  settings: LedgerSettings,
): Promise<Ledger> {
  const [{ openJournal }, { watchJournal }] = await Promise.all([
    import("./journal/open.ts"),
    import("./journal/watched.ts"),
  ]);
  const opened = await openJournal(settings.CERTFLEET_JOURNAL, keys.prefix, readSettings(redisAccessSettings, env));
  const journal = watchJournal(opened, { redis, keys, clock: realTime(clock), log });
  life.add("journal", () => journal.close());
  probe("certfleet_journal_writable", () => journal.probe().then(() => true));
  if ((await redis.get(`${keys.prefix}:journal:id`)) === journal.id) {
    throw badSettings(["CERTFLEET_JOURNAL names the same Redis as REDIS_URL: name another Redis, or a folder"]);
  }
  const settleMs = settings.CERTFLEET_SETTLE_SECONDS * 1_000;
  const turned = canBeTurned(clock) ? { now: () => clock.now().getTime() } : {};
  return { redis, keys, journal, settleMs, ...turned, seen: new Map() };
}
type LedgerSettings = { CERTFLEET_JOURNAL: string; CERTFLEET_SETTLE_SECONDS: number };

/** Opens the accounts and makes them known to the producers, which have no eNom settings. */
export async function openAccounts({
  env,
  redis,
  keys,
  queues,
  live,
  clock,
  log,
  life,
  keepEveryMs,
}: Base): Promise<Accounts> {
  const [{ accountOpener }, { liveAccounts, publishAccounts }, { answerSeconds }, { askAboutTrouble }, { takeOver }] =
    await Promise.all([
      import("./accounts/open.ts"),
      import("./accounts/reload.ts"),
      import("./purchase/timings.ts"),
      import("./balance/ask.ts"),
      import("./balance/changed.ts"),
    ]);
  const { CERTFLEET_SETTLE_SECONDS: settleSeconds } = readSettings(orderSettings, env);
  const records = accountRecords(redis, keys);
  const asking = { enqueue: queues.enqueue, log };
  const { open, close } = accountOpener(env, {
    clock,
    log,
    fleet: { redis, keys },
    onTrouble: (trouble) => void askAboutTrouble(trouble, { ...asking, records, clock }),
    writeMs: answerSeconds(settleSeconds) * 1_000,
  });
  life.add("enom", close);
  const accounts = liveAccounts(live, open);
  const published = await publishAccounts(accounts, { live, records, log }, keepEveryMs || undefined);
  life.addWork("accounts", () => published.stop());
  for (const { entry } of accounts.all) showAccount(entry.id, entry.currency);
  live.onChange(() => void takeOver(accounts, { ...asking, redis, keys }));
  return accounts;
}
