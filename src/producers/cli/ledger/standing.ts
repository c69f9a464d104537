// `ledger status`, the part that people see: how each account's ledger stands, why it is frozen, and what to do.
import type { LedgerStatus, LedgerStep } from "../../../shared/account/ledger-reports.ts";
import { failure, type Result } from "../../../shared/base/result.ts";
import { listedFields } from "../columns.ts";
import { table } from "../table.ts";

/** Fails while an account buys nothing because its ledger is in doubt; a switch that a person turned is no failure. */
export function statusResult(standings: readonly LedgerStatus[], account: string | undefined): Result {
  if (account !== undefined && standings.length === 0)
    return failure("not-found", `No account ${account} is configured here.`);
  const isSound = standings.every(({ state, journalFailures }) => isWhole(state) && journalFailures.length === 0);
  return {
    ending: isSound ? "done" : "failed",
    text: standings.map(standingText).join("\n\n"),
    json: { accounts: standings },
    listed: listedFields(
      standings,
      "account state reason inFlight parked abandoned isForbidden stopped",
      "ledger.epoch ledger.seq journal.epoch journal.seq journalFailures thawed rebuilt dwellMs",
    ),
  };
}

function isWhole(state: LedgerStatus["state"]): boolean {
  return state === "well" || state === "unused";
}

function standingText(standing: LedgerStatus): string {
  const { account, ledger, journal, journalFailures, thawed, rebuilt, inFlight, parked, abandoned, dwellMs } = standing;
  const rows: [string, string | null][] = [
    ["Ledger", verdict(standing)],
    ["Purchases", purchasesText(standing)],
    ["Step", `${markText(ledger)} in Redis, ${markText(journal)} in the journal`],
    ["In flight", `${inFlight}, parked ${parked}, abandoned ${abandoned}`],
    ["Watched for", `${Math.round(dwellMs / 1_000)} s in all`],
    ["Journal", journalFailures.length === 0 ? null : `cannot be written. ${journalFailures.join(" ")}`],
    ["Thawed", thawed],
    ["Rebuilt", rebuilt],
  ];
  return `Account ${account}\n${table(
    [],
    rows.flatMap(([name, value]) => (value ? [[name, value]] : [])),
  ).replace(/^/gm, "  ")}`;
}

/** "on" is said only where nothing that is known here keeps the account from buying. */
function purchasesText({ state, isForbidden, stopped, journalFailures }: LedgerStatus): string {
  const reasons = [
    ...(isWhole(state) ? [] : ["the ledger is frozen"]),
    ...(isForbidden ? ["purchases: false in certfleet.yaml"] : []),
    ...(stopped === null ? [] : [stopped]),
    ...(journalFailures.length === 0 ? [] : ["where the journal cannot be written"]),
  ];
  return reasons.length === 0 ? "on" : `off: ${reasons.join("; ")}`;
}

function verdict({ account, state, reason }: LedgerStatus): string {
  const REBUILD = `certfleet ledger rebuild ${account} --reason "…"`;
  switch (state) {
    case "well":
      return "complete";
    case "unused":
      return "nothing was bought on this account yet";
    case "frozen":
      return `frozen: ${reason} When the cause is known: certfleet ledger thaw ${account} --reason "…"`;
    case "behind":
      return `frozen: Redis lost steps that the journal has. Read the runbook, then: ${REBUILD}`;
    case "lost":
      return `frozen: Redis has no ledger, and the journal has one. Read the runbook, then: ${REBUILD}`;
    case "other-journal":
      return "frozen: CERTFLEET_JOURNAL is not the journal of this ledger. Set it to the one that all purchase workers share";
  }
}

function markText(mark: LedgerStep | null): string {
  return mark === null ? "none" : `${mark.epoch}/${mark.seq}`;
}
