// What the judge of a storm says of webhooks: each event arrives at least once, those of one order in their order.
import type { Evidence, JudgedEvent } from "./evidence.ts";

export function undelivered({ webhooks: { events, taken, unsigned } }: Evidence): string[] {
  const arrived = new Set(taken.map(({ id }) => id));
  return [
    ...events.filter(({ id }) => !arrived.has(id)).map(({ id, type, subject }) => `${type} of ${subject} (${id})`),
    ...(unsigned > 0 ? [`${unsigned} requests were not signed as agreed.`] : []),
  ];
}

/** Copies may come at any time; news may not come behind newer news of the same order. */
export function outOfOrder({ webhooks: { taken } }: Evidence): string[] {
  const faults: string[] = [];
  const newest = new Map<string, JudgedEvent>();
  const seen = new Set<string>();
  for (const event of taken) {
    if (seen.has(event.id)) continue;
    seen.add(event.id);
    const last = newest.get(event.subject);
    if (last && isBefore(event.id, last.id))
      faults.push(`${event.type} (${event.id}) of ${event.subject} came behind ${last.type} (${last.id}).`);
    else newest.set(event.subject, event);
  }
  return faults;
}

/** As Redis compares ids of a stream. */
function isBefore(a: string, b: string): boolean {
  const [[aMs = 0, aNumber = 0], [bMs = 0, bNumber = 0]] = [a.split("-").map(Number), b.split("-").map(Number)];
  return aMs < bMs || (aMs === bMs && aNumber < bNumber);
}
