// The judge of a storm. It knows nothing of the faults: only what was ordered, the pretended eNom's books, the mailbox, and the
// records as anybody reads them. Zeros, or a sentence for each thing that must not be.
import { X509Certificate } from "node:crypto";
import type { Slot } from "../../src/sandbox/enom/books/slot.ts";
import { goesOnByItself } from "../../src/shared/base/codes.ts";
import { type Certificate, isFinished } from "../../src/shared/certificate/certificate.ts";
import type { Evidence, JudgedOrder, Verdict } from "./judge/evidence.ts";
import { copiesOf, missingMails, rejectedMails, twoMails } from "./judge/mails.ts";
import { takenFromOthers, takenUnconfigured } from "./judge/others.ts";
import { outOfOrder, undelivered } from "./judge/webhooks.ts";

/** Ends that ask a person, each with its own words. Any other attention is a fault that did not heal. */
const RIGHT_ENDS: ReadonlySet<string> = new Set(["purchase-unknown", "refunded"]);
export function judge(evidence: Evidence): Verdict {
  const { orders } = evidence;
  const copies = copiesOf(evidence);
  const twice = twoMails(evidence);
  return {
    findings: [
      { name: "purchases against orders", faults: surplus(evidence) },
      { name: "bought twice, or a slot for two", faults: doubles(evidence) },
      { name: "orders lost", faults: orders.flatMap(lost) },
      {
        name: "orders uncovered (paid, and no certificate)",
        faults: orders.flatMap((each) => uncovered(each, evidence)),
      },
      { name: "orders without an end", faults: orders.flatMap((each) => unfinished(each)) },
      { name: "certificates of another name or key", faults: orders.flatMap(wrongCertificate) },
      { name: "attention without a reason, or to nobody", faults: orders.flatMap((each) => untold(each, evidence)) },
      { name: "mails missing", faults: missingMails(evidence) },
      { name: "mails doubled", faults: [...twice.faults, ...copies.faults] },
      { name: "slots of another fleet taken", faults: takenFromOthers(evidence) },
      { name: "webhooks not delivered", faults: undelivered(evidence) },
      { name: "webhooks out of order", faults: outOfOrder(evidence) },
    ],
    notes: [
      ...orders.flatMap(noteOf),
      ...rejectedMails(evidence),
      ...copies.notes,
      ...twice.notes,
      ...takenUnconfigured(evidence),
    ],
  };
}

export function isClean({ findings }: Verdict): boolean {
  return findings.every(({ faults }) => faults.length === 0);
}

const classOf = ({ product, years }: JudgedOrder): string => `${product}, ${years} y`;
const isBack = (slot: Slot | undefined): boolean => slot?.statusId === 7 || slot?.statusId === 8;

/** Slots that people bought may serve orders; the fleet buys no more than was ordered. */
function surplus({ orders, slots, boughtByPeople }: Evidence): string[] {
  const faults: string[] = [];
  const bySlotClass = Map.groupBy(slots, ({ service, years }) => `${service}, ${years} y`);
  const held = new Set(orders.map(({ certificate }) => certificate?.certId));
  for (const [kind, bought] of bySlotClass) {
    const ordered = orders.filter((order) => classOf(order) === kind).length;
    const peoples = bought.filter(({ certId }) => boughtByPeople.has(certId)).length;
    const over = bought.length - peoples - ordered;
    if (over <= 0) continue;
    const idle = bought.filter(({ certId }) => !held.has(certId) && !boughtByPeople.has(certId));
    const which = idle.map(({ certId, orderedAt }) => `${certId} (${orderedAt})`).join(", ");
    faults.push(`${bought.length - peoples} slots of ${kind} for ${ordered} orders; held by none: ${which}.`);
  }
  return faults;
}

function doubles({ orders, slots }: Evidence): string[] {
  const faults: string[] = [];
  for (const [certId, owners] of Map.groupBy(orders, ({ certificate }) => certificate?.certId ?? null)) {
    if (certId === null || owners.length < 2) continue;
    faults.push(`Slot ${certId} is held by ${owners.map(({ reference }) => reference).join(" and ")}.`);
  }
  for (const [domain, configured] of Map.groupBy(slots, ({ configuration }) => configuration?.domain)) {
    if (domain === undefined || configured.length < 2) continue;
    faults.push(`${domain} has slots ${configured.map(({ certId }) => certId).join(" and ")} at eNom.`);
  }
  for (const { reference, certificate } of orders) {
    const paid = certificate?.purchases.filter(({ refunded }) => !refunded) ?? [];
    if (paid.length > 1) faults.push(`${reference} was bought ${paid.length} times.`);
  }
  return faults;
}

function lost({ reference, certificate }: JudgedOrder): string[] {
  return certificate ? [] : [`${reference} was accepted, and nobody knows it.`];
}

function hasRightEnd({ record, state }: Certificate): boolean {
  const code = record.attention?.code;
  return state === "CANCELLED" || (code !== undefined && RIGHT_ENDS.has(code));
}

function uncovered({ reference, certificate }: JudgedOrder, { slots }: Evidence): string[] {
  if (!certificate || certificate.record.issue || hasRightEnd(certificate)) return [];
  const { certId, purchases, state, record } = certificate;
  const slot = slots.find((each) => each.certId === certId);
  if ((certId === null && purchases.length === 0) || isBack(slot)) return [];
  const { attention, trouble, nextLookAt } = record;
  return [`${reference} has slot ${certId} and is ${state}: ${JSON.stringify({ attention, trouble, nextLookAt })}`];
}

function unfinished({ reference, certificate }: JudgedOrder): string[] {
  if (!certificate || hasRightEnd(certificate) || isFinished(certificate)) return [];
  const { state, attempt, purchases, record } = certificate;
  if (purchases.length > 0 && !record.issue) return []; // told as uncovered
  const { attention, trouble, nextLookAt, timeline } = record;
  const where = JSON.stringify({ attention, trouble, nextLookAt, last: timeline.slice(-2) });
  return [`${reference} is ${state} at attempt ${attempt}: ${where}`];
}

function wrongCertificate({ reference, domain, publicKey, certificate }: JudgedOrder): string[] {
  const issue = certificate?.record.issue;
  if (!issue) return [];
  const leaf = new X509Certificate(issue.pem);
  const isOwn = leaf.publicKey.export({ format: "der", type: "spki" }).equals(publicKey);
  return isOwn && leaf.checkHost(domain) ? [] : [`${reference} has the certificate of ${leaf.subject}.`];
}

/** A person can act on it only when it says why, and when somebody was told. */
function untold({ reference, certificate }: JudgedOrder, { mailbox, operatorMailbox }: Evidence): string[] {
  const attention = certificate?.record.attention;
  if (!attention) return [];
  const { code, message } = attention;
  if (!message.trim()) return [`${reference} has ${code} without a word.`];
  if (goesOnByItself(code) || code === "internal-error") return [`${reference} still has ${code}: ${message}`];
  const isTold = mailbox.some(({ to, text }) => to === operatorMailbox && text.includes(reference));
  return isTold ? [] : [`${reference} has ${code}, and no mail told ${operatorMailbox}.`];
}

function noteOf({ reference, certificate }: JudgedOrder): string[] {
  if (!certificate || !hasRightEnd(certificate)) return [];
  const { state, record } = certificate;
  return [
    `${reference} is ${state}${record.attention ? `, ${record.attention.code}: ${record.attention.message}` : ""}`,
  ];
}
