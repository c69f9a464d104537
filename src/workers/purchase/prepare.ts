// Whether an order can be bought on an account now: everything that must be right before the gate, in order; and then one attempt.
import { randomUUID } from "node:crypto";
import { mustStay } from "../../shared/account/minimum-balance.ts";
import { compareMoney, type Money, sumMoney, timesMoney } from "../../shared/base/money.ts";
import type { Certificate } from "../../shared/certificate/certificate.ts";
import type { Account } from "../accounts/accounts.ts";
import type { Intent } from "../ledger/attempt.ts";
import { beginAttempt, hasUnusedSlot } from "../ledger/begin.ts";
import { findTooMuch, type Limits, readInFlight, type TooMuch } from "../ledger/limits.ts";
import { notSold } from "../order/failed-order.ts";
import { loadOrder } from "../order/load.ts";
import type { OrderNeeds } from "../order/needs.ts";
import type { Outcome } from "../runtime/outcome.ts";
import { bindOrVerify } from "./binding.ts";
import { claimSlot } from "./claim-slot.ts";
import { keepPlan, planPurchase } from "./plan.ts";
import { reconcile } from "./reconcile.ts";
import type { Obstacle } from "./select-account.ts";
import { sendPurchase } from "./send.ts";

/** Purchases in the air end by themselves; a place is free soon. */
const CROWDED_SECONDS = 2;

/** All that one attempt needs. */
export interface PreparedPurchase {
  certificate: Certificate;
  intent: Intent;
  account: Account;
  limits: Limits;
}

/** Ready, passed over with the reason, or gone on already (a spare slot, a place that is free soon). */
export async function preparePurchase(
  account: Account,
  certificate: Certificate,
  needs: OrderNeeds,
): Promise<PreparedPurchase | Obstacle | { result: Certificate | Outcome }> {
  const { order } = certificate;
  const { id } = account.entry;
  if (!(await bindOrVerify(needs, account)))
    return { code: "account-bound-elsewhere", message: `Account ${id} was first used with another eNom host or user.` };
  const planned = await planPurchase(certificate, account, needs);
  if (!planned) return { code: "renewal-not-sold", message: notSold(order.product, id) };
  const limits = await limitsOf(account, needs);
  const purchase = { reference: order.reference, account: id, service: order.product, ...planned };
  const spare = await takeSpare(certificate, { purchase, account, limits }, needs);
  if (spare) return { result: spare };
  const stopped = (await stoppedBy(account, purchase, needs)) ?? tooDear(purchase, limits, account);
  if (stopped) return stopped;
  const full = await findTooMuch(needs, purchase, limits);
  if (full) return passedFor(full, account, purchase.price);
  const before = await readInFlight(needs, id);
  const { balance, newestOrderId } = await snapshot(account);
  const minimum = mustStay({ ...account.entry, minimumBlocks: needs.minimumBlocks });
  if (compareMoney(balance, sumMoney([planned.price, minimum])) < 0)
    return tooPoor(account, { price: planned.price, balance, minimum });
  const funds = { available: balance, minimum, before };
  const short = await findTooMuch(needs, purchase, { ...limits, funds });
  if (short) return passedFor(short, account, purchase.price);
  return {
    certificate: await keepPlan(certificate, account, planned, needs),
    intent: { ...purchase, balance, newestOrderId },
    account,
    limits: { ...limits, funds },
  };
}

/** Begins the attempt and writes it, unless somebody was faster. */
export async function attemptOnce(
  { certificate, intent, account, limits }: PreparedPurchase,
  needs: OrderNeeds,
): Promise<Certificate | Outcome> {
  const begun = await beginAttempt(needs, intent, { newest: certificate.attempt, limits, at: needs.clock.now() });
  switch (begun.kind) {
    case "prepared":
      return sendPurchase({ ticket: { intent, number: begun.number, sender: randomUUID() }, account, limits }, needs);
    case "holds":
    case "from-pool":
      return claimSlot({ ...intent, number: 0, certId: begun.certId, orderId: null }, needs);
    case "in-doubt":
      return reconcile(await loadOrder(intent.reference, needs), needs);
    case "wrong-state":
    case "changed":
      return { waitSeconds: 1, because: "another run carries this order on" };
    default:
      return {
        waitSeconds: CROWDED_SECONDS,
        because: "other purchases of this account were faster; it is looked again",
      };
  }
}

