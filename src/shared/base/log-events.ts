// What the JSON logs of every process may say: level, fields, meaning. docs/reference/events.md is made from these
// tables. A name once given keeps its meaning; a test holds the names against the code.

export interface LogEvent {
  level: string;
  /** Beside level, time, part, pid and event. */
  fields: readonly string[];
  /** Markdown; links are from the folder docs/reference. */
  means: string;
}

export const sharedLogEvents: Readonly<Record<string, LogEvent>> = {
  "accounts.restored": {
    level: "warn",
    fields: ["accounts"],
    means:
      "Redis had lost what people and schedules know of these accounts; it is there again. [Runbook](../runbook.md#redis-was-lost-or-restored)",
  },
  "attention.raised": {
    level: "warn",
    fields: ["reference", "code", "message"],
    means: "An order needs attention: a person must act on an order. [Runbook](../runbook.md#attention-codes)",
  },
  "balance.restored": {
    level: "warn",
    fields: ["account", "available", "minimum", "currency"],
    means: "The balance is above its minimum again, by `balance.restoredMargin`",
  },
  "config.refused": {
    level: "error",
    fields: ["file", "problems"],
    means:
      "`certfleet.yaml` was changed and is wrong, or gone, or a file behind it is: nothing of it counts, the version before stays in force. Fix what `problems` name, with file and line; each is said once, and looked at again when one of these files changes",
  },
  "config.reloaded": {
    level: "info",
    fields: ["file", "accounts", "stillRefused"],
    means:
      "A changed `certfleet.yaml`, or a changed secret in a file behind it, counts from now on, in this process. `stillRefused`: `certfleet.yaml` itself is still wrong or gone (`config.refused`); the version in force goes on, with the files behind it read again",
  },
  "config.without-effect": {
    level: "warn",
    fields: ["places"],
    means: "`certfleet.yaml` sets something that this release does not act on yet: do not trust in it",
  },
  "data.newer": {
    level: "error",
    fields: ["why"],
    means:
      "A newer release has written what this one cannot read: the process stops in order, exit code 1, and does not start again. [Upgrade](../howto/upgrade.md#releases-side-by-side)",
  },
  "doorbell.lost": {
    level: "warn",
    fields: ["queue", "reference", "err"],
    means:
      "The order is kept, its job is lost: the sweeper enqueues it again. In `balance-poll`, `reference` is the account, and the schedule enqueues it. Nothing to do",
  },
  "health.started": {
    level: "info",
    fields: ["url"],
    means: "`/livez`, `/readyz` and `/metrics` of this process are there (`CERTFLEET_HEALTH_PORT`)",
  },
  "journal.failed": {
    level: "error",
    fields: ["err"],
    means: "The money journal cannot be written, and nothing is bought. [Runbook](../runbook.md#journal-not-writable)",
  },
  "journal.unnoted": {
    level: "warn",
    fields: ["err"],
    means: "How the journal does could not be noted in Redis; noted by the next look, in 10 s",
  },
  "journal.works": { level: "info", fields: [], means: "The money journal can be written again" },
  "ledger.frozen": {
    level: "error",
    fields: ["account", "reason"],
    means:
      "The account buys nothing. Each process of `open` says it once, until `ledger.thawed`. [Runbook](../runbook.md#the-ledger-is-frozen)",
  },
  "ledger.thawed": { level: "info", fields: ["account"], means: "The ledger of the account may be used again" },
  "mail.requested": {
    level: "info",
    fields: ["reference", "template"],
    means: "A mail was put into the queue `notify`",
  },
  "process.stopping": {
    level: "info",
    fields: ["signal"],
    means: "A signal asked the process to stop; the same within a second is not told again",
  },
  "purchase.abandoned": {
    level: "warn",
    fields: ["reference", "attempt", "answer", "lists", "certificates", "version", "digest"],
    means:
      "All witnesses said that a purchase was not made; with the answer `abandoned` it is bought once more. The other fields are the evidence: when both lists began, how many certificates they had, what was equal",
  },
  "redis.risk": {
    level: "warn",
    fields: ["risk"],
    means: "Redis may forget what it acknowledged. [Runbook](../runbook.md#redis-not-durable)",
  },
  "lists.completed": {
    level: "info",
    fields: ["count"],
    means: "So many certificates that an earlier version saved last are in the lists of this one now",
  },
  "redis.back": {
    level: "info",
    fields: ["seconds", "more"],
    means: "The trouble with Redis is over: how long it lasted, and how many more errors it made",
  },
  "redis.trouble": {
    level: "warn",
    fields: ["trouble", "remedy", "err"],
    means:
      "The connection to Redis broke, or its server says nothing or takes no writes. It is tried again all the time, and said once, until `redis.back`. [Runbook](../runbook.md#redis-does-not-respond)",
  },
  "runway.unknown": {
    level: "warn",
    fields: ["account", "err"],
    means: "What is to be paid could not be calculated: the mail of a low balance goes without it",
  },
  "schedule.differs": {
    level: "warn",
    fields: ["scheduler", "everySeconds", "own"],
    means:
      "This process was given another interval (`own`) than the one that counts (`everySeconds`). Give all processes the same `CERTFLEET_SWEEP_SECONDS` and `CERTFLEET_BALANCE_SECONDS`. [Runbook](../runbook.md#schedule-missing)",
  },
  "schedule.failed": {
    level: "warn",
    fields: ["err"],
    means: "The schedules could not be brought up to date; tried again in 15 s",
  },
  "schedule.removed": { level: "info", fields: ["scheduler"], means: "An account is gone or disabled: no more polls" },
  "schedule.restored": {
    level: "warn",
    fields: ["name", "loss"],
    means:
      "Somebody removed or changed a schedule, or emptied a queue; it is as it was. `loss` is `gone`, `changed` or `idle` (its next run was removed). [Runbook](../runbook.md#schedule-missing)",
  },
  "schedule.set": {
    level: "info",
    fields: ["scheduler", "everySeconds"],
    means: "The fleet is swept, or an account is polled, from now on",
  },
  "stop.failed": {
    level: "warn",
    fields: ["name", "err"],
    means:
      "A part did not stop within `CERTFLEET_DRAIN_SECONDS`; the process ends all the same. `worker open`, `worker reissue`: a purchase whose answer it waited for is in doubt, and is looked for",
  },
  "sweep.failed": {
    level: "warn",
    fields: ["queue", "err"],
    means: "The sweeper met trouble; tried again in 5 s. Lasting: orders are enqueued by nobody",
  },
  "worker.stuck": {
    level: "error",
    fields: ["queue", "why"],
    means:
      "Jobs wait and this worker takes none, though nothing stops it: `/livez` answers 503. Start the process again, where nobody does by that",
  },
  "orders.erased": {
    level: "info",
    fields: ["count", "days"],
    means: "The customers of orders that ended long ago were taken out (`CERTFLEET_KEEP_ENDED_DAYS`)",
  },
};
