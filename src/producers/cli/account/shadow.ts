// `account shadow` and `account live`: what an observed account's fleet would have done, and the switch to live behind it.
import { endObserving, observedSince } from "../../../shared/account/shadow/observed.ts";
import {
  type Act,
  type Difference,
  differencesSoFar,
  type Shadow,
  type ShadowReport,
  shadowReports,
} from "../../../shared/account/shadow/reports.ts";
import { failure, type Result } from "../../../shared/base/result.ts";
import { listedFields } from "../columns.ts";
import type { Fleet } from "../fleet.ts";
import { table, timeText } from "../table.ts";

/** Undefined where no such account is known. */
export async function findShadow(
  account: string,
  { accounts, redis, keys }: Pick<Fleet, "accounts" | "redis" | "keys">,
): Promise<Shadow | undefined> {
  const found = await accounts.find(account);
  if (!found) return undefined;
  const [since, reports] = await Promise.all([
    observedSince({ redis, keys }, account),
    shadowReports({ redis, keys }, account),
  ]);
  const observes = found.mode === "observe" || since !== null;
  return { account, mode: found.mode, observes, since, differences: differencesSoFar(reports), reports };
}

export function unknownAccount(account: string): Result {
  return failure("not-found", `There is no account ${account}. Workers publish their accounts when they start.`);
}

/** The newest report, and the differences over all of them. */
export function shadowResult(shadow: Shadow): Result {
  const { account, observes, since, differences, reports } = shadow;
  const [newest] = reports;
  const head = observes
    ? `Account ${account} observes${since ? ` since ${timeText(since)}` : ""}: nothing is bought, changed or mailed.`
    : `Account ${account} does not observe.`;
  const none = "There is no report yet. The first one comes with the next sweep, at the latest in an hour.";
  const text = [head, ...(newest ? [reportText(newest)] : [none]), differencesText(differences, reports.length)];
  const listed = listedFields(differences, "kind domain only reference certId at");
  return { ending: "done", text: text.join("\n\n"), json: shadow, listed };
}

function reportText({ at, since, certificates, details, fleet, other }: ShadowReport): string {
  const from = since ? `from ${timeText(since)} to ${timeText(at)}` : `of ${timeText(at)}, the first one`;
  return [
    `Report ${from}; ${certificates} certificates listed, ${details} of them read one by one.`,
    `The fleet would have done:\n${actsText(fleet)}`,
    `At eNom was done:\n${since ? actsText(other) : "(the first report only takes stock)"}`,
  ].join("\n\n");
}

function actsText(acts: readonly Act[]): string {
  if (acts.length === 0) return "nothing";
  const rows = acts.map(({ kind, domain, reference, certId, at, detail }) => [
    ...[kind, domain || "–", reference ?? "–", certId === null ? "–" : `${certId}`, timeText(at), detail],
  ]);
  return table(["WHAT", "DOMAIN", "REFERENCE", "CERTID", "WHEN", "DETAIL"], rows);
}

const ONLY = { fleet: "only the fleet", other: "only at eNom" };

function differencesText(differences: readonly Difference[], reports: number): string {
  if (reports < 2) return "Differences: not known before the second report.";
  if (differences.length === 0) return `Differences over ${reports} reports: none.`;
  const rows = differences.map(({ kind, domain, only, reference, certId, at }) => [
    ...[kind, domain || "–", ONLY[only], reference ?? "–", certId === null ? "–" : `${certId}`, timeText(at)],
  ]);
  const shown = table(["WHAT", "DOMAIN", "WHO", "REFERENCE", "CERTID", "WHEN"], rows);
  return `Differences over ${reports} reports: ${differences.length}\n${shown}`;
}

/**
 * Names the differences; with `yes` the account buys and changes from now on. Nothing happens while certfleet.yaml still
 * says `mode: observe`: the file and a person must both want it.
 */
export async function goLive(account: string, { yes = false }: { yes?: boolean }, fleet: Fleet): Promise<Result> {
  const shadow = await findShadow(account, fleet);
  if (!shadow) return unknownAccount(account);
  const { mode, since, differences, reports } = shadow;
  if (mode !== "observe" && since === null)
    return { ending: "done", text: "", note: `Account ${account} is live already.`, json: shadow };
  const shown = differencesText(differences, reports.length);
  if (mode === "observe") {
    const next = `Set mode: dedicated or mode: shared for ${account} in certfleet.yaml first; it stays held until you confirm it here.`;
    return { ...failure("conflict", `Account ${account} observes by certfleet.yaml. ${next}`), text: shown };
  }
  if (!yes) {
    const next = `Account ${account} has observed since ${timeText(since ?? "")}. From the switch on it buys, reissues and writes to customers (mode: ${mode}). If you understand each difference: certfleet account live ${account} --yes`;
    return { ...failure("usage", next), text: shown };
  }
  await endObserving(fleet, account);
  await fleet.enqueue("reissue", { sweep: true });
  await fleet.enqueue("balance-poll", { account });
  return { ending: "done", text: shown, note: `Account ${account} is live (mode: ${mode}).`, json: shadow };
}
