// What the gateway's JSON log may say: level, fields, meaning. docs/reference/events.md is made from these tables.
import type { LogEvent } from "../shared/base/log-events.ts";

export const gatewayLogEvents: Readonly<Record<string, LogEvent>> = {
  "board.action": {
    level: "info, warn",
    fields: ["action", "queue", "job", "scheduler", "outcome", "who", "from"],
    means:
      "Somebody did something on Bull Board, or tried: `outcome` is `done`, `refused` or `failed`, `who` the person. Warn: it was not done",
  },
  "board.failed": {
    level: "info",
    fields: ["err"],
    means: "Bull Board could not do what it was asked: mostly a name or a number that cannot be",
  },
  "activity.unmade": {
    level: "debug",
    fields: ["err"],
    means: "The forecast for the plot of the console's first page could not be made; it is tried again",
  },
  "bulk.unfinished": {
    level: "warn",
    fields: ["err"],
    means: "A change of many certificates that began in the console ended early: what is left can be gone on with",
  },
  "search.unread": {
    level: "debug",
    fields: ["err"],
    means: "The console's search could not read all certificates; the next one who asks has it tried again",
  },
  "dashboard.unreadable": {
    level: "warn",
    fields: ["reference", "err"],
    means: "A record cannot be read: the dashboard shows the others",
  },
  "gateway.started": { level: "info", fields: ["url"], means: "The gateway listens" },
  "http.answered": {
    level: "info, debug, warn",
    fields: ["request", "method", "route", "status", "ms", "key", "reference", "from"],
    means:
      "One request. `key` is the id of the API key; `reference` names the order that it changed, `from` the address of what was refused. Warn from status 500, debug outside of `/v1` and of what was too much (429)",
  },
  "http.crowded": {
    level: "warn",
    fields: ["count", "most"],
    means:
      "More connections than `CERTFLEET_CONNECTIONS`: so many were closed that had been open longest without a whole request. Said once a minute at most",
  },
  "http.server": {
    level: "info, warn",
    fields: ["msg"],
    means: "What the HTTP server says of itself: where it listens, or that an answer was cut off",
  },
  "http.failed": {
    level: "error, warn",
    fields: ["request", "route", "err"],
    means: "Error: a bug in Certfleet, report it. Warn: Redis did not respond, the caller got 503",
  },
  "audit.lost": {
    level: "warn",
    fields: ["err"],
    means:
      "What came of an action, or a refused attempt, could not be written to the audit trail; the action itself is there as `unknown`",
  },
  "lists.failed": {
    level: "warn",
    fields: ["err"],
    means: "The lists of certificates could not be brought up to date; tried again in a minute",
  },
  "key.refused": {
    level: "warn",
    fields: ["request", "key", "from", "why", "scope"],
    means:
      "A caller showed a key that does not open this: `why` is `unknown`, `expired`, `network` (not from this address) or `scope` (which one is needed). The key itself is never written down",
  },
  "key.unlimited": {
    level: "warn",
    fields: ["key"],
    means:
      "`CERTFLEET_API_KEY` is set: it may do everything, without end and quotas. Make keys with `certfleet key create` instead",
  },
  "key.use-lost": {
    level: "warn",
    fields: ["key", "err"],
    means: "The last use of a key could not be noted; nothing else is missing",
  },
  "limit.reached": {
    level: "warn",
    fields: ["request", "caller", "from"],
    means: "A key or console user sent more requests than allowed and gets 429; said once a minute",
  },
  "openid.failed": {
    level: "warn",
    fields: ["request", "err"],
    means: "The OpenID provider could not be asked, or its answer was refused: `err` says why",
  },
  "plan.failed": {
    level: "warn",
    fields: ["err"],
    means:
      "What is to be paid could not be calculated: accounts are shown with the runway of before, or none; tried again in a minute",
  },
  "sign-in.done": {
    level: "info",
    fields: ["request", "user", "from", "by"],
    means: "Somebody signed in. `by`: `password` or `openid`",
  },
  "sign-in.refused": {
    level: "warn",
    fields: ["request", "user", "from", "why"],
    means:
      "Somebody was not let in. `user` is null where nobody has the name. `why`: `password`, `openid` (the provider said no, or gave no role), or `paused`: after failures nobody looked at the password; once a minute and address. Many from one address: somebody guesses. [People](../howto/people.md)",
  },
  "sign-out.done": { level: "info", fields: ["request", "user", "from"], means: "Somebody signed out" },
  "slot.found": {
    level: "info",
    fields: ["reference", "account", "certId"],
    means: "After a restore an order got the slot that was bought for it since the backup",
  },
  "slot.reused": {
    level: "info",
    fields: ["reference", "account", "certId"],
    means: "An order got an unused slot: nothing was bought",
  },
};
