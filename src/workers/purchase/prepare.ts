// Whether an order can be bought on an account now, and for how much: everything that must be right before the gate, in order.

import { mustStay } from "../../shared/account/minimum-balance.ts";
import { observesText, observing } from "../../shared/account/shadow/observed.ts";
import type { AttentionCode } from "../../shared/base/codes.ts";
import { compareMoney, type Money, sumMoney, timesMoney } from "../../shared/base/money.ts";
import type { Certificate } from "../../shared/certificate/certificate.ts";
import { findProduct } from "../../shared/certificate/products.ts";
import { withEvent } from "../../shared/certificate/record.ts";
import { ALONE_WAITS, readReplicas } from "../../shared/redis/replicas.ts";
import type { Account } from "../accounts/accounts.ts";
import type { Intent } from "../ledger/attempt.ts";
import { beginAttempt, findTooMuch, hasUnusedSlot, type Limits, readInFlight, type TooMuch } from "../ledger/begin.ts";
import { isBoundElsewhere } from "../ledger/bind.ts";
import { notSold } from "../order/failed-order.ts";
import type { OrderNeeds } from "../order/needs.ts";
import type { Outcome } from "../runtime/outcome.ts";
import { bindOrVerify } from "./binding.ts";
import { claimSlot } from "./claim-slot.ts";
import { limitsOf, type Planned, planPurchase, unlessNotPermitted } from "./plan/plan-purchase.ts";
import { mustBeCountable } from "./unread.ts";

const IS_UNKNOWN = "is no product that is known here any more: add it to products: in certfleet.yaml again.";
/** Purchases in flight end by themselves; there is room soon. */
export const CROWDED_SECONDS = 2;

/** Why an order cannot be bought on an account now. */
export interface Obstacle {
  code: AttentionCode;
  message: string;
  /** Where the account could not be asked. */
  retryAfterSeconds?: number | undefined;
  /** It could, and nobody can use what eNom answered. */
  answered?: boolean | undefined;
}

/** All that one attempt needs. */
export interface PreparedPurchase {
  certificate: Certificate;
  intent: Intent;
  account: Account;
  limits: Limits;
}

/** Ready, passed over with the reason, or gone on already (an unused slot, room that is free soon). */
export async function preparePurchase(
  account: Account,
  certificate: Certificate,
  needs: OrderNeeds,
): Promise<PreparedPurchase | Obstacle | { result: Certificate | Outcome }> {
  const { order } = certificate;
  const { id } = account.entry;
  const observes = await observing(needs.ledger, account.entry);
  if (observes) return { code: "account-observes", message: observesText(id, observes) };
  if ((await readReplicas(needs.ledger)).isAlone) return { result: ALONE_WAITS };
  if ((await bindOrVerify(needs, account)) === "bound-elsewhere")
    return { code: "account-bound-elsewhere", message: isBoundElsewhere(id).message };
  // Its slots could not be told from others: nobody would find one again whose answer was lost.
  if (!findProduct(order.product)) return { code: "product-not-sold", message: `${order.product} ${IS_UNKNOWN}` };
  await mustBeCountable(account, needs);
  const planned = await planPurchase(certificate, account, needs);
  if (!planned) {
    const code = certificate.term > 1 ? "renewal-not-sold" : "product-not-sold";
    return { code, message: notSold(order.product, id) };
  }
  const limits = await limitsOf(order.product, account, needs);
  const purchase = { reference: order.reference, account: id, service: order.product, ...planned };
  const reused = await takeUnusedSlot(certificate, { purchase, account, limits }, needs);
  if (reused) return { result: reused };
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

/** Rule 6: an unused slot needs neither money nor room, and no guard has anything to say about it. */
async function takeUnusedSlot(
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
    return { waitSeconds: 1, because: "another order took the unused slot" };
  needs.log.info({
    event: "slot.reused",
    reference: purchase.reference,
    account: account.entry.id,
    certId: begun.certId,
  });
  return claimSlot({ ...purchase, number: 0, certId: begun.certId, orderId: null }, needs);
}

/** Purchases in flight end by themselves, and are waited for; a guard that is reached lets the next account have the order. */
function passedFor(full: TooMuch, { entry }: Account, price: Money): Obstacle | { result: Outcome } {
  const { perHour, perDay } = entry.purchasing;
  switch (full) {
    case "too-many":
    case "too-much":
      return {
        result: {
          waitSeconds: CROWDED_SECONDS,
          because: "the account has as many purchases in flight as its settings allow",
        },
      };
    case "resting":
      return {
        result: {
          waitSeconds: CROWDED_SECONDS,
          because: "the outcome of a purchase of this product is unknown; it must be decided first",
        },
      };
    case "short":
      return {
        code: "no-account-with-funds",
        message: `Account ${entry.id} cannot pay ${price} ${entry.currency} in addition to the purchases in flight.`,
      };
    case "stopped":
      return { code: "purchases-stopped", message: `Purchases on account ${entry.id} are switched off.` };
    case "hour-spent":
    case "day-spent": {
      const [span, cap] = full === "hour-spent" ? ["an hour", perHour] : ["a day", perDay];
      const isTooDear = cap !== "none" && compareMoney(price, cap) > 0;
      const why = isTooDear ? `this purchase alone costs ${price}` : `this purchase of ${price} would exceed it`;
      const message = `Account ${entry.id} may spend ${cap} ${entry.currency} in ${span}, and ${why}.`;
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
    const message = `eNom asks ${planned.price} ${currency} for ${planned.years} y; the limit is ${ceiling} ${currency} a year.`;
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
  const message = `The purchase costs ${price} ${currency}; account ${id} may have no more than ${maxUnsettledMoney} ${currency} in flight.`;
  return { code: "spend-cap-reached", message };
}

function tooPoor(
  { entry: { id, currency } }: Account,
  { price, balance, minimum }: { price: Money; balance: Money; minimum: Money },
): Obstacle {
  const kept = compareMoney(minimum, "0.00") > 0 ? `, and ${minimum} must stay on the account` : "";
  const message = `eNom reports ${balance} ${currency} available on account ${id}; the purchase costs ${price} ${currency}${kept}.`;
  return { code: "no-account-with-funds", message };
}

/** What the ledger notes before a purchase, so that people can compare afterwards. */
async function snapshot(account: Account): Promise<{ balance: string; newestOrderId: number }> {
  const [{ available }, newestOrderId] = await Promise.all([
    account.enom.balance(),
    account.enom.newestOrderId().catch(unlessNotPermitted),
  ]);
  return { balance: available, newestOrderId: newestOrderId ?? 0 };
}

/** Keeps account and plan in the record, where people see them; the attempt in the ledger has its own copy. */
async function keepPlan(
  certificate: Certificate,
  account: Account,
  planned: Planned,
  needs: OrderNeeds,
): Promise<Certificate> {
  const { record } = certificate;
  const known = record.plan?.years === planned.years && record.plan.price === planned.price;
  if (record.account === account.entry.id && known) return certificate;
  const now = needs.clock.now();
  const { currency, id } = account.entry;
  const detail = `${planned.years} ${planned.years === 1 ? "year" : "years"} for ${planned.price} ${currency} on account ${id}`;
  const next = withEvent(
    { ...record, account: id, plan: { ...planned, currency } },
    now,
    "certificate.planned",
    detail,
  );
  return needs.certificates.save({ ...certificate, record: next }, now);
}
