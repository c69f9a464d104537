// What the logs say of comparisons with eNom; docs/reference/events.md is made from this table.
import type { LogEvent } from "../../../shared/base/log-events.ts";

export const movingLogEvents: Readonly<Record<string, LogEvent>> = {
  "drift.compared": {
    level: "info",
    fields: ["account", "differences"],
    means: "The records of an account were compared with eNom (`drift: daily`): how many differences there are",
  },
  "drift.failed": {
    level: "warn",
    fields: ["err"],
    means: "The daily comparison with eNom could not be made; tried again within an hour",
  },
};
