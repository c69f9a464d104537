// What calls about webhook endpoints take and answer.
import { z } from "zod";
import { endpoint, wantedEvents } from "../../../../shared/webhooks/endpoint.ts";

export const webhookParams = z.object({
  id: z.string().min(1).max(64).meta({ description: "The id of the endpoint", example: "wh_5c0a8c9f2e4b7d6a1f3e9b20" }),
});

export const EXAMPLE_URL = "https://example.com/hooks/certfleet";
const url = z.string().meta({ description: "Where to: https, unless allowPrivate is set", example: EXAMPLE_URL });
const events = wantedEvents.meta({
  description: "Which events: * is all, certificate.* all of certificates, else types of the list of events",
  example: ["certificate.issued", "certificate.attention"],
});
const allowPrivate = z
  .boolean()
  .meta({ description: "Allows http, and addresses that are not public", example: false });
const secret = z.string().meta({
  description: "Deliveries are signed with it (Standard Webhooks). It is shown this once",
  example: "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD",
});
const { oldSecretUntil } = endpoint.shape;
export const webhookBody = endpoint.meta({ id: "Webhook" });
const waiting = z
  .object({
    lanes: z
      .int()
      .meta({ description: "How many orders or accounts have an event that was not delivered", example: 2 }),
    dueSince: z.string().nullable().meta({ format: "date-time", description: "Since when the oldest is due" }),
  })
  .meta({ description: "What was not delivered yet" });

export const webhookChanges = z.strictObject({
  url: url.optional(),
  events: events.optional(),
  allowPrivate: allowPrivate.optional(),
  enabled: z.boolean().optional().meta({ description: "true: switch it on; false: off", example: true }),
  fromNow: z.boolean().optional().meta({ description: "With enabled: forget what it has not got", example: false }),
});

export const FULL_DAY_HOURS = 24;
export const webhookRotation = z.strictObject({
  keepOldHours: z
    .int()
    .min(0)
    .max(168)
    .default(FULL_DAY_HOURS)
    .meta({ description: "How long the old secret signs, too; 0: not any more", example: 24 }),
});

export const newWebhook = z.strictObject({
  url,
  events: events.default(["*"]),
  allowPrivate: allowPrivate.default(false),
});
export const addedBody = webhookBody.extend({ secret }).meta({ id: "NewWebhook" });
export const detailedBody = webhookBody.extend({ waiting }).meta({ id: "WebhookDetails" });
export const rotatedBody = z.object({
  id: webhookParams.shape.id,
  secret,
  oldSecretUntil: oldSecretUntil.unwrap().meta(oldSecretUntil.meta() ?? {}),
});
