// What is logged of accounts that observe.
import type { LogEvent } from "../../shared/base/log-events.ts";

export const observeLogEvents: Readonly<Record<string, LogEvent>> = {
  "shadow.reported": {
    level: "info",
    fields: ["account", "count"],
    means: "The day's report of an account that observes was made, with so many differences",
  },
  "shadow.failed": {
    level: "warn",
    fields: ["account", "err"],
    means: "An account that observes could not be read or reported; tried again with the next sweep",
  },
};
