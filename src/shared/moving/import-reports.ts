// What an import, its adoption and a comparison say: the workers' commands make these reports, the command line shows them.

/** A row of a match file. `line`: on which it begins in the file. */
export interface MatchRow {
  line: number;
  reference: string;
  certId?: number | undefined;
  orderId?: number | undefined;
  domain?: string | undefined;
}

/** What a person has to look at. Nothing of it stops the import of anything else. */
export interface Odd {
  /** null: not even that can be read. */
  certId: number | null;
  domain: string;
  /** The order of ours that it became; null: it became none. */
  reference: string | null;
  what: string;
}

/** A row of the match file that could not be used, or not as it stands. */
export interface OddRow {
  line: number;
  reference: string;
  what: string;
}

export interface ImportAsked {
  account: string;
  rows: readonly MatchRow[];
  /** Rows that the reader of the file could not use. */
  oddRows: readonly OddRow[];
  /** Told at every certificate. */
  progress: (at: { done: number; total: number; odd: number }) => void;
}

export interface ImportReport {
  state: "imported";
  account: string;
  /** Certificates that eNom lists. */
  listed: number;
  /** New here with this run. */
  imported: number;
  /** Were here, and eNom has another certificate than before. */
  updated: number;
  /** Were here under another reference, and have the one of the match file now. */
  renamed: number;
  /** Were here as they are. */
  unchanged: number;
  /** Belong to orders that were placed here. */
  own: number;
  /** Taken in by this run or an earlier one: with a reference of the shop, and with one of ours. */
  matched: number;
  unmatched: number;
  /** A run that had not ended was gone on with: so many were done by then. */
  resumedAt: number | null;
  odd: Odd[];
  oddRows: OddRow[];
}

export type ImportAnswer = ImportReport | { state: "no-account" };

export interface AdoptAsked {
  account: string;
  /** `YYYY-MM-DD`: from its first moment on, UTC. */
  from: string;
  /** Otherwise only what would happen is told. */
  isConfirmed: boolean;
}

export interface AdoptReport {
  state: "planned" | "adopted";
  account: string;
  from: string;
  /** Not adopted until now; of these have ended already. */
  certificates: number;
  ended: number;
  /** Adopted before, or with another date. */
  before: number;
  /** Within 30 days from that date on. */
  reissues: number;
  validations: number;
  mails: number;
  /** Of the year from that date on, by month (`2027-03`). */
  purchases: { month: string; count: number; cost: string; currency: string }[];
  /** When the account was last read, and what the last comparison found. */
  importedAt: string | null;
  warnings: string[];
}

export type AdoptAnswer =
  | AdoptReport
  | { state: "no-account" }
  | { state: "nothing"; account: string; adopted: number }
  | { state: "not-read"; account: string };

export const driftKinds = [
  "missing-here",
  "missing-there",
  "status",
  "domain",
  "product",
  "dates",
  "serial",
  "not-read",
] as const;
export type DriftKind = (typeof driftKinds)[number];

/** One thing that the records and eNom say differently. */
export interface Difference {
  account: string;
  kind: DriftKind;
  certId: number | null;
  reference: string | null;
  domain: string;
  here: string;
  there: string;
}

export interface DriftReport {
  account: string;
  at: string;
  /** Certificates that eNom lists, and records that were compared. */
  listed: number;
  compared: number;
  /** Whether each certificate itself was read, and not the list alone. */
  isWhole: boolean;
  differences: Difference[];
}
