// What a first contact with an eNom account found (`account probe`, `account replay`): differences between what eNom
// answers and what this fleet reads, and the facts around them. Workers make it, the command line shows it.

export type Kind =
  | "no-answer"
  | "not-a-document"
  | "refused"
  | "unknown-code"
  | "field-missing"
  | "unreadable"
  | "date-form"
  | "new-element"
  | "unknown-status"
  | "csr-not-shown"
  | "approvers-not-offered"
  | "dns-record-type"
  | "chain-not-sent"
  | "product-number"
  | "product-not-in-table"
  | "product-not-offered"
  | "others-buy"
  | "other-login";

export interface Difference {
  command: string;
  /** As eNom spells it; `document` for the whole answer, `connection` where none came. */
  element: string;
  kind: Kind;
  /** What eNom shows instead, masked: a value where it names nobody, else its form. */
  seen: string;
  /** The lines of certfleet.yaml that make the fleet go on with it; null where there are none. */
  switch: string | null;
  /** Whether the fleet's work depends on it. What does not matter does not fail the probe. */
  matters: boolean;
  /** A sentence: what the fleet does with it, and what a person should do. */
  means: string;
  /** How often it was seen, and of what for example. */
  count: number;
  example: string | null;
}

export interface Question {
  command: string;
  /** What it was about: a CertID, a page. Empty where it is about the account. */
  about: string;
  outcome: "understood" | "differs" | "refused" | "no-answer";
  /** What it said, in a few words. */
  said: string;
  ms: number;
}

export interface Latency {
  command: string;
  count: number;
  shortestMs: number;
  medianMs: number;
  longestMs: number;
}

export interface ProductRow {
  service: string;
  name: string;
  price: string | null;
  years: readonly number[];
  state: string;
}

/** Each fact is null, or empty, where nothing was answered that tells it. */
export interface Facts {
  balance: { available: string; balance: string } | null;
  certificates: { total: number | null; listed: number; byStatus: readonly { status: string; count: number }[] };
  products: readonly ProductRow[];
  latency: readonly Latency[];
  /** Which forms eNom's dates have, and how its clock stands to ours. */
  dates: { forms: readonly string[]; clock: string | null };
  /** The address that eNom saw, where a refusal names it. */
  address: string | null;
  /** A sentence each: what speaks for or against others who buy in this account. */
  others: readonly string[];
}

export interface ProbeReport {
  account: string;
  host: string;
  /** When it was asked; ISO 8601, UTC. */
  at: string;
  /** Nothing that matters differs. */
  ok: boolean;
  differences: readonly Difference[];
  questions: readonly Question[];
  facts: Facts;
  /** What to write into certfleet.yaml, as one piece; empty where there is nothing. */
  yaml: string;
  /** The folder of the masked answers. */
  answers: string;
}

/** What a trial purchase is asked for with. */
export interface TrialAsked {
  service: string;
  domain: string;
  years: number;
  /** `dns`, `file`, or an e-mail address; without it the product's first way. */
  approver?: string | undefined;
  /** PEM; without it one is made, and its key is forgotten. */
  csr?: string | undefined;
  /** As `contacts/admin` of an order; without it the department's address and words that say what it is. */
  contact?: unknown;
  reference?: string | undefined;
}

/** What became of a trial purchase (`account probe --buy`). */
export interface TrialReport {
  account: string;
  reference: string;
  service: string;
  domain: string;
  certId: number | null;
  /** As the API shows it. */
  status: string;
  attention: { code: string; message: string } | null;
  /** It was handed to the CA, and nobody must act for the fleet. */
  ok: boolean;
  paid: { price: string | null; currency: string; orderId: number | null } | null;
  /** What the domain's owner publishes. */
  proof: string | null;
  differences: readonly Difference[];
  questions: readonly Question[];
  /** The text for eNom's support that brings the money back; null where nothing was bought. */
  ticket: string | null;
  answers: string;
}

/** What each kind is called for people. */
export const KIND_WORDS: Readonly<Record<Kind, string>> = {
  "no-answer": "no answer",
  "not-a-document": "not a document of eNom's",
  refused: "refused",
  "unknown-code": "a refusal that we do not know",
  "field-missing": "a field is missing",
  unreadable: "a field in another form",
  "date-form": "a date in another form",
  "new-element": "an element that nothing reads",
  "unknown-status": "a status that we do not know",
  "csr-not-shown": "the CSR is not shown before issue",
  "approvers-not-offered": "no approver addresses",
  "dns-record-type": "another type of DNS record",
  "chain-not-sent": "no intermediate certificates",
  "product-number": "another product number",
  "product-not-in-table": "a product that we do not sell",
  "product-not-offered": "a product that eNom does not offer here",
  "others-buy": "others buy here",
  "other-login": "another login",
};
