// `certificate import --adopt`: from a date on the certificates that were taken in are watched, reissued and renewed like our
// own. What will happen is told first, by the schedule that production runs.

import { accountRecords } from "../../shared/account/records.ts";
import { plusDays, plusYears, utcDate } from "../../shared/base/dates.ts";
import { type Money, sumMoney } from "../../shared/base/money.ts";
import { type Certificate, policyOf, statusOf, subscriptionOf } from "../../shared/certificate/certificate.ts";
import { withEvent } from "../../shared/certificate/record.ts";
import { overNewest } from "../../shared/certificate/save-race.ts";
import { pricesFrom } from "../../shared/forecast/fleet-forecast.ts";
import { beginningOf, type PricesOf } from "../../shared/forecast/forecast.ts";
import { lifeOf } from "../../shared/forecast/life.ts";
import { driftText, findDrift } from "../../shared/moving/drift-notes.ts";
import type { AdoptAnswer, AdoptAsked, AdoptReport } from "../../shared/moving/import-reports.ts";
import { dueOf } from "../../shared/subscription/due.ts";
import { wantedAccounts } from "../commands/ledger-desk.ts";
import type { MovingDesk } from "./desk/moving-desk.ts";
import { findRun } from "./import-notes.ts";

const SOON_DAYS = 30;
const PAGE = 200;
/** So old may a reading be without a word: whoever had the account until then goes on with it. */
const FRESH_HOURS = 24;

/**
 * May be killed anywhere and said again: each certificate is saved by itself, and one that has this date keeps it.
 * @throws Unavailable Redis does not respond
 */
export async function adoptImported(
  { account: id, from, isConfirmed }: AdoptAsked,
  desk: MovingDesk,
): Promise<AdoptAnswer> {
  const [account] = wantedAccounts(desk, id);
  if (!account) return { state: "no-account" };
  const all = await takenIn(id, desk);
  if (all.length === 0) return { state: "not-read", account: id };
  const at = new Date(`${from}T00:00:00Z`);
  const now = desk.clock.now();
  // One whose day has come is ours: another date would take it away again.
  const open = all.filter(({ record }) => record.adopted === undefined || new Date(record.adopted) > now);
  const waiting = open.filter(({ record }) => record.adopted !== at.toISOString());
  if (waiting.length === 0) return { state: "nothing", account: id, adopted: all.length };
  const report = await reportOf(waiting, { id, at, from, before: all.length - waiting.length }, desk);
  if (!isConfirmed) return report;
  for (const { order } of waiting) await adoptOne(order.reference, at, desk);
  return { ...report, state: "adopted" };
}

async function takenIn(id: string, { certificates, clock }: MovingDesk): Promise<Certificate[]> {
  const found: Certificate[] = [];
  let cursor: string | undefined;
  do {
    const page = await certificates.list({}, { limit: PAGE, cursor }, clock.now());
    found.push(...page.certificates.filter(({ record }) => record.origin !== undefined && record.account === id));
    cursor = page.cursor ?? undefined;
  } while (cursor !== undefined);
  return found;
}

function adoptOne(reference: string, at: Date, desk: MovingDesk): Promise<void> {
  return overNewest(async () => {
    const certificate = await desk.certificates.find(reference);
    if (!certificate) return;
    const now = desk.clock.now();
    const { record } = certificate;
    if (record.adopted !== undefined && new Date(record.adopted) <= now) return;
    const adopted = { ...record, adopted: at.toISOString() };
    const told = withEvent(adopted, now, "certificate.adopted", `from ${utcDate(at)} on, by ${desk.who}`);
    await desk.certificates.save({ ...certificate, record: told }, now);
  });
}

interface About {
  id: string;
  at: Date;
  from: string;
  before: number;
}

