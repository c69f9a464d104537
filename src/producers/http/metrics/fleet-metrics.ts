// What the fleet tells Prometheus, read from Redis at each scrape: sizes of lists, small hashes, no certificate. What an
// account, a status or a code can be is shown with zeros as well, so that an alarm can be set on the first one.
import { troubleCodes } from "../../../shared/account/trouble-notes.ts";
import { findAllTroubles } from "../../../shared/account/troubles.ts";
import { codes } from "../../../shared/base/codes.ts";
import { plusDays } from "../../../shared/base/dates.ts";
import { statuses } from "../../../shared/certificate/certificate.ts";
import { withins } from "../../../shared/metrics/definitions.ts";
import { type Sheet, sheet } from "../../../shared/metrics/exposition.ts";
import { queueNames } from "../../../shared/queue/jobs.ts";
import { findUnreadable } from "../../../shared/queue/unreadable.ts";
import { countByStatus, findEnding } from "../counts/certificate-counts.ts";
import type { GatewayNeeds } from "../needs.ts";
import type { KeptPlan } from "../spending-plan.ts";
import { accountMetrics } from "./account-metrics.ts";
import { flowMetrics } from "./flow-metrics.ts";
import { webhookMetrics } from "./webhook-metrics.ts";

const attentionCodes = Object.entries(codes).flatMap(([code, each]) => ("attention" in each ? [code] : []));

/** In Prometheus' text format. @throws what Redis throws: half of a truth would silence alarms */
export async function fleetMetrics(needs: GatewayNeeds, plan: KeptPlan): Promise<string> {
  const values = sheet();
  const accounts = await needs.accounts.all();
  await Promise.all([
    certificateMetrics(values, needs),
    accountMetrics(values, { ...needs, plan, accounts }),
    flowMetrics(values, needs),
    troubleMetrics(values, needs, accounts),
    jobMetrics(values, needs),
    webhookMetrics(values, needs),
  ]);
  return values.text();
}

async function certificateMetrics(values: Sheet, needs: GatewayNeeds): Promise<void> {
  const { redis, keys, clock } = needs;
  const now = clock.now();
  const [counts, withCode, ending, nextEnd] = await Promise.all([
    countByStatus(needs, now),
    Promise.all(attentionCodes.map((code) => redis.zcard(keys.attentionOf(code)))),
    Promise.all(Object.values(withins).map((days) => findEnding(needs, { now, until: plusDays(now, days) }, 0))),
    findNextEnd(needs, now),
  ]);
  for (const status of statuses) values.set("certfleet_certificates", { status }, counts[status]);
  for (const [i, code] of attentionCodes.entries())
    values.set("certfleet_attention_orders", { code }, withCode[i] ?? 0);
  for (const [i, within] of Object.keys(withins).entries())
    values.set("certfleet_certificates_expiring", { within }, ending[i]?.count ?? 0);
  values.set("certfleet_certificate_next_expiry_timestamp_seconds", {}, nextEnd / 1_000);
}

/** In ms; 0 when none is to come. Of the lists that are complete once every certificate stands in all of them. */
async function findNextEnd({ redis, keys }: GatewayNeeds, now: Date): Promise<number> {
  const lists = statuses
    .filter((status) => status !== "cancelled")
    .map((status) => keys.list({ status, isByExpiry: true }));
  const heads = await Promise.all(
    lists.map((list) => redis.zrange(list, now.getTime(), "+inf", "BYSCORE", "LIMIT", 0, 1, "WITHSCORES")),
  );
  const ends = heads.flatMap(([, score]) => (score === undefined ? [] : [Number(score)]));
  return ends.length === 0 ? 0 : Math.min(...ends);
}

async function troubleMetrics(
  values: Sheet,
  needs: GatewayNeeds,
  accounts: Awaited<ReturnType<GatewayNeeds["accounts"]["all"]>>,
): Promise<void> {
  const found = await findAllTroubles(accounts, needs);
  for (const code of troubleCodes)
    values.set("certfleet_troubles", { code }, found.filter((each) => each.code === code).length);
}

async function jobMetrics(values: Sheet, { redis, keys }: GatewayNeeds): Promise<void> {
  const [unreadable, backup] = await Promise.all([findUnreadable({ redis, keys }), redis.get(keys.lastBackup)]);
  for (const queue of queueNames) {
    const jobs = unreadable.find((each) => each.queue === queue)?.count ?? 0;
    values.set("certfleet_unreadable_jobs_total", { queue }, jobs);
  }
  values.set("certfleet_backup_last_timestamp_seconds", {}, backupSeconds(backup));
}

/** 0 for no backup, and for a note that cannot be read. */
function backupSeconds(note: string | null): number {
  try {
    const { at } = JSON.parse(note ?? "{}") as { at?: unknown };
    return typeof at === "string" ? Date.parse(at) / 1_000 || 0 : 0;
  } catch {
    return 0;
  }
}