/** A slot that an earlier run took and did not tell of (rule 5). */
export function heldBy({ order, record }: Certificate, { entry }: Account, certId: number) {
  const { reference, product: service } = order;
  const years = record.plan?.years ?? record.terms.years;
  return { reference, account: entry.id, service, years, number: 0, certId, orderId: null };
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
  if (!(await hasUnusedSlot(needs, purchase))) return undefined;
  const { attempt } = await keepPlan(certificate, account, purchase, needs);
  const nothingRead = { balance: "0.00", newestOrderId: 0 };
  const options = { newest: attempt, limits, at: needs.clock.now(), sparesOnly: true };
  const begun = await beginAttempt(needs, { ...purchase, ...nothingRead }, options);
  if (begun.kind !== "from-pool" && begun.kind !== "holds")
    return { waitSeconds: 1, because: "a spare slot was taken by another order" };
  needs.log.info({
    event: "slot.reused",
    reference: purchase.reference,
    account: account.entry.id,
    certId: begun.certId,
  });
  return claimSlot({ ...purchase, number: 0, certId: begun.certId, orderId: null }, needs);
}

/** Purchases in the air end by themselves, and are waited for; a guard that is reached lets the next account have the order. */
function passedFor(full: TooMuch, { entry }: Account, price: Money): Obstacle | { result: Outcome } {
  const { perHour, perDay } = entry.purchasing;
  switch (full) {
    case "too-many":
    case "too-much":
      return {
        result: { waitSeconds: CROWDED_SECONDS, because: "as many purchases of this account are in the air as may be" },
      };
    case "resting":
      return {
        result: {
          waitSeconds: CROWDED_SECONDS,
          because: "a purchase of this product is in doubt; it is decided first",
        },
      };
    case "short":
      return {
        code: "no-account-with-funds",
        message: `Account ${entry.id} cannot pay ${price} ${entry.currency} beside what is being bought.`,
      };
    case "stopped":
      return { code: "purchases-stopped", message: `Purchases on account ${entry.id} are switched off.` };
    case "hour-spent":
    case "day-spent": {
      const [span, cap] = full === "hour-spent" ? ["an hour", perHour] : ["a day", perDay];
      const message = `Account ${entry.id} may spend ${cap} ${entry.currency} in ${span}, and this purchase would exceed it.`;
      return { code: "spend-cap-reached", message };
    }
  }
}

async function stoppedBy(
  account: Account,
  planned: { service: string; years: number; price: Money },
  needs: OrderNeeds,
): Promise<Obstacle | null> {
  const { id, purchases, currency } = account.entry;
  if (!purchases) return { code: "purchases-stopped", message: `Purchases on account ${id} are switched off.` };
  const ceiling = needs.priceCeiling(planned.service);
  if (ceiling !== undefined && compareMoney(planned.price, timesMoney(ceiling, planned.years)) > 0) {
    const message = `eNom asks ${planned.price} ${currency} for ${planned.years} y; agreed are ${ceiling} ${currency} a year.`;
    return { code: "price-above-ceiling", message };
  }
  const risks = await needs.durabilityRisks();
  return risks.length > 0 ? { code: "redis-not-durable", message: risks.join(" ") } : null;
}

/** A limit below the price of one purchase would have the order wait for ever, and nobody told. */
function tooDear(
  { price }: { price: Money },
  { maxUnsettledMoney }: Limits,
  { entry: { id, currency } }: Account,
): Obstacle | null {
  if (compareMoney(price, maxUnsettledMoney) <= 0) return null;
  const message = `The purchase costs ${price} ${currency}; account ${id} may have no more than ${maxUnsettledMoney} ${currency} in the air.`;
  return { code: "spend-cap-reached", message };
}

function tooPoor(
  { entry: { id, currency } }: Account,
  { price, balance, minimum }: { price: Money; balance: Money; minimum: Money },
): Obstacle {
  const kept = compareMoney(minimum, "0.00") > 0 ? `, and ${minimum} must stay` : "";
  const message = `eNom reports ${balance} ${currency} available on account ${id}; the purchase costs ${price} ${currency}${kept}.`;
  return { code: "no-account-with-funds", message };
}

/** What the ledger notes before a purchase, so that people can compare afterwards. */
async function snapshot(account: Account): Promise<{ balance: string; newestOrderId: number }> {
  const [{ available }, newestOrderId] = await Promise.all([account.enom.balance(), account.enom.newestOrderId()]);
  return { balance: available, newestOrderId: newestOrderId ?? 0 };
}

/** Five times the dearest product, where nothing else is set. */
async function limitsOf(account: Account, { timings: pace }: OrderNeeds): Promise<Limits> {
  const { maxUnsettled, maxUnsettledMoney, perHour, perDay } = account.entry.purchasing;
  const guards = { maxUnsettled, perHour, perDay, rebuyBudget: pace.rebuyBudget };
  if (maxUnsettledMoney) return { ...guards, maxUnsettledMoney };
  const prices = (await account.catalogue()).map((entry) => timesMoney(entry.price, Math.max(1, ...entry.years)));
  const dearest = prices.reduce((most, price) => (compareMoney(price, most) > 0 ? price : most), "0.00");
  return { ...guards, maxUnsettledMoney: timesMoney(dearest, 5) };
}
