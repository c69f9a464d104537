// An example of each event, made from what its fields say of themselves: for documents, and for tests of receivers.
import { z } from "zod";
import { type EventType, eventTypes } from "./event-types.ts";
import type { FleetEvent } from "./read.ts";

export function exampleEvent(type: EventType): FleetEvent {
  const { data, sample } = eventTypes[type];
  const shown = { ...(exampleOf(data) as Record<string, unknown>), ...sample };
  return { id: "1796115600000-0", type, timestamp: "2026-12-01T09:00:00.000Z", data: data.parse(shown) };
}

/** What a field shows of itself, and of what has fields, what each of them shows. */
function exampleOf(schema: z.core.$ZodType): unknown {
  const { example } = (z.globalRegistry.get(schema) ?? {}) as { example?: unknown };
  if (example !== undefined) return example;
  if (schema instanceof z.ZodNullable) return exampleOf(schema.unwrap());
  if (!(schema instanceof z.ZodObject)) return null;
  return Object.fromEntries(Object.entries(schema.shape).map(([name, field]) => [name, exampleOf(field)]));
}
