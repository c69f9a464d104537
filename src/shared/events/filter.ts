// Which events somebody wants, and which somebody may hear of.
import { allows, type Scope } from "../authority/scopes.ts";
import { type EventType, eventTypeNames } from "./event-types.ts";
import type { StoredEvent } from "./read.ts";

export interface Wanted {
  /** Absent: all. */
  types?: ReadonlySet<EventType> | undefined;
  /** Of this order only. */
  reference?: string | undefined;
}

/** `certificate.issued`, `certificate.*` or `*`, with commas between them. `unknown`: what is no type. */
export function readTypes(texts: readonly string[]): { types: Set<EventType>; unknown: string[] } {
  const types = new Set<EventType>();
  const unknown: string[] = [];
  for (const text of texts.flatMap((each) => each.split(",")).map((each) => each.trim())) {
    const found = eventTypeNames.filter((name) => isOf(name, text));
    if (found.length === 0) unknown.push(text);
    for (const name of found) types.add(name);
  }
  return { types, unknown };
}

function isOf(name: EventType, pattern: string): boolean {
  if (pattern === "*" || name === pattern) return true;
  return /^[a-z]+\.\*$/.test(pattern) && name.startsWith(pattern.slice(0, -1));
}

export function isWanted({ type, data }: StoredEvent, { types, reference }: Wanted): boolean {
  return (!types || types.has(type)) && (reference === undefined || data.reference === reference);
}

/** As the scopes are at the other routes: who may read no account hears nothing of accounts. */
export function mayHear({ subject }: StoredEvent, held: readonly Scope[]): boolean {
  return allows(held, subject.startsWith("certificate/") ? "certificates:read" : "accounts:read");
}
