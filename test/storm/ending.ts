// What a storm leaves behind, gathered when the workers are gone: the orders, their attempts, eNom's books, the journal, the proof.
import type { Slot } from "../../src/sandbox/enom/books/slot.ts";
import type { AccountProof } from "../../src/shared/account/ledger-reports.ts";
import type { Certificate } from "../../src/shared/certificate/certificate.ts";
import { faultsOfLedger } from "../../src/workers/audit/invariants.ts";
import { proveAccounts } from "../../src/workers/commands/ledger-prove.ts";
import type { JournalLine } from "../../src/workers/journal/journal.ts";
import { type Attempt, findAttempt } from "../../src/workers/ledger/attempt.ts";
import { findFrozen } from "../../src/workers/ledger/maintenance.ts";
import type { Crew } from "./crew.ts";
import type { StormOrder } from "./orders.ts";
import type { Outage } from "./outages.ts";
import type { Plan } from "./plan.ts";
import type { Stage } from "./stage.ts";

export interface EndedOrder extends StormOrder {
  /** Undefined when nobody knows it any more. */
  certificate: Certificate | undefined;
  attempts: readonly Attempt[];
}

export interface Ending {
  plan: Plan;
  tookMs: number;
  orders: readonly EndedOrder[];
  outages: readonly Outage[];
  kills: number;
  fellOver: readonly string[];
  slots: readonly Slot[];
  /** CertID → owner, as the ledger has it. */
  owners: Readonly<Record<string, string>>;
  calls: number;
  /** Purchases that reached eNom, effective or not. */
  purchasesAsked: number;
  lost: { before: number; after: number };
  enomFaults: readonly string[];
  lines: readonly JournalLine[];
  frozen: string | undefined;
  ledgerFaults: readonly string[];
  proof: readonly AccountProof[];
}

export async function gather(
  { enom, redis, keys, certificates, atDesk }: Stage,
  played: { plan: Plan; orders: readonly StormOrder[]; outages: readonly Outage[]; crew: Crew; tookMs: number },
): Promise<Ending> {
  const { plan, outages, crew, tookMs } = played;
  const calls = enom.asked().length; // the proof asks, too
  const after = enom.lost.filter(({ effect }) => effect).length;
  return atDesk(async (desk) => {
    const orders = played.orders.map(async (each): Promise<EndedOrder> => {
      const { reference } = each.order;
      const certificate = await certificates.find(reference);
      const numbers = Array.from({ length: certificate?.attempt ?? 0 }, (_, i) => i + 1);
      const attempts = await Promise.all(numbers.map((number) => findAttempt(desk, reference, number)));
      return { ...each, certificate, attempts: attempts.filter((attempt) => attempt !== undefined) };
    });
    return {
      ...{ plan, outages, tookMs, calls },
      ...{ kills: crew.kills(), fellOver: crew.fellOver },
      orders: await Promise.all(orders),
      slots: enom.books.slots(),
      owners: await redis.hgetall(keys.ledger.owner("main")),
      purchasesAsked: enom.asked("PurchaseServices").length,
      lost: { before: enom.lost.length - after, after },
      enomFaults: [...enom.books.faults],
      lines: await desk.ledger.journal.read("main"),
      frozen: await findFrozen(desk, "main"),
      ledgerFaults: await faultsOfLedger(desk, "main"),
      proof: await proveAccounts({ account: "main" }, desk),
    };
  });
}
