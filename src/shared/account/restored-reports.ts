// What is told of slots that a restore left without an order: the workers' commands make these reports, the command line
// shows them.

/** A purchase since the backup, as eNom shows it. */
export interface FoundReport {
  account: string;
  certId: number;
  /** Empty: never configured. */
  domain: string;
  service: string;
  years: number;
  orderId: number | null;
  /** eNom's own day, `YYYY-MM-DD`. */
  boughtOn: string | null;
  /** The order that has the slot in the ledger, although eNom shows another name in it. */
  holder: string | null;
  /** eNom has given the money back: it serves nobody, and its order is cancelled or bought anew. */
  isRefunded: boolean;
  /** Orders without a slot, of the same name and product. */
  candidates: string[];
}

/** At most one of the two; neither: only listed. */
export interface FoundAsked {
  give?: { certId: number; to: string } | undefined;
  /** None of ours, or nobody waits for it. */
  foreign?: number | undefined;
  reason?: string | undefined;
}

/** `ledger found`. `left`: how many belong to nobody yet. */
export type FoundAnswer =
  | { state: "listed"; slots: FoundReport[] }
  | { state: "given"; certId: number; reference: string; left: number }
  | { state: "dropped"; certId: number; left: number }
  | { state: "not-found"; certId: number }
  | { state: "no-order"; reference: string }
  | { state: "refused"; certId: number; reference: string; why: string };
