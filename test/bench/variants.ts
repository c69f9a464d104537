// What the cost of safety is measured against: the same road with one of the protocol's precautions taken away. For measuring only.

import type { CertDetail } from "../../src/workers/enom/commands/certificate-commands.ts";
import type { Enom } from "../../src/workers/enom/commands/commands.ts";
import type { Journal } from "../../src/workers/journal/journal.ts";

export interface Variant {
  name: string;
  /** `untouched` is how eNom shows a slot that was just bought. */
  enom: (real: Enom, untouched: CertDetail) => Enom;
  journal: (real: Journal) => Journal;
}

export const variants: readonly Variant[] = [
  { name: "as it is", enom: (real) => real, journal: (real) => real },
  { name: "without the extra reads", enom: withoutExtraReads, journal: (real) => real },
  { name: "without the journal", enom: (real) => real, journal: withoutJournal },
];

/** Balance and newest order before the purchase, and the slot before it is configured and before it is submitted: known, not asked. */
function withoutExtraReads(real: Enom, untouched: CertDetail): Enom {
  const READS_BEFORE_WRITES = 2;
  const reads = new Map<number, number>();
  return {
    ...real,
    balance: async () => ({ available: "100000.00", balance: "100000.00" }),
    newestOrderId: async () => 0,
    async detail(certId) {
      const before = reads.get(certId) ?? 0;
      reads.set(certId, before + 1);
      return before < READS_BEFORE_WRITES ? { ...untouched, certId } : real.detail(certId);
    },
  };
}

function withoutJournal(): Journal {
  return {
    id: "none",
    append: async () => {},
    highest: async () => undefined,
    probe: async () => undefined,
    read: async () => [],
    close: async () => {},
  };
}
