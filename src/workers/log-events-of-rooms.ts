// What the logs of single rooms say, each in a table of its own.
import type { LogEvent } from "../shared/base/log-events.ts";
import { inboxLogEvents } from "./inbox/log-events.ts";
import { movingLogEvents } from "./moving/drift/log-events.ts";
import { observeLogEvents } from "./observe/log-events.ts";
import { misdatedLogEvents } from "./runtime/misdated/log-events.ts";
import { webhookLogEvents } from "./webhook/log-events.ts";

export const roomsLogEvents: Readonly<Record<string, LogEvent>> = {
  ...inboxLogEvents,
  ...misdatedLogEvents,
  ...observeLogEvents,
  ...movingLogEvents,
  ...webhookLogEvents,
};
