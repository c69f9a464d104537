// The facts of a first contact around its differences: money, certificates, prices, dates, who else buys, how fast eNom is.
import { compareCatalogue } from "../../shared/account/compare-catalogue.ts";
import type { Facts, Latency } from "../../shared/probe/report.ts";
import type { CatalogueEntry } from "../enom/commands/commands.ts";
import { parseDate } from "../enom/commands/date.ts";
import { anyTextOf } from "../enom/commands/fields.ts";
import { descendants } from "../enom/wire/document.ts";
import { formOf } from "../enom/wire/not-understood.ts";
import type { ReadAnswer } from "./answers/read-answer.ts";
import { ordersWithoutCertificate } from "./differences/account.ts";
import { STATUSES } from "./differences/certificates.ts";
import type { About } from "./differences/found.ts";

export function factsOf({ answers, around }: About): Facts {
  const answerTo = <T>(command: string): T | undefined =>
    answers.find(({ recorded, value }) => recorded.command === command && value)?.value as T | undefined;
  return {
    balance: answerTo<{ available: string; balance: string }>("GetBalance") ?? null,
    certificates: certificatesIn(answers),
    products: compareCatalogueOrNot(answerTo<CatalogueEntry[]>("GetCerts")),
    latency: latencyOf(answers),
    dates: { forms: dateFormsIn(answers), clock: clockOf(answers) },
    address: answers.map(({ trouble }) => trouble?.seenAddress).find((seen) => seen !== undefined) ?? null,
    others: othersIn({ answers, around }),
  };
}

function certificatesIn(answers: readonly ReadAnswer[]): Facts["certificates"] {
  const pages = answers.filter(({ recorded, root }) => recorded.command === "CertGetCerts" && root);
  const rows = pages.flatMap(({ root }) => (root ? descendants(root, (name) => name === "cert") : []));
  const [total] = pages.flatMap(({ root }) =>
    root ? descendants(root, (name) => name === "totalcertcount" || name === "totalrecords") : [],
  );
  const groups = Map.groupBy(rows, (row) => anyTextOf(row, "CertStatusID") || "?");
  const byStatus = [...groups]
    .sort(([a], [b]) => Number(a) - Number(b))
    .map(([id, { length: count }]) => ({ status: `${STATUSES[Number(id)] ?? "not known here"} (${id})`, count }));
  return { total: total && /^\d{1,8}$/.test(total.text) ? Number(total.text) : null, listed: rows.length, byStatus };
}

function compareCatalogueOrNot(entries: CatalogueEntry[] | undefined): Facts["products"] {
  if (!entries) return [];
  return compareCatalogue(entries)
    .filter(({ state }) => state !== "missing")
    .map(({ service, name, price, years, state }) => ({ service, name, price, years, state }));
}

function latencyOf(answers: readonly ReadAnswer[]): Latency[] {
  const groups = Map.groupBy(answers, ({ recorded }) => recorded.command);
  return [...groups].map(([command, all]) => {
    const times = all.map(({ recorded }) => Math.round(recorded.ms)).sort((a, b) => a - b);
    const [shortestMs = 0] = times;
    return {
      command,
      count: times.length,
      shortestMs,
      medianMs: times[times.length >> 1] ?? 0,
      longestMs: times.at(-1) ?? 0,
    };
  });
}

const DATES = /^(orderdate|expirationdate|trans-date|requestdatetime)$/;

/** Of the first answers, the forms as the readers know them. */
function dateFormsIn(answers: readonly ReadAnswer[]): string[] {
  const forms = answers.flatMap(({ root }) =>
    root
      ? descendants(root, (name) => DATES.test(name)).flatMap(({ text }) => (text === "" ? [] : [dateForm(text)]))
      : [],
  );
  return [...new Set(forms)].slice(0, 12);
}

function dateForm(text: string): string {
  if (/^\d{1,2}\/\d{1,2}\/\d{4}$/.test(text) && isDate(text)) return "M/D/YYYY";
  if (/^\d{1,2}\/\d{1,2}\/\d{4} \d{1,2}:\d\d:\d\d [AP]M$/i.test(text) && isDate(text)) return "M/D/YYYY h:mm:ss AM";
  return formOf(text);
}

function isDate(text: string): boolean {
  try {
    return parseDate(text) !== "";
  } catch {
    return false;
  }
}

const HOUR = 3_600_000;
const QUARTER = HOUR / 4;

/** eNom names no zone: its own time of an answer beside ours says how far it is from UTC. */
function clockOf(answers: readonly ReadAnswer[]): string | null {
  for (const { root, recorded } of answers) {
    const text = root ? anyTextOf(root, "RequestDateTime") : "";
    if (text === "" || !isDate(text)) continue;
    const apart = Date.parse(`${parseDate(text)}Z`) - Date.parse(recorded.at);
    const zone = Math.round(apart / QUARTER) * QUARTER;
    const seconds = Math.round((apart - zone) / 1_000);
    const hours = Math.abs(zone / HOUR);
    const shown = zone === 0 ? "UTC" : `UTC${zone < 0 ? "-" : "+"}${hours}`;
    const pacific = zone === -8 * HOUR || zone === -7 * HOUR ? " (as US Pacific)" : "";
    const off = Math.abs(seconds) <= 2 ? "to the second" : `${Math.abs(seconds)} s ${seconds < 0 ? "behind" : "ahead"}`;
    return `eNom's clock goes by ${shown}${pacific}, ${off}`;
  }
  return null;
}

function othersIn({ answers, around }: About): string[] {
  const ledger = {
    unknown: "No Redis was asked: whose certificates these are is not known.",
    none: "This fleet has bought nothing here yet: every certificate was there before.",
    bound:
      around.strangers.length === 0
        ? "The fleet's ledger knows every certificate that eNom lists."
        : `The fleet's ledger does not know ${around.strangers.length} of the certificates.`,
    "bound-elsewhere": "The fleet's ledger of this account belongs to another login.",
  }[around.ledger];
  const orders = ordersWithoutCertificate(answers).length;
  const recent = recentPurchases(answers, around.at);
  return [
    ledger,
    ...(orders > 0
      ? [`${orders} of the newest orders belong to no certificate: other things are sold here, too.`]
      : []),
    ...(recent > 0 ? [`${recent} of the certificates were bought in the last 30 days.`] : []),
    `The account is ${around.mode} in certfleet.yaml.`,
  ];
}

function recentPurchases(answers: readonly ReadAnswer[], at: string): number {
  const since = new Date(Date.parse(at) - 30 * 24 * HOUR).toISOString().slice(0, 10);
  return answers
    .filter(({ recorded }) => recorded.command === "CertGetCerts")
    .flatMap(({ root }) => (root ? descendants(root, (name) => name === "cert") : []))
    .filter((row) => {
      const text = anyTextOf(row, "OrderDate");
      return isDate(text) && parseDate(text) >= since;
    }).length;
}
