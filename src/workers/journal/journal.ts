/** One step of an account's ledger: what a script changed, as commands that change it again. */
export interface JournalLine {
  account: string;
  epoch: number;
  seq: number;
  /** Milliseconds of the ledger's time. */
  at: number;
  /** Which script: `begin`, `gate`, … */
  step: string;
  /** The order, or empty. */
  reference: string;
  /** Redis commands with absolute values, in order: `["HSET", key, field, value]`. */
  writes: readonly (readonly string[])[];
}

/** A place in an account's history: epochs first, then seq within one. */
export interface Mark {
  epoch: number;
  seq: number;
}

/** Every method throws Unavailable, naming CERTFLEET_JOURNAL and what to do, while the place cannot be reached. */
export interface Journal {
  /** Random, made with the journal: tells one from another, e.g. a folder that is not the shared one. */
  readonly id: string;
  /**
   * Resolves when the line is on disk (fdatasync) or in the second Redis. A line that failed is kept, and goes before
   * any later one.
   * @throws Unavailable the line is not known to be kept: nothing may be acted upon
   */
  append(line: JournalLine): Promise<void>;
  /** The highest (epoch, seq) that any process wrote for the account; undefined when there is none. */
  highest(account: string): Promise<Mark | undefined>;
  /**
   * The lines of an account behind a mark (all without one), of every process, sorted by epoch, seq, at. Exact
   * duplicates and the torn last line of a process that was killed while it wrote are left out.
   * @throws Error naming the file and the line that somebody changed
   */
  read(account: string, behind?: Mark): Promise<JournalLine[]>;
  /** Writes something small as durably as a line, and takes it away again. */
  probe(): Promise<void>;
  /** Tries once more to write what failed, then lets go of files and connections. */
  close(): Promise<void>;
}
