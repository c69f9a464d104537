// What is logged of orders that come by the inbox.
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
};
