// What people see when certificates leave a fleet, and when they arrive in another one.
import { failure, type Result } from "../../../shared/base/result.ts";
import type { ExportReport, RestoreAnswer } from "../../../shared/moving/move-reports.ts";

export function exportResult(report: ExportReport): Result {
  const { file, certificates, isHandedOver, left } = report;
  const lines = [
    `${file ?? "stdout"}: ${certificates} certificates. The file names customers, with addresses: keep it as you keep a backup.`,
    isHandedOver
      ? "This fleet does nothing with them any more: no reissue, no purchase, no mail."
      : "This fleet goes on with them. Before another fleet adopts them, export once more with --hand-over.",
    ...(left.length > 0
      ? [
          "",
          `Left behind, ${left.length}:`,
          ...left.map(({ reference, what }) => `${reference}: ${what}`),
          "",
          "Export again when these are done: what the other fleet has already stays as it is.",
        ]
      : []),
  ];
  const text = lines.join("\n");
  const ending = left.length > 0 ? "failed" : "done";
  // On stdout are the certificates themselves.
  return file === null ? { ending, text: "", json: undefined, note: text } : { ending, text, json: report };
}

export function restoreResult(answer: RestoreAnswer): Result {
  if (answer.state === "not-handed-over")
    return failure(
      "conflict",
      `The fleet ${answer.fleet} wrote this file on ${answer.at.slice(0, 10)} and goes on with its certificates: both would buy the next terms. ` +
        "Export again with --hand-over. If that fleet is stopped for good, say --source-stopped.",
    );
  const { state: _state, ...json } = answer;
  const { file, fleet, at, certificates, restored, same, accounts, refused } = answer;
  const adopt = accounts.map((id) => `certfleet certificate import ${id} --adopt YYYY-MM-DD`);
  const lines = [
    `${file} of ${at} (fleet ${fleet}): ${certificates} certificates. ${restored} taken in, ${same} were here as in the file.`,
    ...(refused.length > 0
      ? [
          "",
          `Not taken in, ${refused.length}:`,
          ...refused.map(({ line, reference, what }) => `line ${line}  ${reference}: ${what}`),
          "",
        ]
      : []),
    "Nothing is done with what was taken in: nothing is reissued, bought or mailed.",
    ...(adopt.length > 0
      ? [`Compare it with eNom (certfleet certificate drift), then say from when on: ${adopt.join("; ")}`]
      : []),
  ];
  return { ending: refused.length > 0 ? "failed" : "done", text: lines.join("\n"), json };
}
