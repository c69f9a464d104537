// What the logs of workers of `webhook` may say beside what all workers do.
import type { LogEvent } from "../../shared/base/log-events.ts";

export const webhookLogEvents: Readonly<Record<string, LogEvent>> = {
  "webhook.delivered": {
    level: "debug",
    fields: ["endpoint", "id", "type", "tries", "status", "ms"],
    means: "A webhook endpoint took an event",
  },
  "webhook.failed": {
    level: "info",
    fields: ["endpoint", "id", "type", "tries", "status", "ms", "error"],
    means: "It did not; the event is tried again. [Runbook](../runbook.md#a-receiver-does-not-take-webhooks)",
  },
  "webhook.gave-up": {
    level: "warn",
    fields: ["endpoint", "id", "type", "tries", "status", "ms", "error"],
    means: "An event was tried for three days, or is no longer kept: the next one follows. It can be replayed",
  },
  "webhook.no-secret": {
    level: "warn",
    fields: ["endpoint"],
    means:
      "This worker does not know the secret of an endpoint: its certfleet.yaml is another one than that of the fleet. Tried again in a minute",
  },
  "webhook.off": {
    level: "warn",
    fields: ["endpoint", "gone"],
    means:
      "An endpoint was switched off: three days without success, or (`gone`) it answered 410. [Runbook](../runbook.md#webhook-dead)",
  },
};