async function reportOf(
  waiting: readonly Certificate[],
  { id, at, from, before }: About,
  desk: MovingDesk,
): Promise<AdoptReport> {
  const now = desk.clock.now();
  const begins = at > now ? at : now;
  const [soon, year] = [plusDays(begins, SOON_DAYS), plusYears(begins, 1)];
  const pricesOf = await pricesAt(id, desk);
  const counts = { ended: 0, reissues: 0, validations: 0, mails: 0 };
  const months = new Map<string, { count: number; cost: Money; currency: string }>();
  for (const each of waiting) {
    if (statusOf(each, now) === "expired") counts.ended++;
    const adopted = { ...each, record: { ...each.record, adopted: begins.toISOString() } };
    const policy = policyOf(adopted, desk.policyFor);
    const prices = pricesOf(each.record.account, each.order.product);
    const sold = prices && prices.years.length > 0 ? prices.years : [1];
    const told = dueOf(subscriptionOf(adopted), policy, begins);
    if (told?.kind === "ends" && told.at < soon) counts.mails++;
    for (const event of lifeOf(beginningOf(adopted, begins), policy, { sold })) {
      if (event.at >= year) break;
      if (event.at < soon) {
        if (event.kind === "reissue") counts.reissues++;
        if (event.kind === "validation") counts.validations++;
        // The owner is asked, reminded, and told of each new certificate.
        if (event.kind === "validation" || event.kind === "reminder" || event.kind === "issue") counts.mails++;
      }
      if (event.kind !== "purchase") continue;
      const month = event.at.toISOString().slice(0, 7);
      const { currency = each.record.plan?.currency ?? "USD" } = prices ?? {};
      const sum = months.get(month) ?? { count: 0, cost: "0.00", currency };
      const cost = prices ? Array.from({ length: event.years }, () => prices.price) : [];
      months.set(month, { ...sum, count: sum.count + 1, cost: sumMoney([sum.cost, ...cost]) });
    }
  }
  const run = await findRun(desk.ledger, id);
  const importedAt = run?.endedAt ?? null;
  return {
    ...{ state: "planned", account: id, from, certificates: waiting.length, before, ...counts, importedAt },
    purchases: [...months].sort(([a], [b]) => (a < b ? -1 : 1)).map(([month, sum]) => ({ month, ...sum })),
    warnings: await warningsOf(id, { run, isPast: at < now && utcDate(at) !== utcDate(now) }, desk),
  };
}

/** As the workers made them known; where none has run yet, eNom is asked. */
async function pricesAt(id: string, desk: MovingDesk): Promise<PricesOf> {
  const known = await pricesFrom(accountRecords(desk.ledger.redis, desk.ledger.keys));
  const account = desk.accounts().find(id);
  const catalogue = (await account?.catalogue().catch(() => [])) ?? [];
  return (of, service) => {
    const offer = catalogue.find((each) => each.service.toLowerCase() === service.toLowerCase());
    const asked = offer && {
      price: offer.price,
      perYears: 1,
      years: offer.years,
      currency: account?.entry.currency ?? "USD",
    };
    return known(of, service) ?? asked;
  };
}

async function warningsOf(
  id: string,
  { run, isPast }: { run: { endedAt?: string | undefined } | undefined; isPast: boolean },
  desk: MovingDesk,
): Promise<string[]> {
  const hours = (desk.clock.now().getTime() - Date.parse(run?.endedAt ?? "")) / 3_600_000;
  const drift = await findDrift(desk.ledger, id);
  return [
    ...(isPast ? ["That date is over: everything that is due is begun at once."] : []),
    ...(run && run.endedAt === undefined
      ? [`The import has not ended. Go on with it first: certfleet certificate import ${id}`]
      : []),
    ...(hours > FRESH_HOURS
      ? [
          `The account was read ${Math.floor(hours / 24) || 1} days ago. Read it again first, so that nothing is missing: certfleet certificate import ${id}`,
        ]
      : []),
    ...(drift && drift.count > 0
      ? [`The last comparison (${drift.at.slice(0, 10)}) found ${driftText(drift)}: certfleet certificate drift ${id}`]
      : []),
  ];
}
