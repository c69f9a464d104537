// The pages of the codes that people meet: attention codes, events of logs and timelines, exit codes of the command line.
import { gatewayLogEvents } from "../../src/producers/log-events.ts";
import { attentionCodes, codes } from "../../src/shared/base/codes.ts";
import { type LogEvent, sharedLogEvents } from "../../src/shared/base/log-events.ts";
import { exitCodes, exitMeanings } from "../../src/shared/base/result.ts";
import { attentionMeanings } from "../../src/shared/certificate/attention-meanings.ts";
import { timelineEvents } from "../../src/shared/certificate/timeline-events.ts";
import { workerLogEvents } from "../../src/workers/log-events.ts";
import { code, page, table } from "./page.ts";

export function attentionPage(): string {
  const rows = attentionCodes.map((each) => {
    const { means, section } = attentionMeanings[each];
    const { goesOn, about } = codes[each].attention;
    return [`[${code(each)}](../runbook.md#${section})`, goesOn, about, means];
  });
  return page(
    "Attention codes",
    [
      "Any certificate can come with `attention`: who must act, by when, and what to do next.",
      "",
      "* *goes on by* `fleet`: Certfleet continues by itself when the cause is fixed. `person`: it waits for your decision.",
      "* *about* `account`: all orders of the account meet it, and one fix helps all. It is mailed once.",
    ],
    table(["code", "goes on by", "about", "means"], rows),
  );
}

export function eventsPage(): string {
  const all: [string, LogEvent][] = Object.entries({ ...sharedLogEvents, ...gatewayLogEvents, ...workerLogEvents });
  all.sort(([a], [b]) => (a < b ? -1 : 1));
  const rows = all.map(([name, { level, fields, means }]) => [code(name), level, fields.map(code).join(", "), means]);
  return page(
    "Events",
    [
      "Names of events, once in the JSON logs of the processes and once in the timeline of an order.",
      "A name once given keeps its meaning.",
    ],
    [
      "## In the JSON logs",
      "",
      "Each line on standard error is one JSON object: `level`, `time` (UTC), `part`, `pid`, `event`, and the fields below.",
      "`err` has `name`, `message`, `stack`, `code`. Passwords, tokens, keys and CSRs are removed.",
    ].join("\n"),
    table(["event", "level", "fields", "means, and what to do"], rows),
    [
      "The decisions of people are logged, too, with `reference` and `who`. They have the names of the timeline:",
      "`decision.…`, `approver.…`, `certificate.cancelled`.",
      "",
      "**Call somebody** for `ledger.frozen`, `http.failed` at level error, `account.refused`,",
      "and `attention.raised` with the code `ledger-frozen` or `purchase-unknown`.",
      "",
      "**Look daily** at the other `attention.raised`, at `job.failed`, `slot.surplus` and `purchase.abandoned`,",
      "and at the exit code of `certfleet ledger prove`.",
    ].join("\n"),
    [
      "## In an order's timeline",
      "",
      "`timeline` of a certificate has its last 200 entries. Each has `at`, `event` and `detail`.",
    ].join("\n"),
    table(
      ["event", "means"],
      Object.entries(timelineEvents).map(([name, means]) => [code(name), means]),
    ),
  );
}

export function exitCodesPage(): string {
  const rows = Object.entries(exitCodes).map(([ending, number]) => [
    code(String(number)),
    exitMeanings[ending as keyof typeof exitCodes],
  ]);
  return page(
    "Exit codes",
    ["Every verb of `bin/certfleet` ends with one of these. Results are on stdout, messages on stderr."],
    table(["code", "means"], rows),
  );
}
