// A corrected match file may give one certificate the reference that another one has until now, and the other way round: who
// has one that is wanted elsewhere gets its own back first.

import type { MovingDesk } from "./desk/moving-desk.ts";
import { rename } from "./give-reference.ts";
import { ownReference } from "./reading/imported-order.ts";

/** Only among certificates that the file names and that nobody has adopted: all others keep what they have. */
export async function freeNames(
  account: string,
  references: ReadonlyMap<number, { reference: string }>,
  desk: MovingDesk,
): Promise<void> {
  if (references.size === 0) return;
  const { redis, keys } = desk.ledger;
  const wanted = [...references].map(([certId, { reference }]) => ({ certId, reference }));
  const slots = await redis.hmget(keys.ledger.held(account), ...wanted.map(({ reference }) => reference));
  for (const [i, { certId, reference }] of wanted.entries()) {
    const holder = Number(slots[i] ?? certId);
    const next = references.get(holder);
    if (holder === certId || !next || next.reference === reference) continue;
    const certificate = await desk.certificates.find(reference);
    const { origin, adopted } = certificate?.record ?? {};
    if (!certificate || origin?.kind !== "imported" || adopted !== undefined) continue;
    await rename(certificate, { certId: holder, account, to: ownReference(account, holder) }, desk);
  }
}
