// What is told of an account's ledger: the workers' commands make these reports, the command line shows them, and
// --json prints them.
import type { Money } from "../base/money.ts";
import type { Purchase } from "../certificate/certificate.ts";
import type { Doubt } from "../certificate/doubt.ts";

/** A step of the ledger: epochs first, then seq within one. */
export interface LedgerStep {
  epoch: number;
  seq: number;
}

/** `ledger status`: how an account's ledger stands beside its journal. */
export interface LedgerStatus {
  account: string;
  /**
   * `unused`: nothing was ever bought here. `lost`: Redis has no ledger, and the journal has one. `behind`: Redis lost
   * its newest steps. `other-journal`: CERTFLEET_JOURNAL is not the journal of this ledger. `frozen`: a person must
   * find out why.
   */
  state: "well" | "unused" | "frozen" | "behind" | "lost" | "other-journal";
  /** Why it is frozen. */
  reason: string | null;
  ledger: LedgerStep | null;
  journal: LedgerStep | null;
  /** Workers that cannot write the journal: on which host, why, and what to do. Empty where all can. */
  journalFailures: string[];
  /** `purchases: false` in certfleet.yaml, as it is here. */
  isForbidden: boolean;
  /** Who switched purchases off, and why. */
  stopped: string | null;
  /** Who thawed or rebuilt it last, and why. */
  thawed: string | null;
  rebuilt: string | null;
  inFlight: number;
  parked: number;
  abandoned: number;
  /** How long the account was watched in all, by whoever did (rule 9). */
  dwellMs: number;
}

/** `ledger spares`: slots that were bought too many. */
export interface UnusedSlots {
  /** Soonest deadline first. */
  spares: UnusedSlot[];
  /** Accounts whose purchase dates eNom could not be asked for, and why: there the deadline is counted from `since`. */
  unasked: { account: string; why: string }[];
}

export interface UnusedSlot {
  account: string;
  certId: number;
  product: string | null;
  years: number | null;
  /** When it was put aside, RFC 3339; null when that is not kept. */
  since: string | null;
  /** The next order of this product and term takes it. */
  isYoung: boolean;
  /** Last day on which support refunds it, `YYYY-MM-DD`, and whole days left from today; null when no date is known. */
  refundUntil: string | null;
  daysLeft: number | null;
}

/** `ledger slots`: what is paid and serves nobody. */
export interface IdleSlots {
  /** Soonest refund day first, within an account. */
  slots: IdleSlot[];
  /** Accounts that eNom could not be asked for, and why: there the days are the ledger's own. */
  unasked: { account: string; why: string }[];
}

export interface IdleSlot {
  account: string;
  certId: number;
  /** `unused`: no order has it. `refundable`: that of a cancelled order, which no other one can use. */
  kind: "unused" | "refundable";
  service: string | null;
  /** The product's readable name. */
  product: string | null;
  years: number | null;
  /** Of the whole term: what was paid; what the account is told today where that is not known. */
  price: Money | null;
  currency: string;
  /** The next order of this product and term takes it. */
  isYoung: boolean;
  /** Last day on which support refunds it, `YYYY-MM-DD`, and whole days left from today; null when no date is known. */
  refundUntil: string | null;
  daysLeft: number | null;
  /** The cancelled order that had it last, where that is known. */
  reference: string | null;
  domain: string | null;
  /** What to do, in words. */
  todo: string;
  /** The text for eNom's support; null when it is too late. */
  ticket: string | null;
}

/** `account purchases`: one account that was to be switched. */
export interface PurchasesSwitched {
  account: string;
  state: "switched" | "refused";
  message: string;
  /** `purchases: false` of the configuration: nothing is bought whatever the switch says. */
  isOffInFile: boolean;
}

export type RebuildAnswer =
  | { state: "rebuilt"; steps: number; epoch: number; missing: number; ordersToSendAgain: string[] }
  /** Nothing is missing: words would only hide why the account is frozen. */
  | { state: "whole" }
  /** There is nothing to write again from: an empty journal would make the loss final. */
  | { state: "no-journal" | "other-journal" };

/** `ledger thaw`. */
export interface ThawAsked {
  account: string;
  reason: string;
  /** CertIDs that somebody else bought. */
  foreign: readonly number[];
  /** Behind a restore: the account is configured no more, and the reason stands for the comparison. */
  withoutComparing?: boolean | undefined;
}

