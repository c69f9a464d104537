// What is told of backups: the workers' commands make these reports, the command line shows them, and --json prints them.

/** `certfleet backup`. */
export interface BackupMade {
  /** null: it went to stdout. */
  file: string | null;
  bytes: number;
  at: string;
  seconds: number;
  prefix: string;
  keys: number;
  certificates: number;
  journal: { id: string; kind: "folder" | "redis" };
  accounts: { id: string; ledger: Step | null; journal: Step | null }[];
  isEncrypted: boolean;
}

interface Step {
  epoch: number;
  seq: number;
}

/** `certfleet restore`. */
export interface Restored {
  file: string;
  /** When the backup was made, and how long ago that is. */
  backupAt: string;
  ageSeconds: number;
  seconds: number;
  prefix: string;
  keys: number;
  /** Keys whose time was over. */
  expired: number;
  certificates: number;
  /** All of them buy nothing before they were compared with eNom. */
  accounts: RestoredAccount[];
  /** Of these, which the configuration has no more: they cannot be compared. null: no account is configured where it was said. */
  notConfigured: string[] | null;
  /** Mails that had not gone out when the backup was made; some may have gone since, and come twice. */
  mailsWaiting: number;
  /** What the new Redis may lose, a sentence each. */
  risks: string[];
}

export interface RestoredAccount {
  id: string;
  /** Steps that the journal knew beyond the copy of Redis. */
  steps: number;
  ordersToSendAgain: string[];
}

/** What of a backup is asked for. */
export interface BackupAsked {
  /** A path; `-`: stdout. */
  out: string;
  /** `age1…`; empty: not encrypted. */
  recipients: readonly string[];
  /** Of Certfleet. */
  version: string;
  tell: (progress: string) => void;
}

export interface RestoreAsked {
  file: string;
  into: string;
  journal: string;
  identities: readonly string[];
  /** The journal that the fleet worked with is there yet: it is used and not written. */
  isJournalThere: boolean;
  tell: (progress: string) => void;
}

/** `certfleet drill`: what was done, how long it took, and what eNom's books say. */
export interface DrillReport {
  steps: { name: string; seconds: number; detail: string }[];
  /** Orders placed before and after the backup. */
  before: number;
  after: number;
  /** Certificates that the pretended eNom sold until the loss, and in all. */
  soldBefore: number;
  sold: number;
  /** Orders that have no certificate in the end, and certificates that no order needed. */
  lost: number;
  double: number;
  /** From the loss to the first order that is bought again, seconds. */
  recoverySeconds: number;
  backupBytes: number;
  /** What `ledger prove` said last. */
  proof: string;
}
