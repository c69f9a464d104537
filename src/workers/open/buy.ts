// The step that buys: everything that must be right before the gate, in order, and then one attempt (rules 4 to 6).
import { randomUUID } from "node:crypto";
import type { Certificate } from "../../shared/certificate.ts";
import { compareMoney, type Money, timesMoney } from "../../shared/money.ts";
import type { Account } from "../accounts.ts";
import { findAttempt, type Intent } from "../ledger/attempt.ts";
import { begin, hasSpare } from "../ledger/begin.ts";
import { findHeldSlot } from "../ledger/claim.ts";
import { findTooMuch, type Limits, type TooMuch } from "../ledger/limits.ts";
import { refuseOrder } from "../ledger/moves.ts";
import type { Outcome } from "../outcome.ts";
import { ended, notSold } from "./ended.ts";
import { isBoundTo } from "./first-binding.ts";
import { fresh } from "./fresh.ts";
import { hold } from "./hold.ts";
import type { OrderNeeds } from "./needs.ts";
import { own } from "./own.ts";
import { keepPlan, plan } from "./plan.ts";
import { reconcile } from "./reconcile.ts";
import { spend } from "./spend.ts";

/** Purchases in the air end by themselves; a place is free soon. */
const CROWDED_SECONDS = 2;

export async function buy(certificate: Certificate, needs: OrderNeeds): Promise<Certificate | Outcome> {
  const { order, record, attempt } = certificate;
  const newest = await findAttempt(needs, order.reference, attempt);
  if (newest?.state === "SENDING" || newest?.state === "UNKNOWN") return reconcile(certificate, needs);
  const account = record.account ? needs.accounts.find(record.account) : needs.accounts.fitting(order);
  if (!account?.entry.enabled) return hold(certificate, { code: "no-account", message: noAccount(certificate) }, needs);
  if (!(await isBoundTo(needs, account))) {
    const message = `Account ${account.entry.id} was first used with another eNom host or user.`;
    return hold(certificate, { code: "account-bound-elsewhere", message }, needs);
  }
  const held = await findHeldSlot(needs, { reference: order.reference, account: account.entry.id });
  if (held) return own(heldBy(certificate, account, held), needs);

  const planned = await plan(certificate, account, needs);
  if (!planned && certificate.term > 1) {
    const message = `${notSold(order.product, account.entry.id)} The next term cannot be bought.`;
    return hold(certificate, { code: "renewal-not-sold", message }, needs);
  }
  if (!planned) {
    await refuseOrder(needs, { reference: order.reference, account: account.entry.id, number: attempt });
    const message = notSold(order.product, account.entry.id);
    return ended(order.reference, { code: "product-not-sold", message }, needs);
  }
  const kept = await keepPlan(certificate, account, planned, needs);
  const limits = await limitsOf(account, needs);
  const purchase = { reference: order.reference, account: account.entry.id, service: order.product, ...planned };
  const spare = await takeSpare(kept, { purchase, account, limits }, needs);
  if (spare) return spare;
  const stopped = (await stoppedBy(account, purchase, needs)) ?? tooDear(purchase, limits, account);
  if (stopped) return hold(kept, stopped, needs);
  const full = await findTooMuch(needs, purchase, limits);
  if (full) return waitForRoom(kept, { full, account }, needs);
  const { balance, newestOrderId } = await snapshot(account);
  if (compareMoney(balance, planned.price) < 0) return hold(kept, tooPoor(account, planned.price, balance), needs);
  return attemptOnce(kept, { intent: { ...purchase, balance, newestOrderId }, account, limits }, needs);
}

/** Rule 6: a spare slot needs neither money nor room, and no guard has anything to say about it. */
async function takeSpare(
  certificate: Certificate,
  {
    purchase,
    account,
    limits,
  }: { purchase: Omit<Intent, "balance" | "newestOrderId">; account: Account; limits: Limits },
  needs: OrderNeeds,
): Promise<Certificate | Outcome | undefined> {
  if (!(await hasSpare(needs, purchase))) return undefined;
  const nothingRead = { balance: "0.00", newestOrderId: 0 };
  const at = needs.clock.now();
  const options = { newest: certificate.attempt, limits, at, sparesOnly: true };
  const begun = await begin(needs, { ...purchase, ...nothingRead }, options);
  if (begun.kind !== "from-pool" && begun.kind !== "holds") return undefined;
  needs.log.info({
    event: "slot.reused",
    reference: purchase.reference,
    account: account.entry.id,
    certId: begun.certId,
  });
  return own({ ...purchase, number: 0, certId: begun.certId, orderId: null }, needs);
}