export type ThawAnswer =
  | { state: "thawed"; was: string; foreign: number[] }
  /** Behind a restore. `left`: accounts that were not compared yet: until then nothing is bought on any. */
  | {
      state: "compared";
      was: string;
      foreign: number[];
      found: number[];
      refunded: number[];
      unused: number[];
      left: string[];
    }
  /** Behind a restore: of the backup, and in no configuration. Nothing is bought on any account before it is compared. */
  | { state: "not-configured"; backupAt: string }
  /** A person's reason stands for its comparison; its ledger stays frozen. */
  | { state: "waived"; left: string[] }
  /** It is configured: a reason is no comparison. */
  | { state: "must-be-compared" }
  /** What was sent before the loss may not be in eNom's list yet. */
  | { state: "too-early"; seconds: number }
  | { state: "no-account" | "not-frozen" }
  /** Redis lacks steps that the journal has, or this is not its journal: a reason does not fix that. */
  | { state: "behind" | "other-journal" }
  /** These were named as foreign, and eNom does not list them, or they have an owner already. Nothing was changed. */
  | { state: "not-foreign"; certIds: number[] }
  /** What still does not add up. `foreign`: marked all the same. `unexplained`: certificates that may be foreign. */
  | { state: "still-frozen"; why: string; foreign: number[]; unexplained: number[] };

/** `ledger show`: an order's money story. */
export interface MoneyStory {
  reference: string;
  /** null before anything was begun. */
  account: string | null;
  /** Where the order stands in the ledger. */
  state: string;
  certId: number | null;
  purchases: Purchase[];
  attempts: ReportedAttempt[];
  /** The steps of the ledger for this order, as the second witness has them. */
  journal: (LedgerStep & { at: string; step: string })[];
  /** What was found when a person was asked. */
  doubt: Doubt | null;
  /** The ledger has money facts, and the order's own text was lost: it must be sent again. */
  isTextLost: boolean;
}

/** What is told of a purchase attempt; times in milliseconds. */
export interface ReportedAttempt {
  number: number;
  state: string;
  service: string;
  years: number;
  price: Money;
  balance: string;
  newestOrderId: number;
  preparedAt: number;
  gateAt?: number | undefined;
  certId?: number | undefined;
  orderId?: number | undefined;
  reason?: string | undefined;
  evidence?: string | undefined;
}

/** `ledger prove`: the purchases of an account at eNom against the ledger. */
export interface AccountProof {
  account: string;
  host: string;
  state: LedgerStatus["state"];
  purchases: ProvenPurchase[];
  inDoubt: UndecidedAttempt[];
  unmatched: Unmatched[];
}

/** A purchase as eNom shows it: a certificate, or an order or payment that no certificate explains. */
export interface ShownPurchase {
  /** eNom's own day or time, without zone. */
  date: string | null;
  certId: number | null;
  orderId: number | null;
  /** Of the whole term; null when its payment lies outside what was read. */
  price: Money | null;
  /** null when there is no certificate to tell. */
  slotClass: string | null;
  product: string | null;
  years: number | null;
  domain: string;
  /** eNom gave the money back. */
  isRefunded: boolean;
}

export type ProvenPurchase = ShownPurchase & { belongs: Belonging; isMatched: boolean };

export type Belonging =
  /**
   * `spare`: unused, for a later order. `legacy`: was there before this fleet. `others`: of an account that is shared.
   */
  | { to: "order"; reference: string }
  | { to: "spare" | "legacy" | "foreign" | "refunded" | "others" }
  /** No order holds it yet; it fits this attempt. */
  | { to: "attempt"; reference: string; attempt: number; state: string }
  | { to: "nobody" };

/** An attempt that is not decided, and for which eNom shows nothing. */
export interface UndecidedAttempt {
  reference: string;
  attempt: number;
  state: string;
  at: string;
  price: Money;
}

/** Something on one side that the other does not know. */
export interface Unmatched {
  /** `enom`: money or a slot that nobody here accounts for. `ledger`: a claim that eNom does not back. */
  side: "enom" | "ledger";
  certId: number | null;
  orderId: number | null;
  reference: string | null;
  what: string;
}
