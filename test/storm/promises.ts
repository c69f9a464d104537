// What the fleet promises, each promise with what a storm showed against it. eNom's own books are the judge.
import { X509Certificate } from "node:crypto";
import { isFinished, isParkedAndTold } from "../../src/shared/certificate/certificate.ts";
import type { Attempt } from "../../src/workers/ledger/attempt.ts";
import { gateFaults, ledgerFaults, proofFaults } from "./book-keeping.ts";
import type { EndedOrder, Ending } from "./ending.ts";
import { outageFaults } from "./outage-faults.ts";

export interface Promised {
  /** A sentence that a customer would sign. */
  sentence: string;
  /** What speaks against it, a sentence each; none when it was kept. */
  faults: readonly string[];
}

export function promisesOf(ending: Ending): Promised[] {
  const { orders, fellOver, enomFaults } = ending;
  return [
    { sentence: "No more slots are bought than orders, of no product and term", faults: tooManyPurchases(ending) },
    { sentence: "Every order is issued, or parked with its reason", faults: orders.flatMap(unfinished) },
    { sentence: "No slot serves two orders, and no order has two slots", faults: sharedSlots(ending) },
    { sentence: "Every certificate carries its own order's name and key", faults: orders.flatMap(wrongKey) },
    { sentence: "No order that lost a single purchase's answer is parked", faults: orders.flatMap(parkedTooSoon) },
    { sentence: "Every purchase passed a gate of its own, and the journal knows it", faults: gateFaults(ending) },
    { sentence: "The ledger's own invariants hold, and nothing is left in the air", faults: ledgerFaults(ending) },
    { sentence: "`ledger prove` ends with 0 unmatched", faults: proofFaults(ending) },
    ...outageFaults(ending),
    {
      sentence: "No worker ends unless it is killed, and eNom is asked correctly",
      faults: [...fellOver, ...enomFaults],
    },
  ];
}

function tooManyPurchases({ orders, slots }: Ending): string[] {
  const ordered = countBy(orders, ({ order }) => `${order.product}, ${order.years} y`);
  const bought = countBy(slots, ({ service, years }) => `${service}, ${years} y`);
  return [...bought]
    .filter(([kind, count]) => count > (ordered.get(kind) ?? 0))
    .map(([kind, count]) => `${count} slots of ${kind} were bought for ${ordered.get(kind) ?? 0} orders.`);
}

function unfinished({ order, certificate }: EndedOrder): string[] {
  const { reference } = order;
  if (!certificate) return [`${reference} is lost.`];
  if (isFinished(certificate) && certificate.record.issue) return [];
  const { state, attempt, record } = certificate;
  if (isParkedAndTold(certificate) && record.attention?.code === "purchase-unknown" && record.doubt) return [];
  const { attention, trouble, nextLookAt, timeline } = record;
  const where = JSON.stringify({ attention, trouble, nextLookAt, last: timeline.slice(-3) });
  return [`${reference} is ${state} at attempt ${attempt}: ${where}`];
}

function sharedSlots({ orders, slots, owners }: Ending): string[] {
  const faults: string[] = [];
  for (const [domain, count] of countBy(slots, (slot) => slot.configuration?.domain)) {
    if (domain !== undefined && count > 1) faults.push(`${count} slots are configured for ${domain}.`);
  }
  for (const { order, certificate } of orders) {
    if (!certificate?.record.issue) continue;
    const { certId, purchases } = certificate;
    const slot = slots.find((each) => each.certId === certId);
    const atEnom = slot?.configuration?.domain;
    if (atEnom !== order.domain) faults.push(`${order.reference} has slot ${certId}, which eNom has for ${atEnom}.`);
    if (owners[`${certId}`] !== order.reference)
      faults.push(`${order.reference} has slot ${certId} of ${owners[`${certId}`]}.`);
    if (purchases.length !== 1) faults.push(`${order.reference} notes ${purchases.length} purchases.`);
  }
  return faults;
}

function wrongKey({ order, publicKey, certificate }: EndedOrder): string[] {
  const issue = certificate?.record.issue;
  if (!issue) return [];
  const leaf = new X509Certificate(issue.pem);
  const ownKey = leaf.publicKey.export({ format: "der", type: "spki" }).equals(publicKey);
  return ownKey && leaf.checkHost(order.domain)
    ? []
    : [`${order.reference} was given the certificate of ${leaf.subject}.`];
}

/** One re-buy is allowed: a machine decides the first doubt of an order by itself, and only the second one needs a person. */
function parkedTooSoon({ order, certificate, attempts }: EndedOrder): string[] {
  if (certificate?.state !== "PARKED" || attempts.filter(hadNoAnswer).length > 1) return [];
  const states = attempts.map(({ state, reason = "" }) => `${state} (${reason})`).join(", ");
  return [`${order.reference} is parked after ${states}: ${certificate.record.attention?.message}`];
}

function hadNoAnswer({ state }: Attempt): boolean {
  return state === "ABANDONED" || state === "PARKED" || state === "UNKNOWN";
}

function countBy<T, K>(things: readonly T[], keyOf: (thing: T) => K): Map<K, number> {
  const groups = Map.groupBy(things, keyOf);
  return new Map([...groups].map(([key, group]) => [key, group.length]));
}
