// What the workers' JSON logs may say: level, fields, meaning. docs/reference/events.md is made from these tables.
import type { LogEvent } from "../shared/base/log-events.ts";
import { roomsLogEvents } from "./log-events-of-rooms.ts";

export const workerLogEvents: Readonly<Record<string, LogEvent>> = {
  ...roomsLogEvents,
  "orders.erased": {
    level: "info",
    fields: ["count", "days"],
    means: "The customers of orders that ended long ago were taken out (`CERTFLEET_KEEP_ENDED_DAYS`)",
  },
  "audit.lost": {
    level: "warn",
    fields: ["err"],
    means: "What came of an order in a job could not be written to the audit trail, where it is `unknown`",
  },
  "audit.not-copied": {
    level: "warn",
    fields: ["err"],
    means: "The audit trail could not be copied into the journal; tried again in two seconds",
  },
  "account.not-understood": {
    level: "error",
    fields: ["account", "reason"],
    means:
      "A row of eNom's list that may be a purchase of this fleet cannot be read: the account buys nothing until it can be. [Runbook](../runbook.md#enom-not-understood)",
  },
  "account.refused": {
    level: "error",
    fields: ["account", "cause", "message", "seenAddress"],
    means:
      "eNom refused login, address or question at a check or balance poll. [Runbook](../runbook.md#enom-login-refused)",
  },
  "account.unreachable": {
    level: "warn",
    fields: ["account", "cause", "message"],
    means: "A check got no good answer from eNom; `certfleet account check` says what to do",
  },
  "accounts.unpublished": {
    level: "warn",
    fields: ["err"],
    means:
      "A change of the accounts could not be shown to people and schedules: Redis did not respond. It counts all the same; the next change, or start, shows it",
  },
  "arranger.failed": {
    level: "warn",
    fields: ["queue", "err"],
    means:
      "The jobs that wait could not be given their places; tried again at once. Lasting: who has many jobs waiting delays others",
  },
  "answer.lost": {
    level: "error",
    fields: ["reference", "attempt", "certId", "orderId", "err"],
    means:
      "eNom answered a purchase and the ledger could not be reached: keep this line, it names the slot. [Runbook](../runbook.md#a-parked-purchase)",
  },
  "answer.not-understood": {
    level: "warn",
    fields: ["account", "command", "certId", "element", "form", "problem"],
    means:
      "Something in an answer of eNom's cannot be read; `form` is its shape, a letter as `a` or `A`, a digit as `9`. Said once an hour for each kind, and kept: `certfleet account answers`. Where it matters to a purchase, orders show `enom-not-understood`",
  },
  "balance.read": { level: "info", fields: ["account", "available", "currency"], means: "A balance was read and kept" },
  "balance.low": {
    level: "warn",
    fields: ["account", "available", "minimum", "currency"],
    means: "The balance fell below its minimum, and the operator mailbox was told; once a fall. Refill the account",
  },
  "breaker.closed": {
    level: "info",
    fields: ["account"],
    means: "eNom answers again: all requests of the account go on",
  },
  "breaker.opened": {
    level: "warn",
    fields: ["account", "cause", "seconds"],
    means:
      "eNom did not respond five times in a row, or for the one request that tried again: nothing is sent to the account for so long. Jobs wait and lose nothing",
  },
  "cancel.too-late": {
    level: "warn",
    fields: ["reference", "certId", "err"],
    means: "eNom no longer calls the configuration back; the order is cancelled here alone. Ask eNom for a refund",
  },
  "catalogue.unread": {
    level: "warn",
    fields: ["account", "err"],
    means: "What eNom sells could not be read at a balance poll: forecasts use the last one",
  },
  "claim.refused": {
    level: "warn",
    fields: ["reference", "attempt", "certId", "reason"],
    means:
      "A slot that was bought could not be given to its order: another one has it by now, or nobody waited any more and it is unused. Nothing to do",
  },
  "department.untold": {
    level: "error",
    fields: ["account", "count", "err"],
    means:
      "A list for an operator mailbox (the daily one, or of the end of e-mail validation) could not be made, of so many certificates; the others have theirs. Report it, and look at `certfleet certificate list --attention`",
  },
  "department.unreachable": {
    level: "error",
    fields: ["address", "template", "key", "err"],
    means:
      "A mail to an operator mailbox will not go out: nobody there knows of the case. [Runbook](../runbook.md#mails-do-not-arrive)",
  },
  "department.unknown": {
    level: "warn",
    fields: ["account", "template", "key"],
    means: "A mail for the operator mailbox was due, and the account has no `department` in `certfleet.yaml`",
  },
  "due.failed": {
    level: "warn",
    fields: ["reference", "err"],
    means:
      "The policy of one certificate could not be acted on; the next sweep does it again. Lasting: [Runbook](../runbook.md#nothing-is-reissued)",
  },
  "due.rescheduled": {
    level: "info",
    fields: ["count"],
    means: "The fleet's policy has changed: it was calculated anew when each certificate is due",
  },
  "due.swept": {
    level: "info",
    fields: ["count", "left"],
    means: "What was due by policy was acted on; `left` is still due",
  },
  "enom-log.failed": {
    level: "warn",
    fields: ["err"],
    means: "The interaction log cannot be written: disk or rights. Work goes on",
  },
  "funds.arrived": {
    level: "info",
    fields: ["account", "count"],
    means:
      "A poll read more money than the one before, or the first after an account could not be read or `certfleet.yaml` was taken over: so many orders that waited for it are tried now",
  },
  "issuer.not-downloaded": {
    level: "warn",
    fields: ["url", "err"],
    means:
      "The issuer of a certificate could not be downloaded from the address in it; the chain stays as it was sent. [Runbook](../runbook.md#chain-incomplete)",
  },
  "job.failed": {
    level: "error",
    fields: ["queue", "job", "attempt", "err"],
    means:
      "A job ended in failure. `open`, `reissue`: the order goes on by the sweeper, or was never accepted. `notify`: [Runbook](../runbook.md#mails-do-not-arrive)",
  },
  "job.mended": {
    level: "warn",
    fields: ["queue", "job", "fields"],
    means:
      "BullMQ's own fields of a job were no JSON, so that nobody could take it: it has no options now, and is taken",
  },
  "job.retry": { level: "warn", fields: ["queue", "job", "attempt", "err"], means: "A job failed and is tried again" },
  "job.scrubbed": {
    level: "warn",
    fields: ["queue", "job", "places"],
    means:
      "A refused job held a private key, a password or the like, which was removed from it; `places` says where. [Runbook](../runbook.md#a-job-held-a-private-key)",
  },
  "job.stalled": {
    level: "warn",
    fields: ["queue", "job"],
    means: "The worker of a job is gone or blocked; another one takes it",
  },
  "job.unreadable": {
    level: "error",
    fields: ["queue", "job", "why"],
    means:
      "A job is no JSON, or of another version: it lies among the failed ones and is counted. [Runbook](../runbook.md#a-job-cannot-be-read)",
  },
  "keeper.failed": {
    level: "warn",
    fields: ["account", "err"],
    means:
      "An account's ledger could not be looked after: eNom or Redis does not respond, the journal fails, or the ledger is behind its journal; `err` says which. Tried again within seconds. Lasting: no purchase in doubt gets older. [Runbook](../runbook.md#the-ledger-is-frozen)",
  },
  "mail.asked-again": {
    level: "warn",
    fields: ["key", "template"],
    means:
      "The job of a mail was gone before the mail had ended (a queue that was emptied, a job that was removed): it is asked for again, and sent once",
  },
  "mail.not-asked": {
    level: "warn",
    fields: ["key", "template", "err"],
    means: "The same, and it could not be asked for; tried again in half a minute",
  },
  "order.unreadable": {
    level: "warn",
    fields: ["reference", "err"],
    means: "The record of an order cannot be read: when money arrives it is passed over, the others are enqueued",
  },
  "purchase.answered": {
    level: "info",
    fields: ["reference", "attempt", "outcome", "certId"],
    means: "What came of a purchase: `bought`, `ordered`, `rejected`, `not-sent` or `unknown`",
  },
  "slot.surplus": {
    level: "warn",
    fields: ["account", "certId", "slotClass"],
    means:
      "A purchase that was abandoned had been made after all: its slot is unused, and the next order of that product uses it. [Runbook](../runbook.md#unused-slots-and-refunds)",
  },
  "sweep.rang": { level: "debug", fields: ["queue", "count"], means: "The sweeper enqueued orders that were due" },
  "templates.missing": {
    level: "warn",
    fields: ["directory"],
    means:
      "`templates.directory` of `certfleet.yaml` is no folder here: mails go out in the built-in text. It is used as soon as it is there. Said at the start and at each reload",
  },
  "template.broken": {
    level: "error",
    fields: ["template", "language", "part", "problem", "file", "line"],
    means:
      "One of your mail templates cannot be used: the built-in one was used instead. `certfleet template lint` says the same",
  },
  "trouble.began": {
    level: "warn",
    fields: ["account", "code", "about", "message"],
    means:
      "An account, or without `account` the whole fleet, has a problem that orders may meet: `code` says which. The operator mailbox is told. Each code is a section of the [runbook](../runbook.md)",
  },
  "trouble.ended": {
    level: "info",
    fields: ["account", "code", "about"],
    means: "Such a problem is over, and the operator mailbox is told",
  },
  "troubles.unread": {
    level: "warn",
    fields: ["err"],
    means: "The problems of accounts and fleet could not be read, or told; the next look, within seconds, does it",
  },
  "worker.trouble": {
    level: "warn",
    fields: ["queue", "err"],
    means: "BullMQ's worker met trouble, mostly with Redis",
  },
  "workers.started": { level: "info", fields: ["queues"], means: "The workers of a process listen" },
};
