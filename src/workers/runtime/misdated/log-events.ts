// What the logs may say of clocks that were wrong.
import type { LogEvent } from "../../../shared/base/log-events.ts";

export const misdatedLogEvents: Readonly<Record<string, LogEvent>> = {
  "clock.misdated": {
    level: "warn",
    fields: ["what", "count"],
    means:
      "Orders or jobs were planned by a clock that was ahead, a machine's or Redis' own; they are looked at now. Ask `certfleet doctor` about the clocks",
  },
};
