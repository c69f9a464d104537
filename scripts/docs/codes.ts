// The pages of the codes that people meet: attention codes, events of logs and timelines, exit codes of the command line.
import { gatewayLogEvents } from "../../src/producers/log-events.ts";
import { type AttentionCode, attentionCodes, codes } from "../../src/shared/base/codes.ts";
import { type LogEvent, sharedLogEvents } from "../../src/shared/base/log-events.ts";
import { exitCodes, exitMeanings } from "../../src/shared/base/result.ts";
import { timelineEvents } from "../../src/shared/certificate/timeline-events.ts";
import { workerLogEvents } from "../../src/workers/log-events.ts";
import { code, page, table } from "./page.ts";

/** In one sentence each. The section of the runbook that helps has the name of its code. */
const attentionMeanings: Readonly<Record<AttentionCode, string>> = {
  "purchase-unknown": "a purchase was sent, and nobody can tell whether it was made",
  "enom-login-refused": "eNom refuses the login",
  "enom-address-not-permitted": "eNom does not know this machine's address",
  "no-account-with-funds": "the balance is lower than the price",
  "no-account": "no configured account fits",
  "account-bound-elsewhere": "an account id was given another login",
  "account-observes": "the account only observes, and nothing is bought or changed",
  "redis-not-durable": "Redis might forget a purchase",
  "ledger-frozen": "Redis lost something, or somebody else buys in the account",
  "purchases-stopped": "buying is switched off",
  "price-above-ceiling": "eNom asks more than you agreed to",
  "spend-cap-reached": "the hour's or the day's sum is spent",
  "enom-unavailable": "no answer from eNom for an hour",
  "enom-not-understood": "eNom answered something that cannot be read, and that matters to a purchase",
  "enom-question-refused": "eNom refuses a question that changes nothing",
  "product-not-sold": "eNom does not sell the product to this account now",
  "approver-not-offered": "eNom does not offer that approver",
  "validation-overdue": "the domain's owner does not act",
  "rejected-by-owner": "the approver refused",
  refunded: "eNom refunded the slot",
  "enom-refused": "eNom refused a step",
  "configured-otherwise": "somebody else configured the slot",
  "unknown-status": "eNom shows a status that is not known here",
  "certificate-mismatch": "the certificate is not the one that was asked for",
  "chain-incomplete": "eNom did not send every certificate of the chain, or sent none",
  "reissue-by-hand": "the operator mailbox has the task to have it reissued",
  "reissue-uncertain": "a reissue was sent, and eNom does not show it",
  "renewal-due": "the next term is due, and the policy leaves it to people",
  "renewal-not-sold": "eNom does not sell the next term",
  "validation-needed": "no usable way of validation is agreed; nothing is bought or reissued meanwhile",
  "email-validation-ended": "the domain was to be validated by e-mail, which is over",
  "waited-too-long": "thirty days without success",
  "internal-error": "a bug in Certfleet",
};

export function attentionPage(): string {
  const rows = attentionCodes.map((each) => {
    const { goesOn, about } = codes[each].attention;
    return [`[${code(each)}](../runbook.md#${each})`, goesOn, about, attentionMeanings[each]];
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
      "Where [traces](../howto/monitoring.md#traces) are made, `trace_id` and `span_id` are there, too.",
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
