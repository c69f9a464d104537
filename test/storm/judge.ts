// The judge of a storm. It knows nothing of the faults: only what was ordered, the pretended eNom's books, the mailbox, and the
// records as anybody reads them. Zeros, or a sentence for each thing that must not be.
import { X509Certificate } from "node:crypto";
import type { Slot } from "../../src/sandbox/enom/books/slot.ts";
import { goesOnByItself } from "../../src/shared/base/codes.ts";
import { type Certificate, isFinished } from "../../src/shared/certificate/certificate.ts";

export interface JudgedOrder {
  reference: string;
  domain: string;
  product: string;
  years: number;
  /** An address that no other order has. */
  customer: string;
  /** SubjectPublicKeyInfo of the CSR's key. */
  publicKey: Buffer;
  /** Redis had lost it, and its customer sent it again: what was told of it may be told anew. */
  wasSentAgain: boolean;
  /** Undefined when nobody knows it any more. */
  certificate: Certificate | undefined;
}

export interface JudgedMail {
  to: string;
  subject: string;
  messageId: string;
  text: string;
  /** The mail server kept it and did not say so: a copy of it is right. */
  isUnanswered: boolean;
}

/** What the fleet notes of a mail. */
export interface NotedMail {
  to: string;
  template: string;
  state: string;
  lastAnswer: string;
}

export interface Evidence {
  /** Those that were accepted. */
  orders: readonly JudgedOrder[];
  slots: readonly Slot[];
  /** CertIDs. */
  boughtByPeople: ReadonlySet<number>;
  mailbox: readonly JudgedMail[];
  notedMails: readonly NotedMail[];
  operatorMailbox: string;
  /** How often something ended in the middle of its work: so many mails may have a copy that no mail server explains. */
  interruptions: number;
}

export interface Finding {
  name: string;
  /** A sentence each; none is a zero. */
  faults: readonly string[];
}

export interface Verdict {
  findings: readonly Finding[];
  /** Ends that are right and worth knowing, such as an order that waits for a person. */
  notes: readonly string[];
}

/** Ends that ask a person, each with its own words. Any other attention is a fault that did not heal. */
const RIGHT_ENDS: ReadonlySet<string> = new Set(["purchase-unknown", "refunded"]);
/** As `templates/en/certificate-issued.subject` begins. */
const ISSUED_SUBJECT = /ready to install|has been issued|is issued/i;
/** Copies of one mail: `MOST_REPEATS` and the first. They are counted in Redis. */
const MOST_COPIES = 3;

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
    ],
    notes: [...orders.flatMap(noteOf), ...rejectedMails(evidence), ...copies.notes, ...twice.notes],
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

function missingMails({ orders, mailbox, notedMails }: Evidence): string[] {
  const refused = new Set(notedMails.filter(({ state }) => state === "REJECTED").map(({ to }) => to));
  const without = orders.filter(
    ({ customer, certificate }) =>
      certificate?.record.issue &&
      certificate.state !== "CANCELLED" &&
      !refused.has(customer) &&
      !mailbox.some(({ to, subject }) => to === customer && ISSUED_SUBJECT.test(subject)),
  );
  const waiting = notedMails.filter(({ state }) => state !== "ACCEPTED" && state !== "REJECTED");
  return [
    ...without.map(({ reference, customer }) => `${customer} was not told that ${reference} is issued.`),
    ...waiting.map(({ to, template, state, lastAnswer }) => `${template} to ${to} is ${state}: ${lastAnswer}`),
  ];
}

/** The same news in two mails: a receiver that drops copies cannot help there. */
function twoMails({ mailbox, orders }: Evidence): { faults: string[]; notes: string[] } {
  const byCustomer = new Map(orders.map((order) => [order.customer, order]));
  const news = Map.groupBy(
    mailbox.filter(({ to }) => byCustomer.has(to)),
    ({ to, subject }) => `"${subject}" to ${to}`,
  );
  const twice = [...news].filter(([, mails]) => new Set(mails.map(({ messageId }) => messageId)).size > 1);
  const isForgotten = ([, [mail]]: (typeof twice)[number]): boolean =>
    byCustomer.get(mail?.to ?? "")?.wasSentAgain === true;
  const forgotten = twice.filter(isForgotten);
  return {
    faults: twice.filter((each) => !isForgotten(each)).map(([what]) => `${what} went out as different mails.`),
    notes: forgotten.length > 0 ? [`${forgotten.length} mails were made anew for orders that Redis had lost`] : [],
  };
}

/**
 * What explains a copy: an answer that the mail server kept to itself; something that ended between sending and noting it; and Redis
 * that had lost the order, and the note of the mail with it: once more, and its lost answers are counted anew from then on.
 */
function copiesOf({ mailbox, interruptions, orders }: Evidence): { faults: string[]; notes: string[] } {
  const faults: string[] = [];
  const unexplained: string[] = [];
  const forgotten = new Set(orders.filter(({ wasSentAgain }) => wasSentAgain).map(({ customer }) => customer));
  for (const [messageId, mails] of Map.groupBy(mailbox, (mail) => mail.messageId)) {
    const [first] = mails;
    if (!first || mails.length < 2) continue;
    const what = `"${first.subject}" to ${first.to} (${messageId})`;
    const unanswered = mails.filter(({ isUnanswered }) => isUnanswered).length;
    const again = forgotten.has(first.to) ? 1 : 0;
    if (mails.length > MOST_COPIES + again * (1 + Math.min(unanswered, MOST_COPIES - 1)))
      faults.push(`${what} arrived ${mails.length} times.`);
    else for (let extra = mails.length - 1 - unanswered - again; extra > 0; extra--) unexplained.push(what);
  }
  if (unexplained.length > interruptions)
    return { faults: [...faults, ...unexplained.map((what) => `${what} arrived again for no reason.`)], notes: [] };
  const notes = unexplained.length > 0 ? [`${unexplained.length} mails have a copy of the same Message-ID`] : [];
  return { faults, notes };
}

function noteOf({ reference, certificate }: JudgedOrder): string[] {
  if (!certificate || !hasRightEnd(certificate)) return [];
  const { state, record } = certificate;
  return [
    `${reference} is ${state}${record.attention ? `, ${record.attention.code}: ${record.attention.message}` : ""}`,
  ];
}

function rejectedMails({ notedMails }: Evidence): string[] {
  const rejected = notedMails.filter(({ state }) => state === "REJECTED");
  return rejected.map(({ to, template, lastAnswer }) => `${template} to ${to} was refused: ${lastAnswer}`);
}
