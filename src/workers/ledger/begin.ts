// Begins a purchase (rules 4, 5, 6): at most one open attempt an order, the pool first, never more in the air than allowed.
import { type AttemptState, type Intent, slotClass } from "./attempt.ts";
import { type LedgerContext, ledgerNow } from "./context.ts";
import { type Limits, limitsArgument, type TooMuch } from "./limits.ts";
import { ledgerScript, step } from "./script.ts";

/** A slot bought too many is used for a new order only while its term is young. */
export const POOL_AGE_MS = 7 * 86_400_000;

const BEGIN = ledgerScript({
  step: "begin",
  whenFrozen: "refused",
  keys: ["certificate", "held", "owner", "version", "unsettled", "spent", "pool", "newest", "next"],
  args: ["reference", "number", "class", "limits", "poolAgeMs", "onlyUnused", "at"],
});

export type Begun =
  | { kind: "prepared"; number: number }
  /** The order has a slot already, or was given a spare one: configure it. */
  | { kind: "holds"; certId: number }
  | { kind: "from-pool"; certId: number }
  /** An earlier attempt may have bought: reconcile, never send. */
  | { kind: "in-doubt"; state: AttemptState }
  | { kind: TooMuch }
  | { kind: "wrong-state"; state: string }
  | { kind: "changed" };

/** Whether a young spare slot of the class waits (rule 6): then neither money nor room is needed. `begin` decides. */
export async function hasUnusedSlot(
  place: LedgerContext,
  { account, service, years }: Pick<Intent, "account" | "service" | "years">,
): Promise<boolean> {
  const { redis, keys } = place.ledger;
  const since = (await ledgerNow(place)) - POOL_AGE_MS;
  return (await redis.zcount(keys.ledger.pool(account, slotClass(service, years)), since, "+inf")) > 0;
}

/**
 * Gives the order a spare slot, or prepares attempt `newest + 1` unless `sparesOnly`, or says what is to be done instead. A crash
 * right behind it costs nothing: the next run voids what was prepared, or configures what the order now owns.
 */
export async function beginAttempt(
  place: LedgerContext,
  intent: Intent,
  { newest, limits, at, sparesOnly = false }: { newest: number; limits: Limits; at: Date; sparesOnly?: boolean },
): Promise<Begun> {
  const { reference, account, service, years, ...money } = intent;
  const { keys } = place.ledger;
  const { ledger } = keys;
  const kind = slotClass(service, years);
  const fields = Object.entries({ account, service, years, ...money }).flat();
  const { code, details } = await step(place, BEGIN, {
    ...{ account, reference },
    keys: {
      certificate: keys.certificate(reference),
      held: ledger.held(account),
      owner: ledger.owner(account),
      version: ledger.version(account),
      unsettled: ledger.unsettled(account),
      spent: ledger.spent(account),
      pool: ledger.pool(account, kind),
      newest: ledger.attempt(reference, newest),
      next: ledger.attempt(reference, newest + 1),
    },
    args: {
      reference,
      number: newest,
      class: kind,
      limits: limitsArgument(place, limits, intent.price),
      poolAgeMs: POOL_AGE_MS,
      onlyUnused: sparesOnly ? "only" : "",
      at: at.toISOString(),
    },
    moreArgs: fields,
  });
  const [detail = ""] = details;
  switch (code as Begun["kind"]) {
    case "prepared":
      return { kind: "prepared", number: newest + 1 };
    case "holds":
    case "from-pool":
      return { kind: code as "holds", certId: Number(detail) };
    case "in-doubt":
      return { kind: "in-doubt", state: detail as AttemptState };
    case "wrong-state":
      return { kind: "wrong-state", state: detail };
    default:
      return { kind: code as TooMuch | "changed" };
  }
}
