// Whose slot it is (rule 12): the claim is two-way and atomic over `owner` and `held`.
import { adoptable, slotOwners } from "../../shared/certificate/slot-owner.ts";
import { type AttemptState, attemptField, slotClass } from "./attempt.ts";
import { type LedgerContext, slotKeys } from "./context.ts";
import { ledgerScript, step } from "./script.ts";

const CLAIM = ledgerScript({
  step: "claim",
  whenFrozen: "refused",
  keys: ["certificate", "attempt", "owner", "held", "version", "unsettled", "parked", "abandoned", "pool", "stream"],
  args: [
    "reference",
    "slot",
    "class",
    "states",
    "field",
    "purchase",
    "orderId",
    "evidence",
    "giveWay",
    "settleMs",
    "words",
    "number",
  ],
});

export type Claimed =
  | { kind: "ok" }
  /** The order has a slot already; this one went to the pool of unused slots. */
  | { kind: "holds-another"; certId: number }
  | { kind: "taken"; by: string }
  /** A slot that was bought after all, when its order was over or bought again meanwhile: it is unused now. */
  | { kind: "surplus" }
  | { kind: "wrong-state"; state: string };

export interface SlotClaim {
  reference: string;
  account: string;
  /** 0 for a slot out of the pool, which no attempt of this order bought. */
  number: number;
  certId: number;
  orderId: number | null;
  service: string;
  years: number;
  at: Date;
}

/**
 * What says that the slot is this order's. `answer`: eNom's own answer, our order id, our CSR: exact (rule 10 a, b).
 * `list`: an untouched slot of the class, one as good as another (rule 10 c). `person`: a decision, with who and why (rule 16).
 */
export type Evidence = { by: "answer" } | { by: "list" } | { by: "person"; words: string };

const FROM: Record<Evidence["by"], readonly AttemptState[]> = {
  answer: ["SENDING", "UNKNOWN", "COVERED"],
  list: ["SENDING", "UNKNOWN"],
  person: ["PARKED"],
};

const GIVE_WAY: Record<Evidence["by"], readonly string[]> = {
  answer: [slotOwners.unused, slotOwners.found],
  list: [slotOwners.unused],
  person: adoptable,
};

/** The slot that the order holds (rule 5): with one in hand nothing more is bought. */
export async function findHeldSlot(
  { ledger: { redis, keys } }: LedgerContext,
  { reference, account }: { reference: string; account: string },
): Promise<number | undefined> {
  const slot = await redis.hget(keys.ledger.held(account), reference);
  return slot === null ? undefined : Number(slot);
}

/** Gives the slot to the order. The same pair again is no error. Only a person gives away what was there before the fleet. */
export async function claimInLedger(context: LedgerContext, slot: SlotClaim, evidence: Evidence): Promise<Claimed> {
  const { reference, account, number, certId, orderId, service, years, at } = slot;
  const { keys, settleMs } = context.ledger;
  const { ledger } = keys;
  const kind = slotClass(service, years);
  const { code, details } = await step(context, CLAIM, {
    ...{ account, reference },
    keys: {
      ...slotKeys(context, { reference, account }),
      attempt: ledger.attempt(reference, number),
      unsettled: ledger.unsettled(account),
      parked: ledger.parked(account),
      abandoned: ledger.abandoned(account),
      pool: ledger.pool(account, kind),
      stream: keys.events,
    },
    args: {
      reference,
      slot: certId,
      class: kind,
      states: FROM[evidence.by].join(" "),
      field: attemptField({ reference, number }),
      purchase: JSON.stringify({ certId, orderId, at: at.toISOString(), years }),
      orderId: orderId ?? "",
      evidence: evidence.by === "list" ? "" : "exact",
      giveWay: GIVE_WAY[evidence.by].join(" "),
      settleMs,
      words: evidence.by === "person" ? evidence.words : "",
      number,
    },
  });
  const [detail = ""] = details;
  switch (code as Claimed["kind"]) {
    case "holds-another":
      return { kind: "holds-another", certId: Number(detail) };
    case "taken":
      return { kind: "taken", by: detail };
    case "wrong-state":
      return { kind: "wrong-state", state: detail };
    default:
      return { kind: code as "ok" | "surplus" };
  }
}
