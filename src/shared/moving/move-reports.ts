// What an export and a restore of certificates say: the workers' commands make these reports, the command line shows them.

export interface ExportAsked {
  /** A new file, or `-` for stdout. */
  out: string;
  account: string | undefined;
  /** From then on this fleet does nothing with what is in the file. */
  isHandedOver: boolean;
}

/** An order that cannot be moved now, and why. */
export interface LeftBehind {
  reference: string;
  what: string;
}

export interface ExportReport {
  file: string | null;
  at: string;
  certificates: number;
  isHandedOver: boolean;
  /** Not in the file. */
  left: LeftBehind[];
}

export interface RestoreAsked {
  file: string;
  /** The fleet that the file came from does nothing any more with what is in it. */
  isSourceStopped: boolean;
  progress: (at: { done: number; total: number; odd: number }) => void;
}

export interface RestoreReport {
  state: "restored";
  file: string;
  /** When the file was written, and by which fleet. */
  at: string;
  fleet: string;
  certificates: number;
  restored: number;
  /** Here already, as in the file. */
  same: number;
  accounts: string[];
  refused: { line: number; reference: string; what: string }[];
}

export type RestoreAnswer = RestoreReport | { state: "not-handed-over"; at: string; fleet: string };
