// Once a day, what the fleet would have done for an observed account beside what was done there. Asks eNom, changes nothing.
import { noteObserved, observing } from "../../shared/account/shadow/observed.ts";
import {
  type Act,
  differencesOf,
  differencesSoFar,
  MOST_REPORTS,
  type ShadowReport,
  shadowReports,
} from "../../shared/account/shadow/reports.ts";
import { utcDate } from "../../shared/base/dates.ts";
import type { Account } from "../accounts/accounts.ts";
import { tellDepartment } from "../order/department.ts";
import type { OrderNeeds } from "../order/needs.ts";
import { planOf } from "./plan.ts";
import { keptReading, type Reading, readAccount } from "./reading.ts";

const MOST_LISTED = 30;

/** With the first sweep of a UTC day; an account that cannot be read stops no other, and is tried by the next sweep. */
export async function reportShadows(needs: OrderNeeds): Promise<void> {
  const { redis, keys } = needs.ledger;
  const now = needs.clock.now();
  for (const account of needs.accounts.all) {
    const { entry } = account;
    if (!entry.enabled || (await observing({ redis, keys }, entry)) === null) continue;
    if (entry.mode === "observe") await noteObserved({ redis, keys }, entry.id, now);
    const field = `shadow:${entry.id}`;
    if ((await redis.hget(keys.notices, field)) === utcDate(now)) continue;
    try {
      await reportShadow(account, needs);
      await redis.hset(keys.notices, field, utcDate(now));
    } catch (err) {
      needs.log.warn({ event: "shadow.failed", account: entry.id, err });
    }
  }
}

/**
 * Report and reading are kept together: a crash before makes the same report again, one behind it only asks for its mail
 * again, which has the day as its key.
 */
export async function reportShadow(account: Account, needs: OrderNeeds): Promise<ShadowReport> {
  const { redis, keys } = needs.ledger;
  const { id } = account.entry;
  const now = needs.clock.now();
  const [kept, [last]] = await Promise.all([keptReading({ redis, keys }, id), shadowReports({ redis, keys }, id)]);
  const since = last?.at ?? null;
  const { reading, acts, details } = await readAccount(account, kept, now);
  const fleet = await planOf(id, since === null ? null : new Date(since), needs);
  const known = new Map(fleet.map(({ certId, reference }) => [certId, reference]));
  const other = acts.map((each): Act => ({ ...each, reference: known.get(each.certId) ?? null }));
  const report: ShadowReport = {
    ...{ account: id, at: now.toISOString(), since, certificates: reading.size, details },
    ...{ fleet, other, differences: differencesOf(fleet, other) },
  };
  await keep(report, reading, needs);
  const all = differencesSoFar(await shadowReports({ redis, keys }, id));
  await tellDepartment(account.entry, mailOf(report, all.length), needs);
  needs.log.info({ event: "shadow.reported", account: id, count: report.differences.length });
  return report;
}

async function keep(report: ShadowReport, reading: Reading, { ledger: { redis, keys } }: OrderNeeds): Promise<void> {
  const { account } = report;
  const fields = Object.fromEntries([...reading].map(([certId, each]) => [certId, JSON.stringify(each)]));
  const written = redis.multi().del(keys.shadow(account));
  if (reading.size > 0) written.hset(keys.shadow(account), fields);
  written.lpush(keys.shadowReports(account), JSON.stringify(report));
  await written.ltrim(keys.shadowReports(account), 0, MOST_REPORTS - 1).exec();
}

function mailOf({ account, at, since, certificates, fleet, other, differences }: ShadowReport, open: number) {
  const listed = differences.slice(0, MOST_LISTED).map(({ kind, domain, only }) => ({ kind, domain, only }));
  const count = (acts: readonly Act[], kind: Act["kind"]): number => acts.filter((each) => each.kind === kind).length;
  return {
    key: `shadow:${account}:${at.slice(0, 10)}`,
    template: "shadow-report",
    values: {
      ...{ account, since: since?.slice(0, 10) ?? null, certificates, open },
      fleet: { purchases: count(fleet, "purchase"), reissues: count(fleet, "reissue"), mails: count(fleet, "mail") },
      other: { purchases: count(other, "purchase"), reissues: count(other, "reissue"), issued: count(other, "issued") },
      ...{ differences: listed, more: differences.length - listed.length },
    },
  };
}
