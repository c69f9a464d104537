// What the judge of a storm is shown, and what it answers.
import type { Slot } from "../../../src/sandbox/enom/books/slot.ts";
import type { Certificate } from "../../../src/shared/certificate/certificate.ts";

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

/** What was to be told at the one endpoint, and what came there. */
export interface JudgedWebhooks {
  /** In the order in which they happened. */
  events: readonly JudgedEvent[];
  /** In the order in which the receiver took them, copies included. */
  taken: readonly JudgedEvent[];
  /** Requests that were not signed as agreed. */
  unsigned: number;
}

export interface JudgedEvent {
  id: string;
  type: string;
  /** The order or account. */
  subject: string;
}

export interface Evidence {
  /** Those that were accepted. */
  orders: readonly JudgedOrder[];
  slots: readonly Slot[];
  /** CertIDs. */
  boughtByPeople: ReadonlySet<number>;
  /** CertIDs that another fleet bought, each with the name that it set it up for; undefined: ours was quicker. */
  ofOthers: ReadonlyMap<number, string | undefined>;
  webhooks: JudgedWebhooks;
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
