// A webhook endpoint: who is called, about what, and how it fares. Its secrets are not part of it.
import { randomBytes } from "node:crypto";
import { z } from "zod";
import { eventTypeNames } from "../events/event-types.ts";

/** Types that an endpoint may name beside those of the table: all, or all of one noun. */
const groups = ["*", ...new Set(eventTypeNames.map((name) => `${name.split(".")[0]}.*`))];
const wanted = new Set<string>([...groups, ...eventTypeNames]);

const EVENT_FORM = `must be an event type such as certificate.issued, or one of ${groups.join(", ")}`;

/** Which events an endpoint wants. */
export const wantedEvents = z
  .array(z.string().refine((text) => wanted.has(text), EVENT_FORM))
  .min(1)
  .max(100);

/** Whether an endpoint wants events of this type. `collect.lua` asks the same. */
export function wants(events: readonly string[], type: string): boolean {
  return events.includes("*") || events.includes(type) || events.includes(`${type.split(".")[0]}.*`);
}

/** Names of endpoints; those that the API makes begin with `wh_`. */
export const endpointId = z.string().regex(/^[A-Za-z0-9._-]{1,64}$/, "must be 1 to 64 of A-Z a-z 0-9 . _ -");

export function makeEndpointId(): string {
  return `wh_${randomBytes(12).toString("hex")}`;
}

/** As Standard Webhooks has it: 24 to 64 random bytes. */
export function makeSecret(): string {
  return `whsec_${randomBytes(32).toString("base64")}`;
}

/** What is wrong with a secret; undefined where it can sign. */
export function secretFault(secret: string): string | undefined {
  const text = secret.replace(/^whsec_/, "");
  const bytes = Buffer.from(text, "base64");
  const isBase64 = /^[A-Za-z0-9+/]+={0,2}$/.test(text) && bytes.toString("base64") === text;
  if (isBase64 && bytes.length >= 24 && bytes.length <= 64) return undefined;
  return "must be whsec_ and 24 to 64 random bytes in base64: echo whsec_$(openssl rand -base64 32)";
}

/** Why it gets nothing. `gone`: it answered 410. `failing`: three days without success. `removed`: the file has it no more. */
export const offReasons = ["gone", "failing", "by-hand", "removed"] as const;
export type OffReason = (typeof offReasons)[number];

/** How a delivery stands, and how `webhook deliveries` calls it. */
export const deliveryStates = ["delivered", "retrying", "gave-up"] as const;
export type DeliveryState = (typeof deliveryStates)[number];

/** One line of an endpoint's log: the newest try of an event. Its id is the event's, or of a test begins with `test_`. */
export const delivery = z.object({
  id: z.string().meta({ description: "The event's id; of a test it begins with test_", example: "1793000000000-0" }),
  type: z.string().meta({ description: "The event's type", example: "certificate.issued" }),
  subject: z.string().meta({ description: "Within one subject the order is kept", example: "certificate/bill-1001" }),
  state: z
    .enum(deliveryStates)
    .meta({ description: "gave-up: after three days, or the event is no longer kept", example: "delivered" }),
  tries: z.int().meta({ description: "How often it was tried", example: 1 }),
  firstAt: z.string().meta({ format: "date-time", description: "The first try" }),
  at: z.string().meta({ format: "date-time", description: "The newest try" }),
  nextAt: z.string().nullable().meta({ format: "date-time", description: "The next try, while there will be one" }),
  status: z.int().nullable().meta({ description: "The HTTP status that was answered; null: no answer", example: 200 }),
  ms: z.int().meta({ description: "How long the newest try took, in milliseconds", example: 84 }),
  error: z.string().nullable().meta({ description: "Why it did not arrive, for people", example: null }),
  answer: z
    .string()
    .nullable()
    .meta({ description: "The first 500 characters of a body that was no success", example: null }),
});
export type Delivery = z.infer<typeof delivery>;

const lastDelivery = delivery.pick({ id: true, type: true, state: true, at: true, status: true, error: true });

export const endpoint = z.object({
  id: endpointId.meta({ description: "Its name", example: "wh_5c0a8c9f2e4b7d6a1f3e9b20" }),
  url: z.string().meta({ description: "Where events are sent", example: "https://billing.example/hooks/certfleet" }),
  events: z
    .array(z.string())
    .meta({ description: "Types of events; * is all, certificate.* all of certificates", example: ["certificate.*"] }),
  allowPrivate: z
    .boolean()
    .meta({ description: "Addresses that are not public, and http, are allowed", example: false }),
  source: z
    .enum(["api", "file"])
    .meta({ description: "file: it stands in certfleet.yaml, and is changed there", example: "api" }),
  state: z
    .enum(["on", "failing", "off"])
    .meta({ description: "failing: the newest tries failed, and go on", example: "on" }),
  createdAt: z.string().meta({ format: "date-time", description: "When it was added" }),
  disabledAt: z.string().nullable().meta({ format: "date-time", description: "When it was switched off" }),
  disabledBecause: z.enum(offReasons).nullable().meta({ description: "Why it was switched off", example: null }),
  failingSince: z.string().nullable().meta({ format: "date-time", description: "No delivery has succeeded since" }),
  oldSecretUntil: z
    .string()
    .nullable()
    .meta({ format: "date-time", description: "Until then the old secret signs, too" }),
  lastDelivery: lastDelivery.nullable().meta({ description: "The newest try" }),
});
export type Endpoint = z.infer<typeof endpoint>;

const time = (text: string | undefined): string | null => (text ? new Date(Number(text)).toISOString() : null);

/** As `keys.hook` keeps it. Times lie there in milliseconds, which scripts compare. */
export function readEndpoint(id: string, kept: Readonly<Record<string, string>>): Endpoint {
  return endpoint.parse({
    id,
    url: kept.url,
    events: JSON.parse(kept.events ?? '["*"]') as unknown,
    allowPrivate: kept.allowPrivate === "1",
    source: kept.source ?? "api",
    state: kept.state === "off" ? "off" : kept.failingSince ? "failing" : "on",
    createdAt: time(kept.createdAt),
    disabledAt: time(kept.disabledAt),
    disabledBecause: kept.disabledBecause ?? null,
    failingSince: time(kept.failingSince),
    oldSecretUntil: time(kept.oldSecretUntil),
    lastDelivery: kept.lastDelivery ? (JSON.parse(kept.lastDelivery) as unknown) : null,
  });
}
