// The step that buys: everything that must be right before the gate, in order, and then one attempt (rules 4 to 6).
import { randomUUID } from "node:crypto";
import type { Certificate } from "../../shared/certificate.ts";
import { compareMoney, timesMoney } from "../../shared/money.ts";
import type { Account } from "../accounts.ts";
import { type Exposure, findAttempt, type Intent } from "../ledger/attempt.ts";
import { begin } from "../ledger/begin.ts";
import { isBoundTo } from "../ledger/binding.ts";
import { findHeldSlot } from "../ledger/claim.ts";
import { refuseOrder } from "../ledger/moves.ts";
import type { Outcome } from "../outcome.ts";
import { settleDoubt } from "./doubt.ts";
import { ended, notSold } from "./ended.ts";
import { hold } from "./hold.ts";
import type { OrderNeeds } from "./needs.ts";
import { own } from "./own.ts";
import { keepPlan, plan } from "./plan.ts";
import { spend } from "./spend.ts";

/** Purchases in the air end by themselves; a place is free soon. */
const CROWDED_SECONDS = 2;

export async function buy(certificate: Certificate, needs: OrderNeeds): Promise<Certificate | Outcome> {
  const { order, record, attempt } = certificate;
  const account = record.account ? needs.accounts.find(record.account) : needs.accounts.fitting(order);
  const newest = await findAttempt(needs, order.reference, attempt);
  if (newest?.state === "SENDING" || newest?.state === "UNKNOWN") return settleDoubt(certificate, needs);
  if (!account?.entry.enabled) return hold(certificate, { code: "no-account", message: noAccount(certificate) }, needs);
  if (!(await isBoundTo(needs, account.entry))) {
    const message = `Account ${account.entry.id} was first used with another eNom host or user.`;
    return hold(certificate, { code: "account-bound-elsewhere", message }, needs);
  }
  const held = await findHeldSlot(needs, { reference: order.reference, account: account.entry.id });
  if (held) return own(heldBy(certificate, account, held), needs);

  const planned = await plan(certificate, account);
  if (!planned) {
    await refuseOrder(needs, { reference: order.reference, account: account.entry.id, number: attempt });
    const message = notSold(order.product, account.entry.id);
    return ended(order.reference, { code: "product-not-sold", message }, needs);
  }
  const kept = await keepPlan(certificate, account, planned, needs);
  const { balance, newestOrderId } = await snapshot(account);
  const blocked = await blockedBy(account, { price: planned.price, balance }, needs);
  if (blocked) return hold(kept, blocked, needs);
  const intent = {
    reference: order.reference,
    account: account.entry.id,
    service: order.product,
    ...planned,
    balance,
    newestOrderId,
  };
  return attemptOnce(kept, { intent, account, exposure: await exposureOf(account) }, needs);
}

async function attemptOnce(
  certificate: Certificate,
  { intent, account, exposure }: { intent: Intent; account: Account; exposure: Exposure },
  needs: OrderNeeds,
): Promise<Certificate | Outcome> {
  const begun = await begin(needs, intent, { newest: certificate.attempt, exposure });
  switch (begun.kind) {
    case "prepared":
      return spend({ ticket: { intent, number: begun.number, sender: randomUUID() }, account, exposure }, needs);
    case "holds":
    case "from-pool":
      return own({ ...intent, number: 0, certId: begun.certId, orderId: null }, needs);
    case "in-doubt":
      return settleDoubt(certificate, needs);
    case "too-many":
    case "too-much":
      return { waitSeconds: CROWDED_SECONDS, because: "as many purchases of this account are in the air as may be" };
    case "wrong-state":
    case "changed":
      return { waitSeconds: 1, because: "another run carries this order on" };
  }
}

/** A slot that an earlier run took and did not tell of (rule 5). */
function heldBy({ order, record }: Certificate, { entry }: Account, certId: number) {
  const { reference, product: service } = order;
  const years = record.plan?.years ?? record.terms.years;
  return { reference, account: entry.id, service, years, number: 0, certId, orderId: null };
}

async function blockedBy(account: Account, money: { price: string; balance: string }, needs: OrderNeeds) {
  const { id, purchases, currency } = account.entry;
  if (!purchases)
    return { code: "purchases-stopped", message: `Purchases on account ${id} are switched off.` } as const;
  const risks = await needs.durabilityRisks();
  if (risks.length > 0) return { code: "redis-not-durable", message: risks.join(" ") } as const;
  if (compareMoney(money.balance, money.price) >= 0) return null;
  const message = `eNom reports ${money.balance} ${currency} available on account ${id}; the purchase costs ${money.price} ${currency}.`;
  return { code: "no-account-with-funds", message } as const;
}

/** What the ledger notes before a purchase, so that people can compare afterwards. */
async function snapshot(account: Account): Promise<{ balance: string; newestOrderId: number }> {
  const [{ available }, newestOrderId] = await Promise.all([account.enom.balance(), account.enom.newestOrderId()]);
  return { balance: available, newestOrderId: newestOrderId ?? 0 };
}

/** Five times the dearest product, where nothing else is set. */
async function exposureOf(account: Account): Promise<Exposure> {
  const { maxUnsettled, maxUnsettledMoney } = account.entry.purchasing;
  if (maxUnsettledMoney) return { maxUnsettled, maxUnsettledMoney };
  const prices = (await account.catalogue()).map((entry) => timesMoney(entry.price, Math.max(1, ...entry.years)));
  const dearest = prices.reduce((most, price) => (compareMoney(price, most) > 0 ? price : most), "0.00");
  return { maxUnsettled, maxUnsettledMoney: timesMoney(dearest, 5) };
}

function noAccount({ order, record }: Certificate): string {
  const named = order.account ?? record.account;
  if (named) return `No enabled account ${named} is configured here.`;
  return `No enabled account fits this order${order.dataCenter ? ` in data center ${order.dataCenter}` : ""}.`;
}
