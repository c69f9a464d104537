// What people see of an import: what came in, and each certificate and each row that somebody has to look at.
import { failure, type Result } from "../../../shared/base/result.ts";
import type { ImportAnswer, ImportReport, Odd } from "../../../shared/moving/import-reports.ts";

export function importResult(answer: ImportAnswer, account: string): Result {
  if (answer.state === "no-account")
    return failure("not-found", `There is no account ${account} in certfleet.yaml or the environment.`);
  const { state: _state, ...json } = answer;
  const isOdd = answer.odd.length > 0 || answer.oddRows.length > 0;
  return { ending: isOdd ? "failed" : "done", text: textOf(answer), json };
}

function textOf(report: ImportReport): string {
  const { account, listed, imported, updated, renamed, unchanged, own, matched, unmatched, resumedAt, odd, oddRows } =
    report;
  const certificates = new Set(odd.map(({ certId }) => certId)).size;
  const lines = [
    ...(resumedAt === null ? [] : [`An import that had not ended was gone on with, from ${count(resumedAt)} on.`]),
    `Account ${account}: eNom lists ${count(listed)} certificates. ${count(imported)} taken in, ${count(updated)} brought up to date, ${count(unchanged)} as they were.`,
    ...(own > 0 ? [`${count(own)} belong to orders of this fleet.`] : []),
    ...(renamed > 0 ? [`${count(renamed)} have the reference of the match file now, instead of another one.`] : []),
    `References: ${count(matched)} of the match file, ${count(unmatched)} of ours (enom-${account}-CERTID).`,
    ...(odd.length > 0 ? ["", `Odd, ${count(certificates)} certificates:`, ...odd.map(oddLine)] : []),
    ...(oddRows.length > 0
      ? [
          "",
          `Rows of the match file, ${count(oddRows.length)}:`,
          ...oddRows.map((row) => `line ${row.line}  ${row.reference || "(no reference)"}: ${row.what}`),
        ]
      : []),
    "",
    "Nothing is done with what was taken in: nothing is reissued, bought or mailed.",
    `Look at it: certfleet certificate drift ${account}. Then say from when on: certfleet certificate import ${account} --adopt YYYY-MM-DD`,
  ];
  return lines.join("\n");
}

function oddLine({ certId, domain, reference, what }: Odd): string {
  const became = reference === null ? "not taken in" : reference;
  if (certId === null) return `no CertID: ${what}`;
  return `CertID ${certId}  ${domain || "(no name)"}  ${became}: ${what}`;
}

function count(number: number): string {
  return number.toLocaleString("en-US");
}