async function attemptOnce(
  certificate: Certificate,
  { intent, account, limits }: { intent: Intent; account: Account; limits: Limits },
  needs: OrderNeeds,
): Promise<Certificate | Outcome> {
  const begun = await begin(needs, intent, { newest: certificate.attempt, limits, at: needs.clock.now() });
  switch (begun.kind) {
    case "prepared":
      return spend({ ticket: { intent, number: begun.number, sender: randomUUID() }, account, limits }, needs);
    case "holds":
    case "from-pool":
      return own({ ...intent, number: 0, certId: begun.certId, orderId: null }, needs);
    case "in-doubt":
      return reconcile(await fresh(intent.reference, needs), needs);
    case "wrong-state":
    case "changed":
      return { waitSeconds: 1, because: "another run carries this order on" };
    default:
      return waitForRoom(certificate, { full: begun.kind, account }, needs);
  }
}

/** Purchases in the air end by themselves; a guard that is reached is shown. Nothing fails. */
function waitForRoom(
  certificate: Certificate,
  { full, account: { entry } }: { full: TooMuch; account: Account },
  needs: OrderNeeds,
): Promise<Outcome> | Outcome {
  const { perHour, perDay } = entry.purchasing;
  switch (full) {
    case "too-many":
    case "too-much":
      return { waitSeconds: CROWDED_SECONDS, because: "as many purchases of this account are in the air as may be" };
    case "resting":
      return { waitSeconds: CROWDED_SECONDS, because: "a purchase of this product is in doubt; it is decided first" };
    case "stopped":
      return hold(
        certificate,
        { code: "purchases-stopped", message: `Purchases on account ${entry.id} are switched off.` },
        needs,
      );
    case "hour-spent":
    case "day-spent": {
      const [span, cap] = full === "hour-spent" ? ["an hour", perHour] : ["a day", perDay];
      const message = `Account ${entry.id} may spend ${cap} ${entry.currency} in ${span}, and this purchase would exceed it.`;
      return hold(certificate, { code: "spend-cap-reached", message }, needs);
    }
  }
}

/** A slot that an earlier run took and did not tell of (rule 5). */
function heldBy({ order, record }: Certificate, { entry }: Account, certId: number) {
  const { reference, product: service } = order;
  const years = record.plan?.years ?? record.terms.years;
  return { reference, account: entry.id, service, years, number: 0, certId, orderId: null };
}

async function stoppedBy(
  account: Account,
  planned: { service: string; years: number; price: Money },
  needs: OrderNeeds,
) {
  const { id, purchases, currency } = account.entry;
  if (!purchases)
    return { code: "purchases-stopped", message: `Purchases on account ${id} are switched off.` } as const;
  const ceiling = needs.priceCeiling(planned.service);
  if (ceiling !== undefined && compareMoney(planned.price, timesMoney(ceiling, planned.years)) > 0) {
    const message = `eNom asks ${planned.price} ${currency} for ${planned.years} y; agreed are ${ceiling} ${currency} a year.`;
    return { code: "price-above-ceiling", message } as const;
  }
  const risks = await needs.durabilityRisks();
  return risks.length > 0 ? ({ code: "redis-not-durable", message: risks.join(" ") } as const) : null;
}

/** A limit below the price of one purchase would have the order wait for ever, and nobody told. */
function tooDear({ price }: { price: Money }, { maxUnsettledMoney }: Limits, { entry: { id, currency } }: Account) {
  if (compareMoney(price, maxUnsettledMoney) <= 0) return null;
  const message = `The purchase costs ${price} ${currency}; account ${id} may have no more than ${maxUnsettledMoney} ${currency} in the air.`;
  return { code: "spend-cap-reached", message } as const;
}

function tooPoor({ entry: { id, currency } }: Account, price: Money, balance: Money) {
  const message = `eNom reports ${balance} ${currency} available on account ${id}; the purchase costs ${price} ${currency}.`;
  return { code: "no-account-with-funds", message } as const;
}

/** What the ledger notes before a purchase, so that people can compare afterwards. */
async function snapshot(account: Account): Promise<{ balance: string; newestOrderId: number }> {
  const [{ available }, newestOrderId] = await Promise.all([account.enom.balance(), account.enom.newestOrderId()]);
  return { balance: available, newestOrderId: newestOrderId ?? 0 };
}

/** Five times the dearest product, where nothing else is set. */
async function limitsOf(account: Account, { pace }: OrderNeeds): Promise<Limits> {
  const { maxUnsettled, maxUnsettledMoney, perHour, perDay } = account.entry.purchasing;
  const guards = { maxUnsettled, perHour, perDay, rebuyBudget: pace.rebuyBudget };
  if (maxUnsettledMoney) return { ...guards, maxUnsettledMoney };
  const prices = (await account.catalogue()).map((entry) => timesMoney(entry.price, Math.max(1, ...entry.years)));
  const dearest = prices.reduce((most, price) => (compareMoney(price, most) > 0 ? price : most), "0.00");
  return { ...guards, maxUnsettledMoney: timesMoney(dearest, 5) };
}

function noAccount({ order, record }: Certificate): string {
  const named = order.account ?? record.account;
  if (named) return `No enabled account ${named} is configured here.`;
  return `No enabled account fits this order${order.dataCenter ? ` in data center ${order.dataCenter}` : ""}.`;
}
