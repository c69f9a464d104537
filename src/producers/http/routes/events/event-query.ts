// What readers of events may ask for, and what they get.
import type { FastifyRequest } from "fastify";
import { z } from "zod";
import { reference } from "../../../../shared/certificate/order.ts";
import { type EventType, eventTypeNames } from "../../../../shared/events/event-types.ts";
import { readTypes } from "../../../../shared/events/filter.ts";
import type { StoredEvent } from "../../../../shared/events/read.ts";

/** Of a stream's entry. The time has thirteen digits for some centuries. */
const PLACE = /^\d{1,15}-\d{1,19}$/;

export const MOST_WAIT_SECONDS = 30;

/** An id, or a word for a place. */
export const place = z
  .string()
  .regex(/^(oldest|latest|\d{1,15}-\d{1,19})$/, "must be the nextCursor or the id of an event, oldest or latest")
  .meta({
    description:
      "Only what came after this: the `nextCursor` of the page before, or the `id` of an event. `latest`: only what comes from now on. `oldest`, or left out: everything that is kept",
    example: "latest",
  });

const types = z
  .union([z.string().max(2_000), z.array(z.string().max(200)).max(100)])
  .transform((given, context): Set<EventType> => {
    const { types: found, unknown } = readTypes([given].flat());
    const [first] = unknown;
    if (first !== undefined) {
      const known = `${eventTypeNames.join(", ")}; or certificate.*, mail.*, account.*, fleet.*`;
      context.addIssue({
        code: "custom",
        message: `has no type ${JSON.stringify(first.slice(0, 40))}. Known: ${known}`,
      });
    }
    return found;
  })
  .optional()
  .meta({
    description: "Only these types, with commas between them; `certificate.*` is all that begin so",
    example: "certificate.issued,certificate.failed",
  });

export const wanted = {
  types,
  reference: reference.optional().meta({ description: "Only events of this order", example: "bill-1001" }),
};

export const feedQuery = z.strictObject({
  after: place.default("oldest"),
  ...wanted,
  wait: z.coerce.number().int().min(0).max(MOST_WAIT_SECONDS).default(0).meta({
    description: "Seconds that the answer waits for an event while there is none; it comes as soon as there is one",
    example: 20,
  }),
  limit: z.coerce.number().int().min(1).max(500).default(100).meta({ description: "The most events of the page" }),
});

/** A program that has no cursor yet, or nothing to choose, may send its parameters empty; and 0 is in front of everything. */
export async function leaveOutEmpty(request: FastifyRequest): Promise<void> {
  const given = Object.entries(request.query as Record<string, unknown>).filter(([, value]) => value !== "");
  const query = Object.fromEntries(given);
  request.query = /^0+(-0+)?$/.test(String(query.after)) ? { ...query, after: "oldest" } : query;
}

export const streamQuery = z.strictObject({ after: place.optional(), ...wanted });

/** What it is not able to read is no fault. */
export const heardBefore = z.looseObject({
  "last-event-id": z
    .string()
    .optional()
    .meta({ description: "The `id` that was heard last: what came after it follows", example: "1764576000000-0" }),
});

/** As browsers' EventSource sends it: what it heard last; nothing, or something else, where it heard nothing of ours. */
export function lastHeard(header: string | string[] | undefined): string | undefined {
  return typeof header === "string" && PLACE.test(header) ? header : undefined;
}

export const eventBody = z
  .object({
    id: z.string().meta({
      description: "Unique, and its place among all events: the same event never has two",
      example: "1764576000000-0",
    }),
    type: z.enum(eventTypeNames as [EventType, ...EventType[]]).meta({
      description: "What happened: docs/reference/event-feed.md has all types",
      example: "certificate.issued",
    }),
    timestamp: z.string().meta({ format: "date-time", description: "When", example: "2026-12-01T09:00:00.000Z" }),
    data: z.record(z.string(), z.unknown()).meta({
      description: "What is needed to act on it, by type; readers must bear with fields that a later version adds",
      example: { reference: "bill-1001", status: "issued", domain: "shop.example.com" },
    }),
  })
  .meta({ id: "Event", additionalProperties: true });

export function shown({ id, type, timestamp, data }: StoredEvent): z.infer<typeof eventBody> {
  return { id, type, timestamp, data };
}
