// The order's moves behind the purchase (rules 14, 15) and those that a person decides (rule 16), each one compare-and-set.
import { join } from "node:path";
import type { Correction } from "../../shared/certificate/record.ts";
import { defineScript, runScript } from "../../shared/redis/script.ts";
import { attemptField, type Intent, slotClass } from "./attempt.ts";
import { type LedgerContext, slotKeys } from "./context.ts";
import type { Traces } from "./left-over.ts";
import { ledgerScript, step } from "./script.ts";

interface Slot {
  reference: string;
  account: string;
  certId: number;
}
/** An order with the number of its newest attempt, 0 before the first. */
interface Newest {
  reference: string;
  account: string;
  number: number;
}

interface Move {
  slot: Slot;
  from: string;
  to: string;
  csrHash?: string;
  corrected?: string;
}

const move = (step: string, whenFrozen: "goes-on" | "refused") =>
  ledgerScript({
    step,
    file: join(import.meta.dirname, "lua/move.lua"),
    whenFrozen,
    keys: ["certificate", "owner", "held"],
    args: ["reference", "slot", "fromStates", "toState", "csrHash", "corrected"],
  });
const CONFIGURE = move("configure", "refused");
const CONFIGURED = move("configured", "goes-on");
const REOPEN = move("reopen", "goes-on");

async function take(
  context: LedgerContext,
  script: ReturnType<typeof move>,
  { slot, from, to, csrHash = "", corrected = "" }: Move,
): Promise<string> {
  const { keys } = context.ledger;
  const { reference, account, certId } = slot;
  const { code } = await step(context, script, {
    ...{ account, reference },
    keys: {
      certificate: keys.certificate(reference),
      owner: keys.ledger.owner(account),
      held: keys.ledger.held(account),
    },
    args: { reference, slot: certId, fromStates: from, toState: to, csrHash, corrected },
  });
  return code;
}

/**
 * OWNED → CONFIGURING, noting which CSR is about to be stored. Again from CONFIGURING: the earlier run died in between. `correction`
 * is kept with it: when Redis loses the record, the order is what eNom was told.
 */
export function startConfiguring(
  context: LedgerContext,
  slot: Slot,
  csrHash: string,
  correction: Correction | null = null,
): Promise<string> {
  const corrected = correction ? JSON.stringify(correction) : "";
  return take(context, CONFIGURE, { slot, from: "OWNED CONFIGURING", to: "CONFIGURING", csrHash, corrected });
}

export function endConfiguring(context: LedgerContext, slot: Slot): Promise<string> {
  return take(context, CONFIGURED, { slot, from: "CONFIGURING", to: "CONFIGURED" });
}

/** The approver refused, or a person cleared the slot at eNom: it is configured anew. */
export function reopenConfiguration(context: LedgerContext, slot: Slot): Promise<string> {
  return take(context, REOPEN, { slot, from: "CONFIGURING CONFIGURED", to: "OWNED" });
}

const BUY_AGAIN = ledgerScript({
  step: "buy-again",
  whenFrozen: "goes-on",
  keys: ["certificate", "attempt", "parked", "abandoned"],
  args: ["field", "reason", "number", "decision"],
});

/**
 * A person decided that nothing was bought, or that the money came back: the order may buy once more. `id` names this one
 * decision, about attempt `number` alone.
 */
export async function buyAgain(
  context: LedgerContext,
  { reference, account, number }: Newest,
  { id, reason }: { id: string; reason: string },
): Promise<string> {
  const { keys } = context.ledger;
  const { code } = await step(context, BUY_AGAIN, {
    ...{ account, reference },
    keys: {
      certificate: keys.certificate(reference),
      attempt: keys.ledger.attempt(reference, number),
      parked: keys.ledger.parked(account),
      abandoned: keys.ledger.abandoned(account),
    },
    args: { field: attemptField({ reference, number }), reason, number, decision: id },
  });
  return code;
}

const REFUNDED = ledgerScript({
  step: "refunded",
  whenFrozen: "goes-on",
  keys: ["certificate", "owner", "held", "version"],
  args: ["reference", "slot", "class"],
});

/** Rule 15: eNom shows the slot as refunded (status 7 or 8): it is nobody's any more, and the order waits for a person. */
export async function refundSeen(
  context: LedgerContext,
  { reference, account, certId, service, years }: Slot & { service: string; years: number },
): Promise<string> {
  const { code } = await step(context, REFUNDED, {
    ...{ account, reference },
    keys: slotKeys(context, { reference, account }),
    args: { reference, slot: certId, class: slotClass(service, years) },
  });
  return code;
}

const CANCEL = ledgerScript({
  step: "cancel",
  whenFrozen: "goes-on",
  keys: ["certificate", "attempt", "owner", "held", "version", "parked", "abandoned", "pool"],
  args: ["reference", "number", "class", "field"],
});

const CANCEL_UNTOUCHED = defineScript(join(import.meta.dirname, "lua/cancel-untouched.lua"), {
  keys: ["certificate"],
  args: [],
});

/**
 * Nothing more is bought, configured or reissued. What was configured stays the order's own until `recycleSlot`; what was parked
 * keeps its exposure. `gaveBack`: the slot that went to the unused ones, now or when it was cancelled before.
 */
export async function cancelOrder(
  context: LedgerContext,
  { reference, account, number }: Omit<Newest, "account"> & { account: string | null },
  { service, years }: Pick<Intent, "service" | "years">,
): Promise<{ code: string; gaveBack: number | null }> {
  const { redis, keys } = context.ledger;
  const { ledger } = keys;
  const certificate = keys.certificate(reference);
  const gaveBack = null;
  if ((await runScript(redis, CANCEL_UNTOUCHED, { keys: { certificate }, args: {} })) === 1)
    return { code: "ok", gaveBack };
  if (account === null) return { code: "changed", gaveBack };
  const kind = slotClass(service, years);
  const { code, details } = await step(context, CANCEL, {
    ...{ account, reference },
    keys: {
      ...slotKeys(context, { reference, account }),
      attempt: ledger.attempt(reference, number),
      parked: ledger.parked(account),
      abandoned: ledger.abandoned(account),
      pool: ledger.pool(account, kind),
    },
    args: { reference, number, class: kind, field: attemptField({ reference, number }) },
  });
  return { code, gaveBack: details[0] ? Number(details[0]) : null };
}

const RECYCLE = ledgerScript({
  step: "recycle",
  whenFrozen: "goes-on",
  keys: ["certificate", "owner", "held", "version", "pool", "left"],
  args: ["reference", "slot", "class", "traces"],
});

/**
 * Rule 15: the slot of a cancelled order is unused again. To be called only with eNom's word, read after the cancellation, that the
 * slot is not at the CA and carries nothing but this order's own configuration. A crash before it leaves the slot with the order.
 */
export async function recycleSlot(
  context: LedgerContext,
  { reference, account, certId }: Slot,
  { service, years, traces }: Pick<Intent, "service" | "years"> & { traces: Traces },
): Promise<string> {
  const { keys } = context.ledger;
  const { ledger } = keys;
  const kind = slotClass(service, years);
  const { code } = await step(context, RECYCLE, {
    ...{ account, reference },
    keys: {
      ...slotKeys(context, { reference, account }),
      pool: ledger.pool(account, kind),
      left: ledger.left(account),
    },
    args: { reference, slot: certId, class: kind, traces: JSON.stringify(traces) },
  });
  return code;
}
