// What the dashboard shows, gathered from the records: accounts, certificates, what needs attention, the queues.

import type { AccountRecord, BalanceReading } from "../../../../shared/account/records.ts";
import { findAccountTroubles, findFleetTroubles, type Trouble } from "../../../../shared/account/troubles.ts";
import { ageSeconds, plusDays } from "../../../../shared/base/dates.ts";
import type { Certificate, Status } from "../../../../shared/certificate/certificate.ts";
import { project } from "../../../../shared/certificate/projection.ts";
import type { Runway } from "../../../../shared/forecast/runway.ts";
import { type JobName, queueNames } from "../../../../shared/queue/jobs.ts";
import { countByStatus, findEnding } from "../../counts/certificate-counts.ts";
import type { GatewayNeeds } from "../../needs.ts";
import { findRunway, type KeptPlan } from "../../spending-plan.ts";

/** So many are shown of each list. */
const SOONEST = 10;
const MOST_ATTENTION = 50;
/** So many are read for it, newest orders first. */
const MOST_READ = 100;

export type Projected = ReturnType<typeof project>;

/** A certificate that needs attention. */
export type Waiting = Projected & { attention: NonNullable<Projected["attention"]> };

export interface AccountFacts {
  account: AccountRecord;
  /** Newest first. */
  history: BalanceReading[];
  ageSeconds: number | null;
  /** null: without a balance, or while there is no plan yet. */
  runway: (Runway & { until: string }) | null;
  troubles: Trouble[];
}

export interface Facts {
  now: Date;
  accounts: AccountFacts[];
  /** Of the whole fleet. */
  troubles: Trouble[];
  statuses: Record<Status, number>;
  ending: { within3: number; within7: number; within30: number; soonest: Projected[] };
  /** By the next deadline; what has none comes last, the newest first. */
  attention: { total: number; soonest: Waiting[] };
  queues: { name: JobName; waiting: number; active: number; delayed: number; failed: number }[];
}

export async function dashboardFacts(needs: GatewayNeeds, plan: KeptPlan): Promise<Facts> {
  const now = needs.clock.now();
  const [accounts, troubles, statuses, ends, attention, queues] = await Promise.all([
    accountFacts(needs, plan),
    findFleetTroubles(needs),
    countByStatus(needs, now),
    endingFacts(needs, now),
    attentionFacts(needs, now),
    Promise.all(queueNames.map((name) => queueFacts(name, needs))),
  ]);
  return { now, accounts, troubles, statuses, ending: ends, attention, queues };
}

export async function accountFacts(needs: GatewayNeeds, plan: KeptPlan): Promise<AccountFacts[]> {
  return Promise.all((await needs.accounts.all()).map((account) => factsOf(account, needs, plan)));
}

export async function factsOf(account: AccountRecord, needs: GatewayNeeds, plan: KeptPlan): Promise<AccountFacts> {
  const { accounts, clock } = needs;
  return {
    account,
    history: await accounts.history(account.id),
    ageSeconds: account.balance && ageSeconds(account.balance.at, clock.now()),
    runway: await findRunway(account, clock, plan),
    troubles: await findAccountTroubles(account, needs),
  };
}

async function endingFacts(needs: GatewayNeeds, now: Date): Promise<Facts["ending"]> {
  const [within3, within7, within30] = await Promise.all([
    findEnding(needs, { now, until: plusDays(now, 3) }, 0),
    findEnding(needs, { now, until: plusDays(now, 7) }, 0),
    findEnding(needs, { now, until: plusDays(now, 30) }, SOONEST),
  ]);
  const soonest = await readable(within30.soonest, needs);
  return {
    within3: within3.count,
    within7: within7.count,
    within30: within30.count,
    soonest: soonest.map((each) => project(each, now, needs.policyFor)),
  };
}

async function attentionFacts(needs: GatewayNeeds, now: Date): Promise<Facts["attention"]> {
  const { redis, keys, policyFor } = needs;
  const [total, references] = await Promise.all([
    redis.zcard(keys.withAttention),
    redis.zrange(keys.withAttention, "0", `${MOST_READ - 1}`, "REV"),
  ]);
  const read = (await readable(references, needs)).map((each) => project(each, now, policyFor));
  const waiting = read.flatMap((each) => (each.attention ? [{ ...each, attention: each.attention }] : []));
  return { total, soonest: waiting.sort(byDeadline).slice(0, MOST_ATTENTION) };
}

function byDeadline({ attention: a }: Waiting, { attention: b }: Waiting): number {
  const [first, second] = [a.by, b.by].map((by) =>
    by === null || Number.isNaN(Date.parse(by)) ? Number.MAX_VALUE : Date.parse(by),
  );
  if (first !== second) return (first ?? 0) - (second ?? 0);
  return a.since > b.since ? -1 : 1;
}

/** One record that cannot be read does not take the page away from all others. */
async function readable(references: readonly string[], { certificates, log }: GatewayNeeds): Promise<Certificate[]> {
  const found = await Promise.all(
    references.map((reference) =>
      certificates.find(reference).catch((err: unknown) => {
        log.warn({ event: "dashboard.unreadable", reference, err });
        return undefined;
      }),
    ),
  );
  return found.filter((each) => each !== undefined);
}

export async function queueFacts(
  name: JobName,
  { queues }: Pick<GatewayNeeds, "queues">,
): Promise<Facts["queues"][number]> {
  const counts = await queues.all[name].getJobCounts("waiting", "prioritized", "active", "delayed", "failed");
  const { waiting = 0, prioritized: placed = 0, active = 0, delayed = 0, failed = 0 } = counts;
  return { name, waiting: waiting + placed, active, delayed, failed };
}
