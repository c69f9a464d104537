// What is logged of orders that come through Redis, by the inbox or as jobs.
import type { LogEvent } from "../../shared/base/log-events.ts";

export const inboxLogEvents: Readonly<Record<string, LogEvent>> = {
  "inbox.failed": {
    level: "warn",
    fields: ["reference", "err"],
    means:
      "An order of the inbox could not be looked at, or the inbox itself; it stays there and is looked at again within a minute",
  },
  "inbox.refused": {
    level: "info",
    fields: ["reference", "fields"],
    means:
      "An order of the inbox was refused for these fields, and whoever put it there can read why. [Straight into Redis](../howto/straight-into-redis.md)",
  },
  "order.normalised": {
    level: "info",
    fields: ["reference", "fields"],
    means:
      "An order that came as a job is kept otherwise than it was written, in these fields: in ASCII, in ISO codes, filled in. [What is normalised](order.md#what-is-normalised)",
  },
};
