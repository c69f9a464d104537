// What the judge of a storm says of a second fleet in the same account: what it set up stays its own.
import type { Evidence } from "./evidence.ts";

export function takenFromOthers({ orders, slots, ofOthers }: Evidence): string[] {
  const faults: string[] = [];
  for (const [certId, domain] of ofOthers) {
    if (domain === undefined) continue;
    const owner = orders.find(({ certificate }) => certificate?.certId === certId);
    if (owner) faults.push(`${owner.reference} has slot ${certId}, which the other fleet set up for ${domain}.`);
    const now = slots.find((slot) => slot.certId === certId)?.configuration?.domain;
    if (now !== domain) faults.push(`Slot ${certId} of ${domain}, the other fleet's, is now for ${now ?? "nothing"}.`);
  }
  return faults;
}

/** Where a request of ours had got lost, nobody can tell a slot that is not set up from our own: known, and documented. */
export function takenUnconfigured({ ofOthers }: Evidence): string[] {
  const taken = [...ofOthers].filter(([, domain]) => domain === undefined).map(([certId]) => certId);
  return taken.length === 0 ? [] : [`the other fleet found slots taken before it set them up: ${taken.join(", ")}`];
}
