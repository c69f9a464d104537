// Slots that eNom listed after a restore and the ledger did not know: bought since the backup, for orders that nobody knows
// any more, or that are known as not bought yet.
import { join } from "node:path";
import { z } from "zod";
import { isHeldByOrder, slotOwners } from "../../../shared/certificate/slot-owner.ts";
import { type LedgerContext, slotKeys } from "../context.ts";
import { ledgerScript, step } from "../script.ts";

const LUA = join(import.meta.dirname, "lua");

const entry = z.object({
  slotClass: z.string(),
  /** Of the certificate, as eNom shows it. */
  domain: z.string(),
  /** Hash of the CSR in the slot (`csrHash`); empty where eNom shows none. */
  csr: z.string(),
  orderId: z.number().nullable(),
  /** Milliseconds: eNom's own day of the purchase. */
  boughtAt: z.number(),
  /** The order that has the slot in the ledger, although eNom shows another name in it. */
  holder: z.string().optional(),
  /** eNom has given the money back: its order was cancelled since the backup, and the slot serves nobody. */
  refunded: z.boolean().optional(),
});
export type FoundSlot = z.infer<typeof entry> & { certId: number };

const FOUND = ledgerScript({
  step: "found",
  file: join(LUA, "found.lua"),
  whenFrozen: "goes-on",
  keys: ["owner", "version", "found", "pool"],
  args: ["slot", "class", "entry", "holder"],
});

/** Twice is once. Answers whether it is noted; not where another process gave the slot an owner meanwhile. */
export async function noteFound(context: LedgerContext, account: string, slot: FoundSlot): Promise<boolean> {
  const { ledger } = context.ledger.keys;
  const { certId, ...rest } = slot;
  const { code } = await step(context, FOUND, {
    account,
    keys: {
      owner: ledger.owner(account),
      version: ledger.version(account),
      found: ledger.found(account),
      pool: ledger.pool(account, slot.slotClass),
    },
    args: { slot: certId, class: slot.slotClass, entry: JSON.stringify(rest), holder: slot.holder ?? "" },
  });
  return code === "noted";
}

/** What still belongs to nobody, lowest CertID first. Asks the ledger alone, and takes no step. */
export async function listFound({ ledger }: Pick<LedgerContext, "ledger">, account: string): Promise<FoundSlot[]> {
  const { redis, keys } = ledger;
  const all = Object.entries(await redis.hgetall(keys.ledger.found(account)));
  if (all.length === 0) return [];
  const owners = await redis.hmget(keys.ledger.owner(account), ...all.map(([certId]) => certId));
  return all
    .map(([certId, text]) => ({ certId: Number(certId), ...entry.parse(JSON.parse(text)) }))
    .filter(({ holder }, i) => {
      const owner = owners[i] ?? "";
      return holder === undefined ? owner === slotOwners.found : isHeldByOrder(owner) && owner === holder;
    })
    .sort((a, b) => a.certId - b.certId);
}

/** Whether the comparison found that the order's slot was given to another order since the backup: what lies there is that one's. */
export async function isGivenSince(
  context: Pick<LedgerContext, "ledger">,
  { reference, account, certId }: { reference: string; account: string; certId: number },
): Promise<boolean> {
  const found = await listFound(context, account);
  return found.some((slot) => slot.certId === certId && slot.holder === reference);
}

const GIVE = ledgerScript({
  step: "give-found",
  file: join(LUA, "give-found.lua"),
  whenFrozen: "refused",
  keys: ["certificate", "owner", "held", "version", "found", "newest", "former", "stream"],
  args: [
    "reference",
    "number",
    "slot",
    "class",
    "purchase",
    "boughtAt",
    "account",
    "years",
    "price",
    "words",
    "holder",
  ],
});

export interface Gift {
  reference: string;
  account: string;
  /** Of the order's newest attempt, 0 before the first. */
  newest: number;
  slot: FoundSlot;
  price: string;
  at: Date;
  /** Of a person: who and why. */
  words?: string;
}

/** `given`, or why not: `holds`, `wrong-state`, `changed`, `in-doubt`, `taken`, `not-let-go` by its holder. A crash behind it costs nothing: the next run finds the order with its slot. */
export async function giveFound(context: LedgerContext, gift: Gift): Promise<string> {
  const { reference, account, newest, slot, price, at, words = "" } = gift;
  const { keys } = context.ledger;
  const { ledger } = keys;
  const { certId, orderId, slotClass, boughtAt, holder } = slot;
  const years = yearsOf(slotClass);
  const { code } = await step(context, GIVE, {
    ...{ account, reference },
    keys: {
      ...slotKeys(context, { reference, account }),
      found: ledger.found(account),
      newest: ledger.attempt(reference, newest),
      former: keys.certificate(holder ?? reference),
      stream: keys.events,
    },
    args: {
      ...{ reference, number: newest, slot: certId, class: slotClass, boughtAt, account, years, price, words },
      holder: holder ?? "",
      purchase: JSON.stringify({ certId, orderId, at: at.toISOString(), years }),
    },
  });
  return code;
}

const DROP = ledgerScript({
  step: "drop-found",
  file: join(LUA, "drop-found.lua"),
  whenFrozen: "goes-on",
  keys: ["owner", "version", "found"],
  args: ["slot", "class", "words"],
});

/** @param words who says so, and why */
export async function dropFound(
  context: LedgerContext,
  { account, slot, words }: { account: string; slot: FoundSlot; words: string },
): Promise<boolean> {
  const { ledger } = context.ledger.keys;
  const { code } = await step(context, DROP, {
    account,
    keys: { owner: ledger.owner(account), version: ledger.version(account), found: ledger.found(account) },
    args: { slot: slot.certId, class: slot.slotClass, words },
  });
  return code === "dropped";
}

/** `service/years/1`, as `slotClass` writes it. */
export function yearsOf(slotClass: string): number {
  return Number(slotClass.split("/").at(-2));
}

export function serviceOf(slotClass: string): string {
  return slotClass.split("/").slice(0, -2).join("/");
}
