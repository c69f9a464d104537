// Takes orders into the ledger whose slots were bought elsewhere: read from the account, or moved from another fleet. Each is
// one step with its record, so that no order is ever known as not bought whose slot is paid.
import { join } from "node:path";
import { type Share, shareText } from "../../../shared/authority/share.ts";
import { type Certificate, statusOf } from "../../../shared/certificate/certificate.ts";
import { LIST_RULES, listedEnd, listedText, listRoot } from "../../../shared/certificate/lists/listed.ts";
import { orderDigest } from "../../../shared/certificate/order.ts";
import { type LedgerContext, slotKeys } from "../context.ts";
import { ledgerScript, step } from "../script.ts";

const LUA = join(import.meta.dirname, "lua");

const ENTER = ledgerScript({
  step: "enter-order",
  file: join(LUA, "enter-order.lua"),
  whenFrozen: "refused",
  keys: [
    ...(["certificate", "owner", "held", "version", "unsettled", "parked", "abandoned"] as const),
    ...(["wholeness", "everything", "updated"] as const),
  ],
  args: [
    ...(["reference", "slot", "class", "former", "money", "order", "record", "digest", "kept"] as const),
    ...(["acceptedAt", "status", "index", "listed", "rules", "share"] as const),
  ],
});

/** `entered`, `completed`: the order is there now. `known`: it was. The others say why it is not taken. */
export type Entered =
  | { kind: "entered" | "completed" | "known" }
  | { kind: "refused"; why: "another" | "holds" | "owned" | "in-doubt"; by: string; certId: number | null };

export interface OrderToEnter {
  account: string;
  /** With its record, its purchases and its slot; `state` and `term` are as the ledger will have them. */
  certificate: Certificate;
  /** Of the slot of the present term; empty for an order that is over and has none. */
  slotClass: string;
  /** `REF~1` and the like, with the slots of terms that are over. */
  former: readonly { holder: string; certId: number }[];
  share: Share;
  /** By which the order is known again when it is sent once more; of one that nobody placed, its own. */
  digests?: { came: string; kept: string };
}

/**
 * Twice is once. A crash before it leaves nothing, one behind it everything.
 * @throws Refused `ledger-frozen`; Unavailable the journal failed
 */
export async function enterOrder(context: LedgerContext, toEnter: OrderToEnter, now: Date): Promise<Entered> {
  const { account, certificate, slotClass, former, share, digests } = toEnter;
  const { keys } = context.ledger;
  const { ledger } = keys;
  const { order, record, certId, acceptedAt } = certificate;
  const { reference, domain } = order;
  const status = statusOf(certificate, now);
  const { came, kept } = digests ?? { came: orderDigest(order), kept: orderDigest(order) };
  const { code, details } = await step(context, ENTER, {
    ...{ account, reference },
    keys: {
      ...slotKeys(context, { reference, account }),
      ...{ unsettled: ledger.unsettled(account), parked: ledger.parked(account), abandoned: ledger.abandoned(account) },
      ...{ wholeness: keys.listed, everything: keys.byAcceptance, updated: keys.byUpdate },
    },
    args: {
      ...{ reference, slot: certId ?? "", class: slotClass, status },
      former: JSON.stringify(former.map(({ holder, certId: slot }) => [holder, `${slot}`])),
      money: JSON.stringify(moneyOf(certificate, account)),
      ...{ order: JSON.stringify(order), record: JSON.stringify(record), digest: came, kept },
      acceptedAt: acceptedAt.getTime(),
      ...{ index: listRoot(keys), rules: LIST_RULES, share: shareText(share) },
      listed: listedText({ domain, status, attention: record.attention !== null, notAfter: listedEnd(record) }),
    },
  });
  if (code === "entered" || code === "completed" || code === "known") return { kind: code };
  const [by = "", slot = ""] = details;
  const why = code as "another" | "holds" | "owned" | "in-doubt";
  return { kind: "refused", why, by, certId: slot === "" ? certId : Number(slot) };
}

/** The facts that the ledger keeps of an order, as pairs; in the journal, too, so that a rebuilt ledger knows them. */
function moneyOf(certificate: Certificate, account: string): string[] {
  const { state, certId, slotBoughtAt, purchases, record, term } = certificate;
  const { plan } = record;
  return [
    ...["state", state, "account", account, "term", `${term}`, "purchases", JSON.stringify(purchases)],
    ...(certId === null ? [] : ["certId", `${certId}`]),
    ...(slotBoughtAt ? ["slotAt", `${slotBoughtAt.getTime()}`] : []),
    ...(plan ? ["years", `${plan.years}`, "price", plan.price] : []),
  ];
}
