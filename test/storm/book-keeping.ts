// Whether ledger, journal and eNom's books tell the same story behind a storm.
import type { Ending } from "./ending.ts";

/** I2, I8: an attempt passes its gate once, and no purchase is written whose gate the journal does not know. */
export function gateFaults({ lines, purchasesAsked }: Ending): string[] {
  const gates = lines.filter(({ step }) => step === "gate").map(({ writes }) => writes[0]?.[1] ?? "");
  const twice = gates.filter((attempt, i) => gates.indexOf(attempt) !== i);
  const faults = twice.map((attempt) => `${attempt} passed its gate twice.`);
  if (purchasesAsked > gates.length)
    faults.push(`${purchasesAsked} purchases were sent through ${gates.length} gates.`);
  return faults;
}

/** What is COVERED settles by itself; what is SENDING or UNKNOWN would be an order without an end. */
export function ledgerFaults({ ledgerFaults: broken, frozen, orders, slots, owners }: Ending): string[] {
  const faults = [...broken];
  if (frozen) faults.push(`The ledger is frozen: ${frozen}`);
  for (const { order, attempts } of orders) {
    const open = attempts.filter(({ state }) => state === "SENDING" || state === "UNKNOWN" || state === "PREPARED");
    faults.push(...open.map(({ state }) => `An attempt of ${order.reference} is still ${state}.`));
  }
  const unmapped = slots.filter(({ certId }) => !(certId in owners));
  faults.push(...unmapped.map(({ certId, service }) => `I7: slot ${certId} (${service}) is in no map.`));
  return faults;
}

export function proofFaults({ proof }: Ending): string[] {
  const faults = proof.flatMap(({ unmatched }) => unmatched.map(({ what }) => `unmatched: ${what}.`));
  return proof.length === 1 ? faults : [`${proof.length} accounts were proved instead of one.`, ...faults];
}
